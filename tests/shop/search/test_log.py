import pytest

from shop.search import log
from shop.search.models import MissedSearch, Search
from shop.search.reading import Reading

pytestmark = pytest.mark.django_db


def test_a_search_is_one_row_in_small_letters():
    log.record("  Green   TEA ", "en", 12, Reading("en"))
    assert list(Search.objects.values_list("text", "language", "results")) == [("green tea", "en", 12)]


@pytest.mark.parametrize("typed", ["ana@example.com", "+373 69 123 456", "call 069-12-34-56 please"])
def test_what_looks_like_somebody_is_not_kept(typed):
    log.record(typed, "en", 0, None)
    assert not Search.objects.exists()


def test_the_missed_are_listed_once_with_their_number_until_they_find_something():
    for _ in range(3):
        log.record("matcha", "en", 0, None)
    log.record("chai", "en", 0, None)
    log.record("chai", "en", 5, None)
    assert [(row.text, row.times) for row in MissedSearch.objects.all()] == [("matcha", 3)]


def test_the_admin_lists_them(admin_client):
    log.record("matcha", "en", 0, None)
    assert b"matcha" in admin_client.get("/admin/search/missedsearch/").content
    assert admin_client.get("/admin/search/search/").status_code == 200
    assert admin_client.get("/admin/search/synonym/add/").status_code == 200
