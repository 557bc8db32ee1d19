"""Points are spent once, however many checkouts, refunds and nights want them at the same moment."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from loyalty import expiry, ledger
from loyalty.models import Account, Entry, Lot
from shop.customers.models import CustomerQuerySet
from shop.forks import races
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.orders import placing
from shop.orders.models import OrderCredit
from shop.payments import refunds, settlement, sweeping
from shop.payments.models import Refund
from tests import make
from tests.loyalty import make as have
from tests.loyalty import shopping
from tests.races import ledgers
from tests.races.conftest import all_at_once, dies_at, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = timedelta(hours=2)
BOOKS = {
    "an_account_adds_up": "loyalty_account",
    "loyalty_account_available_check": "loyalty_account",
    "expiring_points_are_there": "loyalty_account",
    "a_lot_adds_up": "loyalty_lot",
    "loyalty_lot_available_check": "loyalty_lot",
}


@pytest.fixture(autouse=True)
def programme():
    make.delivery("0", free_over=None)
    return have.programme()


def checkouts(user, count, points=300):
    """So many checkouts of one person, in as many browsers, each about to order another thing: they meet only in the points."""
    calls = []
    for _ in range(count):
        filled = shopping.basket(user, make.product(price="10.00"), points=points)
        seen = shopping.quote(filled)
        Basket.objects.filter(pk=filled.pk).update(status="Saved")  # one open basket for each owner: open them all below

        def buy(filled=filled, seen=seen):
            order = shopping.place(filled, user, total=seen.total, due=seen.due)
            return make.pay(order)

        calls.append((filled.pk, buy))
    return calls


def opened(calls):
    """Baskets of other tabs: the database keeps one open basket for each owner, so that rule is lifted for the storm."""
    Basket.objects.filter(pk__in=[pk for pk, _buy in calls]).update(status="Open")
    return [buy for _pk, buy in calls]


def test_sixty_checkouts_of_300_against_1000_points_make_three_orders_with_points():
    user, customer = shopping.member(1000)
    with unguarded(constraints={"one_open_basket_per_owner": "basket_basket"}):
        ends = all_at_once(opened(checkouts(user, 60)))
        assert sum(isinstance(end, Order) for end in ends) == 3
        assert sum(isinstance(end, placing.PriceChanged) for end in ends) == 57
        assert OrderCredit.objects.filter(state="spent", units=300).count() == Order.objects.count() == 3
        assert ledgers.taken() == ledgers.paid() == 3 * Decimal("7.00")
        assert have.pots(customer) == {"available": 100, "spent": 900}
        assert not broken()


def test_without_the_locks_they_are_spent_twice(monkeypatch):
    user, _customer = shopping.member(1000)
    monkeypatch.setattr(CustomerQuerySet, "lock_for", lambda self, customer: self.get(pk=customer.pk))
    with unguarded("points", constraints={"one_open_basket_per_owner": "basket_basket", **BOOKS}):
        all_at_once(opened(checkouts(user, 20)))
        assert OrderCredit.objects.exclude(state="released").aggregate(all=Sum("units"))["all"] > 1000


def test_what_a_quote_promised_and_another_tab_took_is_said_and_nothing_is_ordered():
    user, customer = shopping.member(1000)
    filled = shopping.basket(user, make.product(price="10.00"), points=800)
    seen = shopping.quote(filled)
    races.on_point["place.basket_claimed"] = lambda: all_at_once(
        [lambda: ledger.adjust(customer, -500, by=None, note="elsewhere", cause="elsewhere")]
    )
    with pytest.raises(placing.CreditChanged):
        shopping.place(filled, user, total=seen.total, due=seen.due)
    assert not Order.objects.exists()
    assert Basket.objects.get(pk=filled.pk).status == "Open"
    assert have.pots(customer)["available"] == 500


def paid_with_points(count=4, points=1000, quantity=5):
    """A few orders of one person, each partly paid with points."""
    user, customer = shopping.member(count * points)
    orders = []
    for _ in range(count):
        orders.append(make.pay(shopping.order(user, make.product(price="3.33", stock=20), points=points, quantity=quantity)))
    return user, customer, orders


def test_thirty_refunds_at_once_give_back_what_was_paid_in_money_and_in_points():
    _user, customer, orders = paid_with_points()
    calls = [
        lambda order=order: refunds.refund(Order.objects.get(pk=order.pk), {order.lines.get().pk: 1}, reason="broken", by=None)
        for order in orders
        for _ in range(8)
    ]
    ends = all_at_once(calls)
    assert sum(isinstance(end, Refund) for end in ends) == 4 * 5
    assert ledgers.taken() == ledgers.paid() == 0
    assert have.pots(customer) == {"available": 4000}
    assert set(Order.objects.values_list("status", flat=True)) == {"refunded"}
    assert not broken()


def test_checkouts_refunds_giving_up_and_the_night_at_once_lose_no_point():
    user, customer, orders = paid_with_points(count=3)
    have.points(customer, 500)
    Lot.objects.filter(available=500).update(expires_on=timezone.localdate() - timedelta(days=1))
    Account.objects.update(expires_on=timezone.localdate() - timedelta(days=1), expiring=500)
    unpaid = shopping_again(customer, user)
    other = shopping.basket(user, make.product(price="9.00"), points=0)
    calls = [
        *[lambda one=one: refunds.refund_all(one, reason="all", by=None) for one in orders],
        *[lambda one=one: refunds.refund(one, {one.lines.get().pk: 2}, reason="two", by=None) for one in orders],
        lambda: settlement.give_up(unpaid, "left"),
        lambda: make.pay(unpaid),
        expiry.run,
        lambda: shopping.place(other, user, total=Decimal("9.00"), due=Decimal("9.00")),
    ]
    all_at_once(calls)
    sweeping.sweep(timezone.now() + LATER)
    assert ledgers.taken() == ledgers.paid()
    assert have.pots(customer)["expired"] == 500
    held = OrderCredit.objects.filter(state="held").aggregate(all=Sum("units"))["all"] or 0
    assert Account.objects.get(customer=customer).held == held
    assert not broken()


def shopping_again(customer, user):
    """One more order that holds points and waits for its payment."""
    have.points(customer, 200)
    return shopping.order(user, make.product(price="5.00"), points=200)


BEFORE_THE_ORDER = ["place.credits_held", "place.before_commit"]
BEFORE_THE_CHARGE = ["place.after_commit", "pay.before_call"]
AFTER_THE_CHARGE = ["settle.after_answer", "settle.before_commit"]


@pytest.mark.parametrize("point", BEFORE_THE_ORDER + BEFORE_THE_CHARGE + AFTER_THE_CHARGE)
def test_dying_on_the_way_spends_the_points_with_the_order_or_frees_them(point):
    user, customer = shopping.member(1000)
    filled = shopping.basket(user, make.product(price="10.00"), points=400)
    seen = shopping.quote(filled)
    assert dies_at(point, lambda: make.pay(shopping.place(filled, user, total=seen.total, due=seen.due)))
    sweeping.sweep(timezone.now() + LATER)
    is_paid = point in AFTER_THE_CHARGE
    assert have.pots(customer) == ({"available": 600, "spent": 400} if is_paid else {"available": 1000})
    assert ledgers.taken() == ledgers.paid() == (Decimal("6.00") if is_paid else 0)
    assert not broken()


@pytest.mark.parametrize("point", ["refund.checked", "refund.after_answer"])
def test_dying_in_a_refund_gives_back_points_with_the_money(point):
    user, customer = shopping.member(1000)
    order = make.pay(shopping.order(user, make.product(price="5.00"), points=400, quantity=2))
    assert dies_at(point, lambda: refunds.refund(order, {order.lines.get().pk: 1}, reason="broken", by=None))
    sweeping.sweep(timezone.now() + LATER)
    given = point == "refund.after_answer"
    assert have.pots(customer) == ({"available": 800, "spent": 200} if given else {"available": 600, "spent": 400})
    assert ledgers.taken() == ledgers.paid() == (Decimal("3.00") if given else Decimal("6.00"))
    assert not broken()


def test_a_free_order_and_its_refund_at_once_with_another_end_in_balance():
    """Points pay all of it: no provider is asked, and each unit comes back once."""
    user, customer = shopping.member(5000)
    order = shopping.order(user, make.product(price="10.00"), points=5000, quantity=4)
    assert (order.due, Order.objects.get().status) == (0, "paid")
    line = order.lines.get()
    calls = [lambda: refunds.refund(Order.objects.get(pk=order.pk), {line.pk: 1}, reason="one", by=None)] * 10
    ends = all_at_once(calls)
    assert sum(isinstance(end, Refund) for end in ends) == 4
    assert have.pots(customer) == {"available": 5000}
    assert Entry.objects.filter(kind="return").count() == 4
    assert Order.objects.get().status == "refunded"
    assert not broken()


def broken():
    return ledgers.broken() + [str(one) for one in Account.objects.out_of_balance()]
