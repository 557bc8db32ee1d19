"""We never sell more than we have."""

import itertools
import threading

import pytest
from django.db import IntegrityError, connections, models

from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import Option
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.orders import placing
from shop.orders.placing import SoldOut, TooBusy
from tests import make
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHELF = {"reserved_units_are_in_stock": "partner_stockrecord"}


def buyers(product, count, quantities=(1,)):
    """So many people with the product in their baskets, about to order and pay."""
    make.delivery()
    StockRecord.objects.filter(product=product).update(num_in_stock=10_000)
    sizes = itertools.cycle(quantities)
    baskets = [make.basket(product, quantity=next(sizes)).pk for _ in range(count)]

    def buy(basket_id):
        order = placing.place(basket_id, details=make.details(), user=None, seen_total=None)
        return make.pay(order)

    return [lambda pk=pk: buy(pk) for pk in baskets]


def leave_in_stock(product, units):
    StockRecord.objects.filter(product=product).update(num_in_stock=units)


def test_two_hundred_buyers_of_the_last_ten_units_make_ten_orders():
    tea = make.product()
    calls = buyers(tea, 200)
    leave_in_stock(tea, 10)
    ends = all_at_once(calls)
    assert sum(isinstance(end, Order) for end in ends) == 10
    assert sum(isinstance(end, SoldOut) for end in ends) == 190  # told before paying, nobody left waiting
    assert ledgers.reserved(tea) == 10
    assert ledgers.taken() == ledgers.paid() == sum(order.total_incl_tax for order in Order.objects.all())
    assert not ledgers.broken()


def test_without_the_guard_more_is_sold_than_there_is():
    tea = make.product()
    calls = buyers(tea, 40)
    leave_in_stock(tea, 10)
    with unguarded("stock", constraints=SHELF):
        all_at_once(calls)
        assert ledgers.reserved(tea) > 10
        assert ledgers.broken()


def test_without_the_guard_the_database_still_says_no():
    tea = make.product()
    calls = buyers(tea, 20)
    leave_in_stock(tea, 5)
    with unguarded("stock"):
        ends = all_at_once(calls)
    assert ledgers.reserved(tea) <= 5
    assert any(isinstance(end, (IntegrityError, SoldOut)) for end in ends)


def test_baskets_of_different_sizes_never_take_more_than_there_is():
    tea = make.product()
    calls = buyers(tea, 40, quantities=(1, 2, 3))
    leave_in_stock(tea, 17)
    ends = all_at_once(calls)
    sold = sum(line.quantity for order in Order.objects.all() for line in order.lines.all())
    assert sold == ledgers.reserved(tea) <= 17
    assert not [end for end in ends if not isinstance(end, (Order, SoldOut))]
    assert ledgers.taken() == ledgers.paid()
    assert not ledgers.broken()


def basket_with_two_lines_of(product, engraved):
    basket = Basket()
    basket.add_product(product, 5)
    basket.add_product(product, 5, options=[{"option": engraved, "value": "Ana"}])
    return basket


def test_two_lines_of_one_stock_record_share_its_units():
    make.delivery()
    mug, engraved = make.product("Mug", stock=10), Option.objects.create(name="Engraving", code="engraving")
    basket = basket_with_two_lines_of(mug, engraved)
    leave_in_stock(mug, 6)
    with pytest.raises(SoldOut):
        placing.place(basket.pk, details=make.details(), user=None, seen_total=None)
    leave_in_stock(mug, 10)
    order = placing.place(basket.pk, details=make.details(), user=None, seen_total=None)
    assert [(line.quantity, [one.value for one in line.attributes.all()]) for line in order.lines.all()] == [
        (5, []),
        (5, ["Ana"]),
    ]
    assert ledgers.reserved(mug) == 10


def save_prices(product, until, save):
    """A merchant with the product open on their screen, saving it again and again."""
    changed = 0
    while not until.is_set():
        record = StockRecord.objects.get(product=product)
        until.wait(0.02)  # they look at it
        changed += 1
        record.price = 8 + changed % 3
        save(record)
    connections.close_all()


def with_a_merchant_saving(product, calls, save):
    done = threading.Event()
    merchant = threading.Thread(target=save_prices, args=(product, done, save))
    merchant.start()
    try:
        return all_at_once(calls, at_once=8)
    finally:
        done.set()
        merchant.join()


def test_a_merchant_saving_prices_meanwhile_undoes_no_reservation():
    tea = make.product()
    calls = buyers(tea, 30)
    leave_in_stock(tea, 12)
    ends = with_a_merchant_saving(tea, calls, lambda record: record.save())
    assert sum(isinstance(end, Order) for end in ends) == 12
    assert ledgers.reserved(tea) == 12
    assert not [end for end in ends if isinstance(end, TooBusy)]
    assert not ledgers.broken()


def test_saving_the_whole_row_as_django_does_would_undo_them():
    tea = make.product()
    calls = buyers(tea, 30)
    leave_in_stock(tea, 1000)
    every = [field.name for field in StockRecord._meta.concrete_fields if not field.primary_key]
    with_a_merchant_saving(tea, calls, lambda record: models.Model.save(record, update_fields=every))
    assert ledgers.reserved(tea) < 30
    assert ledgers.broken()


def test_a_lock_that_is_not_free_in_time_is_told_and_holds_nothing(monkeypatch):
    from django.db import transaction

    monkeypatch.setattr(placing, "LOCK_TIMEOUT", "200ms")
    make.delivery()
    tea = make.product()
    basket = make.basket(tea)

    def buy():
        return placing.place(basket.pk, details=make.details(), user=None, seen_total=None)

    with transaction.atomic():
        StockRecord.objects.select_for_update().get(product=tea)
        (end,) = all_at_once([buy])
    assert isinstance(end, TooBusy)
    assert (Basket.objects.get(pk=basket.pk).status, ledgers.reserved(tea)) == ("Open", 0)
    assert buy().lines.get().quantity == 1
