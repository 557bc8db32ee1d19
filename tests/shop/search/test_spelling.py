import pytest

from shop.search import index, spelling
from tests import make


@pytest.mark.parametrize("typed", ["choclate", "chocolaate", "chocolete", "hcocolate", "chocolat", "xchocolate"])
def test_one_slip_is_one_edit(typed):
    assert spelling.is_one_edit(typed, "chocolate")


@pytest.mark.parametrize("typed", ["choclat", "cohcoalte", "chocolates!", "tea", ""])
def test_two_slips_are_not(typed):
    assert not spelling.is_one_edit(typed, "chocolate")


@pytest.mark.django_db
def test_the_more_frequent_word_is_guessed_first():
    for title in ("Black tea", "Green tea", "Teal mug"):
        make.product(title)
    index.catch_up()
    assert [guess.text for guess in spelling.guesses(["teas"], "en")["teas"]] == ["tea", "teal"]


@pytest.mark.django_db
def test_two_errors_are_forgiven_in_a_long_word_only():
    make.product("Lavender")
    index.catch_up()
    assert [guess.text for guess in spelling.guesses(["levander"], "en")["levander"]] == ["lavender"]
    assert not spelling.guesses(["lvnd"], "en")["lvnd"]


@pytest.mark.django_db
def test_numbers_are_not_corrected():
    make.product("Filter 2110")
    index.catch_up()
    assert spelling.guesses(["2111"], "en") == {}
