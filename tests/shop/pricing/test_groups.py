"""Promotions for groups of people that apps above know: tiers, segments."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shop.customers.models import Customer
from shop.forks import races
from shop.forks.basket.models import Basket
from shop.orders import placing, quotes
from shop.pricing import groups
from tests import make

pytestmark = pytest.mark.django_db


class Named(groups.Kind):
    """Groups of those whose address begins so; counts how often it is asked."""

    code, name = "named", "Named"

    def __init__(self) -> None:
        self.asked = 0

    def named(self) -> dict[str, str]:
        return {"ana": "Ana's", "ion": "Ion's", **{f"g{number}": f"Group {number}" for number in range(30)}}

    def of(self, customer: Customer, ids: Collection[str]) -> set[str]:
        self.asked += 1
        email = Customer.objects.get(pk=customer.pk).email
        return {one for one in ids if email.startswith(one)}

    def customers(self, group_id: str) -> QuerySet[Customer]:
        return Customer.objects.filter(email__startswith=group_id)

    def reasons(self, ids: Collection[str]) -> dict[str, str]:
        return {one: "It is for people with short names." for one in ids if one in self.named()}


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Named:
    kind = Named()
    monkeypatch.setitem(groups._kinds, kind.code, kind)
    make.delivery()
    return kind


def known(email: str, *, is_confirmed: bool = True) -> Customer:
    """Somebody with an account."""
    user = make.user(email)
    customer = Customer.objects.for_email(email)
    customer.user = user if is_confirmed else None
    customer.save()
    return customer


def quoted(basket: Basket, customer: Customer | None = None) -> quotes.Quote:
    return quotes.quote(Basket.objects.get(pk=basket.pk), country="RO", customer=customer)


def test_who_is_in_the_group_gets_it_and_nobody_else(named):
    make.offer(percent="10", audience="named:ana")
    tea = make.product(price="20.00")
    ana, ion = known("ana@example.com"), known("ion@example.com")
    assert quoted(make.basket(tea, owner=ana.user)).discount_total == Decimal("2.00")
    assert quoted(make.basket(tea, owner=ion.user)).discount_total == 0
    assert quoted(make.basket(tea, owner=ion.user)).barred == []
    assert quoted(make.basket(tea)).discount_total == 0


def test_an_address_that_is_only_claimed_brings_nothing(named):
    make.offer(percent="10", audience="named:ana")
    tea, ana = make.product(price="20.00"), known("ana@example.com")
    # A guest types it at the checkout; somebody else's account orders in that name; the account is not confirmed.
    assert quoted(make.basket(tea), ana).discount_total == 0
    assert quoted(make.basket(tea, owner=known("ion@example.com").user), ana).discount_total == 0
    other = known("ana2@example.com", is_confirmed=False)
    unproven = make.user("ana3@example.com")
    assert quoted(make.basket(tea, owner=unproven), other).discount_total == 0
    order = make.order(tea, email="ana@example.com")
    assert order.discounts.count() == 0


def test_the_basket_says_what_logging_in_would_bring(named):
    make.offer("For friends", percent="10", audience="named:ana")
    tea = make.product(price="20.00")
    seen = quoted(make.basket(tea)).barred
    assert [(one.name, one.why, one.needs) for one in seen] == [("For friends", "It is for people with short names.", "login")]
    assert quoted(make.basket(tea, owner=make.user("ana@example.com"))).barred[0].needs == "proof"
    client = Client()
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1"})
    for name in ("basket:summary", "checkout:index"):
        page = client.get(reverse(name)).content.decode()
        assert "It is for people with short names" in page
        assert "Log in, and we know you" in page


def test_a_code_for_a_group_says_why_it_gives_nothing(named):
    voucher = make.voucher()
    voucher.offers.update(audience="named:ana")
    tea = make.product(price="20.00")
    said = quoted(make.basket(tea, vouchers=(voucher,))).why_not[voucher.pk]
    assert "short names" in said
    assert "Log in" in said
    ion, ana = known("ion@example.com"), known("ana@example.com")
    assert quoted(make.basket(tea, owner=ion.user, vouchers=(voucher,))).why_not[voucher.pk] == (
        "It is for people with short names."
    )
    assert quoted(make.basket(tea, owner=ana.user, vouchers=(voucher,))).discount_total == Decimal("5.00")


@pytest.mark.parametrize("audience", ["named:nobody", "gone:7", "nonsense"])
def test_a_group_that_is_gone_has_nobody_in_it(named, audience):
    make.offer(percent="10", audience=audience)
    voucher = make.voucher()
    voucher.offers.update(audience=audience)
    tea, ana = make.product(price="20.00"), known("ana@example.com")
    for owner in (ana.user, make.user(), None):
        seen = quoted(make.basket(tea, owner=owner, vouchers=(voucher,)))
        assert (seen.discount_total, seen.barred, seen.why_not[voucher.pk]) == (0, [], "It is for other customers.")


def test_placing_asks_again_under_its_locks(named):
    make.offer(percent="10", audience="named:ana")
    ana = known("ana@example.com")
    basket = make.basket(make.product(price="20.00"), owner=ana.user)
    total = quotes.quote(Basket.objects.get(pk=basket.pk), country="RO", shipping_code="courier").total
    details = make.details("ana@example.com")

    def leaves():
        Customer.objects.filter(pk=ana.pk).update(email="olga@example.com")

    races.on_point["place.basket_claimed"] = leaves
    try:
        with pytest.raises(placing.PriceChanged):
            placing.place(basket.pk, details=details, user=ana.user, seen_total=total)
    finally:
        races.on_point.clear()
    Customer.objects.filter(pk=ana.pk).update(email="ana@example.com")
    order = placing.place(basket.pk, details=details, user=ana.user, seen_total=total)
    assert order.discounts.get().amount == Decimal("2.00")


def test_groups_take_the_same_queries_however_many(named):
    ana = known("ana@example.com")
    basket, counts = make.basket(make.product(price="20.00"), owner=ana.user), []
    for number in range(8):
        make.offer(f"offer {number}", percent="1", audience=f"named:g{number}", exclusive=False)
        quoted(basket)
        named.asked = 0
        with CaptureQueriesContext(connection) as queries:
            quoted(basket)
        counts.append((len(queries), named.asked))
    assert set(counts) == {(counts[0][0], 1)}


def test_who_is_told_of_promotions_for_groups_takes_the_same_queries_however_many(named, costs_the_same):
    basket, number = make.basket(make.product(price="20.00")), iter(range(30))
    costs_the_same(
        show=lambda: quoted(basket),
        add_row=lambda: make.offer(f"offer {next(number)}", percent="1", audience="named:ana", exclusive=False),
    )


def test_the_promotions_of_a_group_are_those_that_are_not_over(named):
    now = timezone.now()
    make.offer("over", percent="1", audience="named:ana", end_datetime=now - timedelta(days=1))
    make.offer("draft", percent="1", audience="named:ana", is_draft=True, status="Suspended")
    make.offer("on", percent="1", audience="named:ana", end_datetime=now + timedelta(days=1))
    make.offer("others", percent="1", audience="named:ion")
    assert [one.name for one in groups.used_by(["named:ana", "named:g1"])] == ["draft", "on"]


def test_without_such_promotions_nobody_is_asked(named):
    make.offer(percent="10")
    quoted(make.basket(make.product(), owner=known("ana@example.com").user))
    assert named.asked == 0
