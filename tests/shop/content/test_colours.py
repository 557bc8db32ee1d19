"""A merchant's colours can be read, or are refused with words."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from shop.content import colours

TOKENS = Path("static/css/tokens.css").read_text()


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1)]
)
def test_contrast_is_that_of_the_accessibility_guidelines(one, other, expected):
    assert colours.contrast(one, other) == pytest.approx(expected, abs=0.01)


def test_the_shops_own_colours_pass_its_own_check():
    colours.check(colours.ACCENT, colours.PAPER)


def test_the_stylesheet_and_the_check_speak_of_the_same_colours():
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    assert f"--accent: {colours.ACCENT};" in light
    assert f"--paper: {colours.PAPER};" in light
    assert f"--ink: {colours.INK};" in light
    assert f"--paper: {colours.DARK_PAPER};" in dark
    assert f"--ink: {colours.DARK_INK};" in dark


@pytest.mark.parametrize("half", [0, 1])
def test_words_of_warning_can_be_read_in_both_lights(half):
    part = TOKENS.split("@media (prefers-color-scheme: dark)")[half]
    paper = (colours.PAPER, colours.DARK_PAPER)[half]
    for name in ("danger", "warn", "accent", "ink"):
        colour = re.search(rf"--{name}: (#[0-9a-f]{{6}});", part)[1]
        assert colours.contrast(colour, paper) >= colours.READABLE, name


def test_a_pale_accent_is_refused_with_the_field_named():
    with pytest.raises(ValidationError) as refused:
        colours.check("#f0d878", colours.PAPER)
    assert "accent" in refused.value.message_dict


def test_a_dark_ground_is_refused_with_the_field_named():
    with pytest.raises(ValidationError) as refused:
        colours.check("#ffffff", "#333333")
    assert "paper" in refused.value.message_dict


@pytest.mark.parametrize("text", ["red", "#12345", "#12345g", "#1234567", "url(x)", "#fff;}body{"])
def test_what_is_no_colour_never_reaches_the_stylesheet(text):
    with pytest.raises(ValidationError):
        colours.is_colour(text)


@pytest.mark.parametrize("accent", [colours.ACCENT, "#9c4a2f", "#23395d", "#7a1f4b", "#000000", "#5b5b00"])
def test_any_accent_can_be_read_in_the_dark(accent):
    dark = colours.in_the_dark(accent)
    assert colours.contrast(dark, colours.DARK_PAPER) >= colours.READABLE
    assert colours.contrast(dark, colours.on(dark)) >= colours.READABLE
