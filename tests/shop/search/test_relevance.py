"""How good the search is on a real catalogue that nobody here wrote, judged by people."""

import random
from statistics import mean

import pytest

from shop.search import listing
from shop.search.query import Query
from tests.shop.search import icecat

pytestmark = pytest.mark.skipif(not icecat.FOLDER.exists(), reason=f"the graded searches are not there: {icecat.FOLDER}")

GOAL = 0.74
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def graded(django_db_setup, django_db_blocker):
    """The catalogue, built once for the module and taken away after it."""
    with django_db_blocker.unblock():
        icecat.build()
        yield icecat.grades()
        icecat.remove()


def found_by(text):
    return [card.product_id for card in listing.find(Query(text=text), "en").cards[:10]]


def with_one_letter_changed(text, seed):
    chance = random.Random(f"{text}{seed}")
    at = chance.choice([at for at, letter in enumerate(text) if letter.isalpha()])
    return text[:at] + chance.choice(LETTERS.replace(text[at].lower(), "")) + text[at + 1 :]


@pytest.mark.django_db
def test_the_first_ten_results_are_as_good_as_promised(graded):
    assert mean(icecat.ndcg(found_by(query), grades) for query, grades in graded.items()) >= GOAL


@pytest.mark.django_db
def test_one_letter_changed_loses_at_most_a_tenth(graded):
    right = mean(icecat.ndcg(found_by(query), grades) for query, grades in graded.items())
    wrong = mean(
        icecat.ndcg(found_by(with_one_letter_changed(query, seed)), grades)
        for query, grades in graded.items()
        for seed in range(3)
    )
    assert wrong >= 0.9 * right
