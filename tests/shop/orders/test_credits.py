"""Lines below the total: how much of a purse pays for a quote, and which part of it each line gets."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shop.forks import money
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.orders import audit, credits, placing, quotes
from shop.orders.credits import Kind, Purse
from shop.orders.models import CreditShare, OrderCredit
from shop.payments import refunds, settlement
from shop.payments.gateways import rehearsal
from shop.payments.gateways.base import RefundOutcome
from shop.payments.models import PaymentAttempt, Refund
from tests import make
from tests.shop.orders import test_quotes

pytestmark = pytest.mark.django_db
QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # an example takes a second: the first that fails is good enough
PURSE = Purse(units=5000, value=Decimal("0.01"))


class Card(Kind):
    """A kind of credit for tests. It keeps no books: those of points are tested with the ledger."""

    code = "card"
    name = "Card"

    def __init__(self, purse=PURSE):
        self.all, self.purses = {}, purse

    def counted(self, units):
        return f"{units} on the card"

    def purse(self, customer, quote):
        return self.purses

    def lock(self, customer): ...

    def hold(self, customer, units, order):
        if units > self.purses.units:
            raise credits.NotEnough
        self.all[order.pk] = ["held", units]

    def spend(self, order):
        self.all[order.pk][0] = "spent"

    def release(self, order):
        del self.all[order.pk]

    def give_back(self, order, units, *, because):
        self.all[order.pk][1] -= units


@pytest.fixture
def card(monkeypatch):
    kind = Card()
    monkeypatch.setattr(credits, "_kinds", {})
    credits.register(kind)
    return kind


def owner():
    user = make.user()
    customer = make.customer(user.email, user=user)
    return user, customer


def basket(*products, units, quantity=1, user=None):
    filled = make.basket(*products, quantity=quantity, owner=user or owner()[0])
    Basket.objects.filter(pk=filled.pk).update(credits_asked={"card": units})
    return Basket.objects.get(pk=filled.pk)


def quoted(filled):
    return quotes.quote(filled, country="RO", shipping_code="courier")


def order(filled):
    seen = quoted(Basket.objects.get(pk=filled.pk))
    details = make.details(filled.owner.email, payment_code="test" if seen.due else "free")
    return placing.place(filled.pk, details=details, user=filled.owner, seen_total=seen.total, seen_due=seen.due)


def test_a_credit_is_a_line_below_the_total_and_the_rest_is_to_pay(card):
    make.delivery("4.90")
    seen = quoted(basket(make.product(price="10.00"), units=300))
    assert [(use.units, use.amount) for use in seen.credits] == [(300, Decimal("3.00"))]
    assert (seen.total, seen.due) == (Decimal("14.90"), Decimal("11.90"))


@pytest.mark.parametrize(
    ("purse", "asked", "used"),
    [
        ({}, 99999, 1490),  # no more than the order costs
        ({"units": 200}, 300, 200),
        ({"share": Decimal("0.5")}, 5000, 745),
        ({"least": 500}, 499, 0),
        ({"least": 500}, 500, 500),
        ({"least": 2000}, 5000, 0),  # the order is too small for the least
        ({"value": Decimal("0.015")}, 3, 3),
        ({"value": Decimal("0.004")}, 2, 0),  # not worth a cent
        ({"value": Decimal("0.004")}, 4, 3),  # one cent: three do
        ({"value": Decimal("100"), "units": 1}, 1, 1),  # worth more than the order: one pays it
    ],
)
def test_so_many_units_are_used(card, purse, asked, used):
    make.delivery("4.90")
    card.purses = replace(PURSE, **purse)
    seen = quoted(basket(make.product(price="10.00"), units=asked))
    assert sum(use.units for use in seen.credits) == used
    assert 0 <= seen.credit_total <= seen.total


def test_what_is_excluded_is_paid_in_money_and_gets_no_share(card):
    make.delivery("0", free_over=None)
    filled = basket(make.product(price="10.00"), make.product(price="5.00"), units=2000)
    first, second = filled.all_lines()
    card.purses = replace(PURSE, excluded=frozenset([first.pk]))
    seen = quoted(filled)
    assert (seen.credit_total, seen.due) == (Decimal("5.00"), Decimal("10.00"))
    assert seen.credits[0].shares == {second.pk: (Decimal("5.00"), 500)}


def test_shares_are_in_proportion_and_add_up(card):
    make.delivery("4.90", free_over=None)
    seen = quoted(basket(make.product(price="3.33"), make.product(price="6.67"), units=1000))
    (use,) = seen.credits
    assert sum(amount for amount, _units in use.shares.values()) == use.amount == Decimal("10.00")
    assert sum(units for _amount, units in use.shares.values()) == use.units == 1000
    assert [amount for amount, _units in use.shares.values()] == [Decimal("2.23"), Decimal("4.48"), Decimal("3.29")]


def test_nobody_pays_with_what_another_has(card, django_assert_num_queries):
    make.delivery()
    tea = make.product(price="10.00")
    guests = make.basket(tea)
    guests.credits_asked = {"card": 300}
    assert quoted(guests).credits == []
    unconfirmed = basket(tea, units=300, user=make.user())
    assert quoted(unconfirmed).credits == []
    theirs = basket(tea, units=300)
    asked = {"country": "RO", "customer": make.customer()}
    assert quotes.quote(theirs, **asked).credits == []
    assert credits.offers(theirs, asked["customer"], quoted(theirs)) == []


def test_a_basket_that_asks_for_nothing_costs_no_query(card, django_assert_num_queries):
    make.delivery()
    filled = basket(make.product(), units=0)
    seen = quoted(filled)
    with django_assert_num_queries(0):
        assert credits.used(filled, None, seen) == []
        assert credits.offers(Basket(), None, seen) == []


def test_an_order_holds_them_the_payment_spends_them_and_giving_up_frees_them(card):
    make.delivery()
    tea = make.product(price="10.00")
    paid = order(basket(tea, units=300))
    assert (paid.credit_total, paid.due, paid.attempts.get().amount) == (Decimal("3.00"), Decimal("11.90"), Decimal("11.90"))
    assert card.all[paid.pk] == ["held", 300]
    make.pay(paid)
    assert card.all[paid.pk][0] == "spent"
    left = order(basket(tea, units=300))
    settlement.give_up(left, "changed my mind")
    assert left.pk not in card.all
    assert set(OrderCredit.objects.values_list("state", flat=True)) == {"spent", "released"}
    assert not audit.broken()


def test_what_pays_all_of_it_needs_no_provider(card):
    make.delivery()
    placed = order(basket(make.product(price="10.00"), units=5000))
    assert (placed.due, Order.objects.get().status, placed.attempts.get().provider) == (0, "paid", "free")
    assert card.all[placed.pk] == ["spent", 1490]


def test_fewer_than_were_seen_raise_before_anything_is_written(card):
    make.delivery()
    filled = basket(make.product(price="10.00"), units=300)
    seen = quoted(filled)
    card.purses = replace(PURSE, units=100)
    details = make.details(filled.owner.email)
    with pytest.raises(placing.CreditChanged) as error:
        placing.place(filled.pk, details=details, user=filled.owner, seen_total=seen.total, seen_due=seen.due)
    assert error.value.quote.due == Decimal("13.90")
    with pytest.raises(placing.CreditChanged):  # a page that knows nothing of credits must not use them
        placing.place(filled.pk, details=details, user=filled.owner, seen_total=seen.total)
    assert not Order.objects.exists()
    assert not card.all


def test_a_refund_that_the_provider_refuses_gives_no_credit_back_and_can_be_asked_for_again(card, monkeypatch):
    make.delivery("0", free_over=None)
    placed = make.pay(order(basket(make.product(price="3.33"), units=500, quantity=3)))
    line = placed.lines.get()
    with monkeypatch.context() as patch:
        patch.setattr(rehearsal.Rehearsal, "refund", lambda self, refund: RefundOutcome(is_done=False, error="no"))
        assert refunds.refund(placed, {line.pk: 2}, reason="broken", by=None).state == "failed"
    assert card.all[placed.pk] == ["spent", 500]
    given = [refunds.refund(placed, {line.pk: 1}, reason="broken", by=None) for _ in range(3)]
    assert sum(one.amount for one in given) == Decimal("4.99")
    assert sum(one.credited for one in given) == Decimal("5.00")
    assert card.all[placed.pk] == ["spent", 0]
    assert Order.objects.get().status == "refunded"
    assert not audit.broken()


def damaged(what):
    make.delivery()
    placed = make.pay(order(basket(make.product(price="10.00"), units=300)))
    refunds.refund(placed, {placed.lines.get().pk: 1}, reason="broken", by=None)
    assert not audit.broken()
    what()
    return {one.code for one in audit.broken()}


DAMAGE = {
    "a sum of credits that is none": lambda: Order.objects.update(credit_total=1),
    "shares that are no sum": lambda: CreditShare.objects.update(amount=9, returned_amount=0),
    "units that are no sum": lambda: CreditShare.objects.update(units=999),
    "held by a paid order": lambda: OrderCredit.objects.update(state="held"),
    "given back by nobody": lambda: CreditShare.objects.update(returned_units=0),
    "a refund of other credits": lambda: Refund.objects.update(credited=1),
    "a payment of the whole total": lambda: PaymentAttempt.objects.update(amount=Decimal("14.90")),
}


@pytest.mark.parametrize("what", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found(card, what):
    assert damaged(what) & {"I2", "I3"}


# Whatever is bought


@st.composite
def shops(draw):
    """A drawn shop with a purse: what is asked for, what a unit is worth, the least, the largest share."""
    shop = draw(test_quotes.shops())
    unit = money.unit(shop["currency"])
    value = draw(st.sampled_from([unit, unit * 3, unit / 4, unit * Decimal("1.5")]))
    share = Decimal(draw(st.integers(1, 100))) / 100
    return {**shop, "asked": draw(st.integers(1, 60_000)), "purse": Purse(50_000, value, draw(st.integers(1, 50)), share)}


def test_whatever_is_bought_comes_back_unit_by_unit_in_money_and_credits(card):
    make.delivery(free_over=None)
    products = [make.product(f"Tea {number}") for number in range(3)]
    percent = make.offer("percent", percent="10", exclusive=False, priority=2)
    off = make.offer("off", off="3", exclusive=False, max_basket_applications=1)
    user, _customer = owner()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
    @given(shops())
    def check(shop):
        percent.refresh_from_db()
        test_quotes.set_up(shop, products, percent, off)
        card.purses = shop["purse"]
        Basket.objects.filter(status="Open").update(status="Saved")
        filled = Basket.objects.create(owner=user, credits_asked={"card": shop["asked"]})
        for product, (_price, quantity) in zip(products, shop["lines"], strict=False):
            filled.add_product(product, quantity)
        pays_and_comes_back(Basket.objects.get(pk=filled.pk), shop, card)

    check()
    assert not audit.broken()


def pays_and_comes_back(filled, shop, card):
    placed = order(filled)
    currency = shop["currency"]
    assert placed.credit_total == sum((one.amount for one in placed.credits.all()), Decimal(0))
    assert 0 <= placed.due == money.rounded(placed.due, currency)
    units = sum(one.units for one in placed.credits.all())
    paid = make.pay(placed) if placed.due else Order.objects.get(pk=placed.pk)
    pieces = [line.pk for line in paid.lines.all() for _ in range(line.quantity)]
    shop["seed"].shuffle(pieces)
    given = [refunds.refund(paid, {pk: 1}, reason="one by one", by=None) for pk in pieces]
    while extras := refunds.extras_left(paid):
        part = max(money.rounded_down(extras / 2, currency), money.unit(currency))
        given.append(refunds.refund(paid, {}, shipping=part, reason="delivery", by=None))
    assert all(one.amount >= 0 and one.credited >= 0 for one in given)
    assert sum(one.amount for one in given) == paid.due
    assert sum(one.credited for one in given) == paid.credit_total
    assert card.all.get(paid.pk, ["spent", 0]) == ["spent", 0]
    assert units == sum(row.units for one in given for row in one.credits.all())
    with pytest.raises(refunds.TooMuch):
        refunds.refund(paid, {pieces[0]: 1}, reason="once more", by=None)
