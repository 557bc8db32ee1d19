"""One basket gives one order and one charge, and every click on it counts."""

import pytest

from shop.forks.basket.models import Basket, Line
from shop.forks.order.models import Order
from shop.orders import placing
from shop.payments import attempts
from shop.payments.models import PaymentAttempt, TestSession
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def submits(count=10):
    """The same form sent so many times, up to the payment page."""
    make.delivery()
    basket, details = make.basket(make.product()), make.details()

    def submit():
        order = placing.place(basket.pk, details=details, user=None, seen_total=None)
        attempts.start(order, "test", "/")
        return make.pay(order)

    return [submit] * count


def test_ten_identical_submits_make_one_order_and_one_charge():
    orders = all_at_once(submits())
    assert len({order.pk for order in orders}) == 1
    assert PaymentAttempt.objects.count() == TestSession.objects.count() == 1
    assert ledgers.taken() == ledgers.paid() == Order.objects.get().total_incl_tax
    assert not ledgers.broken()


def test_without_the_guard_a_basket_is_ordered_again_and_again():
    with unguarded("basket", constraints={"one_order_per_basket": "order_order"}):
        all_at_once(submits())
        assert Order.objects.count() > 1


def adds(count=10):
    tea, basket = make.product(stock=100), Basket.objects.create()
    return basket, [lambda: Basket.objects.get(pk=basket.pk).add_product(tea)] * count


def test_ten_clicks_on_add_make_ten():
    basket, calls = adds()
    all_at_once(calls)
    assert Line.objects.get().quantity == Basket.objects.get(pk=basket.pk).item_count == 10


def test_without_the_lock_clicks_are_lost():
    _basket, calls = adds()
    with unguarded("basket_lines"):
        all_at_once(calls)
        assert Line.objects.get().quantity < 10


def test_an_account_has_one_open_basket_however_it_begins():
    ana, tea = make.user(), make.product(stock=100)
    all_at_once([lambda: Basket(owner=ana).add_product(tea)] * 6)
    assert Basket.objects.get(owner=ana).item_count == 6


def test_a_line_loaded_before_the_order_changes_nothing_after_it():
    make.delivery()
    basket = make.basket(make.product())
    loaded = Line.objects.select_related("basket").get(basket=basket)
    order = placing.place(basket.pk, details=make.details(), user=None, seen_total=None)
    loaded.quantity = 50
    loaded.save()
    assert order.lines.get().quantity == 1
    assert make.pay(order).total_incl_tax == order.total_incl_tax
    assert not ledgers.broken()
