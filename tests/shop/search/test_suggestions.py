import pytest

from shop.search import index, suggestions
from shop.search.models import Search
from tests import make

pytestmark = pytest.mark.django_db


def test_an_unfinished_word_is_finished():
    make.product("Chocolate", in_category=make.category("Sweets"))
    index.catch_up()
    found = suggestions.for_text("cho", "en")
    assert [card.title for card in found.cards] == ["Chocolate"]
    assert [item.name for item in found.categories] == ["Sweets"]


def test_typing_errors_are_forgiven_while_typing():
    make.product("Chocolate")
    index.catch_up()
    assert suggestions.for_text("choclat", "en").cards


def test_one_letter_is_too_little():
    make.product("Chocolate")
    index.catch_up()
    assert not suggestions.for_text("c", "en")


def test_searches_of_several_people_are_offered():
    for text, times in (("green tea", 3), ("green mug", 2)):
        for _ in range(times):
            Search.objects.create(text=text, language="en", results=4)
    for _ in range(5):
        Search.objects.create(text="green monster", language="en", results=0)
    assert suggestions.for_text("gre", "en").searches == ["green tea"]
