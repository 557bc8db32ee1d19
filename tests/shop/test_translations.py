"""Every text is there in every language of the shop, with the same blanks to fill in."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["uk", "ru", "ro"]
BLANK = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


def catalogue(language, locale_dir=ROOT / "shop" / "locale"):
    with (locale_dir / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_its_translation(language):
    missing = [message.id for message in catalogue(language) if message.fuzzy or not all(forms(message.string))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_blanks_of_the_original(language):
    wrong = []
    for message in catalogue(language):
        asked = {blank for text in forms(message.id) for blank in BLANK.findall(text)}
        for text in forms(message.string):
            # A plural form may leave its number out ("one thing"), but never bring in a blank nobody fills.
            given = set(BLANK.findall(text))
            if not given <= asked or (isinstance(message.id, str) and given != asked):
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed: apt-get install gettext")
def test_the_catalogues_hold_every_text_of_the_code(tmp_path):
    for name in ("shop", "templates", "loyalty", "campaigns", "feedback", "analytics"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("pictures", "studio", "__pycache__", "locale")
        )
    collect = [sys.executable, "-m", "django", "makemessages", "-l", "uk", "--no-location", "--no-wrap", "-v0"]
    (tmp_path / "locale").mkdir()
    subprocess.run(collect, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, check=True, capture_output=True)
    known = {(message.context, str(message.id)) for message in catalogue("uk")}
    found = {(message.context, str(message.id)) for message in catalogue("uk", tmp_path / "locale")}
    assert found - known == set(), "run `make messages` and translate"
