from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.forks.catalogue.models import Product
from shop.forks.partner.models import StockRecord
from shop.search import cards, index
from shop.search.models import Listing
from tests import make

pytestmark = pytest.mark.django_db


def test_cards_keep_the_order_asked_for_and_leave_out_what_is_not_listed():
    one, two, hidden = make.product("One"), make.product("Two"), make.product("Hidden", is_public=False)
    index.catch_up()
    assert [card.title for card in cards.for_products([two.pk, hidden.pk, 999_999, one.pk], "en")] == ["Two", "One"]


def test_a_card_speaks_the_language_of_the_page_else_the_shops():
    tea = make.product("Tea", title_uk="Чай")
    soap = make.product("Soap")
    index.catch_up()
    found = cards.for_products([tea.pk, soap.pk], "uk")
    assert [card.title for card in found] == ["Чай", "Soap"]
    assert found[0].url.startswith("/uk/catalogue/")


def test_a_reduced_price_is_a_badge():
    tea = make.product("Tea", price="8.00")
    StockRecord.objects.update(compare_at_price=Decimal("10.00"))
    Product.objects.update(date_created=timezone.now() - timedelta(days=100))
    index.catch_up()
    [card] = cards.for_products([tea.pk], "en")
    assert (card.compare_at, list(card.badges)) == (Decimal("10.00"), ["−20 %"])


def test_a_price_before_that_is_not_higher_is_no_reduction():
    make.product("Tea", price="8.00")
    StockRecord.objects.update(compare_at_price=Decimal("8.00"))
    index.catch_up()
    assert Listing.objects.get().compare_at is None


def test_a_product_without_a_price_cannot_be_bought():
    tea = make.product("Tea", price=None)
    index.catch_up()
    [card] = cards.for_products([tea.pk], "en")
    assert (card.price, card.availability) == (None, "out")


def test_shelves_show_what_can_be_bought():
    make.product("Gone", stock=0)
    make.product("Here")
    index.catch_up()
    assert [card.title for card in cards.newest(5, "en")] == ["Here"]
    assert [card.title for card in cards.best_sellers(5, "en")] == ["Here"]
    assert cards.reduced(5, "en") == []


def test_best_sellers_are_what_was_ordered_lately():
    make.product("Slow")
    fast = make.product("Fast")
    make.product("New")
    make.paid_order(fast)
    index.catch_up()
    assert Listing.objects.get(pk=fast.pk).sold == 1
    assert cards.best_sellers(1, "en")[0].title == "Fast"


def test_cards_take_one_query(django_assert_num_queries):
    products = [make.product(f"Tea {number}") for number in range(5)]
    index.catch_up()
    with django_assert_num_queries(1):
        assert len(cards.for_products([product.pk for product in products], "en")) == 5


def test_a_card_says_when_it_is_back_until_that_day_has_come():
    today = timezone.localdate()
    coming, late, here = make.product(stock=0), make.product(stock=0), make.product(stock=3)
    StockRecord.objects.update(expected_on=today + timedelta(days=4))
    StockRecord.objects.filter(product=late).update(expected_on=today)
    index.catch_up()
    shown = cards.for_products([coming.pk, late.pk, here.pk], "en")
    assert [card.expected_on for card in shown] == [today + timedelta(days=4), None, None]
