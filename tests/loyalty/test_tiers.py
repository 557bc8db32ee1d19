from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty import tiers
from loyalty.models import Account, Tier
from shop.customers import merging
from shop.events import bell
from shop.events.models import Event
from shop.orders import quotes
from shop.payments import refunds
from tests import make
from tests.loyalty import make as loyal
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running():
    loyal.programme(tier_grace_days=60)
    loyal.rule()
    make.delivery("4.90", free_over=None)


def climb():
    return loyal.tier("Green", "20"), loyal.tier("Black", "50"), loyal.tier("Gold", "100")


def tier_of(customer):
    tier = Account.objects.get(customer=customer).tier
    return tier.name if tier else ""


@pytest.mark.parametrize(("spend", "name"), [("19.99", None), ("20", "Green"), ("99.99", "Black"), ("1000", "Gold")])
def test_the_highest_tier_that_the_spend_reaches(spend, name):
    found = tiers.reached_by(Decimal(spend), climb())
    assert (found.name if found else None) == name


def test_goods_paid_for_count_and_delivery_does_not(deliver):
    climb()
    order = make.paid_order(make.product(price="45.50"))
    deliver()
    assert Account.objects.get(customer=order.customer).spend == Decimal("45.50")
    assert tier_of(order.customer) == "Green"


def test_rising_is_told(deliver):
    climb()
    order = make.paid_order(make.product(price="120.00"))
    deliver()
    assert Event.objects.get(kind="loyalty.tier_reached", customer=order.customer).data == {"tier": "Gold"}


def test_a_refund_counts_against_it(deliver):
    climb()
    order = make.paid_order(make.product(price="30.00"), make.product(price="25.00"))
    deliver()
    refunds.refund(order, {order.lines.order_by("pk").first().pk: 1}, reason="", by=None)
    deliver()
    account = Account.objects.get(customer=order.customer)
    assert (account.spend, account.tier.name) == (Decimal("25.00"), "Black")
    assert account.tier_ends_on == timezone.localdate() + timedelta(days=60)


def test_what_two_rows_of_one_person_spent_counts_together(deliver):
    climb()
    keep, other = (make.paid_order(make.product(price="30.00")).customer for _person in range(2))
    deliver()
    assert (tier_of(keep), tier_of(other)) == ("Green", "Green")
    kept = merging.merge(keep, other)
    deliver()
    assert tier_of(kept) == "Black"


def test_it_is_left_one_step_at_a_time_and_not_at_once(deliver):
    climb()
    order = make.paid_order(make.product(price="120.00"))
    deliver()
    start, names = timezone.now() + timedelta(days=366), []
    for days in (0, 59, 61, 100, 122, 183, 250):
        tiers.review(order.customer, start + timedelta(days=days))
        names.append(tier_of(order.customer))
    assert names == ["Gold", "Gold", "Black", "Black", "Green", "", ""]
    assert Event.objects.filter(kind="loyalty.tier_left").count() == 3


def test_who_buys_enough_within_the_grace_stays(deliver):
    climb()
    order = make.paid_order(make.product(price="120.00"))
    deliver()
    later = timezone.now() + timedelta(days=366)
    tiers.review(order.customer, later)
    assert Account.objects.get(customer=order.customer).tier_ends_on
    tiers.review(order.customer)
    assert Account.objects.get(customer=order.customer).tier_ends_on is None


def test_the_nightly_review_finds_those_whose_year_is_over(deliver):
    climb()
    make.paid_order(make.product(price="120.00"))
    make.paid_order(make.product(price="5.00"))
    deliver()
    assert tiers.review_all(timezone.now() + timedelta(days=400)) == 2
    assert not Account.objects.filter(spend__gt=0).exists()


def test_who_would_move_is_known_before(deliver):
    climb()
    make.paid_order(make.product(price="45.00"))
    deliver()
    planned = [*Tier.objects.exclude(name="Green"), Tier(name="Green", threshold=Decimal("46"))]
    assert tiers.movers(planned) == [tiers.Mover("Green", "", 1)]
    assert tiers.movers(Tier.objects.all()) == []


def test_progress_says_how_far_the_next_is(deliver):
    climb()
    order = make.paid_order(make.product(price="45.00"))
    deliver()
    progress = tiers.progress_of(Account.objects.get(customer=order.customer))
    assert (progress.tier.name, progress.next.name, progress.missing, progress.percent) == (
        "Green",
        "Black",
        Decimal("5.00"),
        90,
    )


def gold():
    member = loyal.member()
    loyal.points(member, 1)
    Account.objects.filter(customer=member).update(tier=loyal.tier(threshold="0", has_free_delivery=True))
    return member


def test_free_delivery_of_a_tier():
    member = gold()
    quote = quotes.quote(make.basket(make.product(), owner=member.user), country="RO")
    assert (quote.shipping, quote.missing_for_free_shipping) == (0, 0)


def test_free_delivery_is_what_the_order_costs_too():
    member = gold()
    basket = make.basket(make.product(price="10.00"), owner=member.user)
    order = make.order(filled=basket, user=member.user)
    assert (order.shipping_incl_tax, order.total_incl_tax) == (0, Decimal("10.00"))


def test_a_guest_with_a_members_address_pays_for_delivery():
    member = gold()
    assert make.order(make.product(price="10.00"), email=member.email).shipping_incl_tax == Decimal("4.90")


def test_a_programme_that_is_off_gives_no_free_delivery():
    member = gold()
    loyal.programme(is_on=False)
    assert quotes.quote(make.basket(make.product(), owner=member.user), country="RO").shipping == Decimal("4.90")


def test_a_programme_that_is_switched_on_knows_who_bought_before(deliver):
    loyal.programme(is_on=False)
    order = make.paid_order(make.product(price="120.00"))
    deliver()
    loyal.programme(is_on=True)
    climb()
    assert tiers.review_all() == 1
    assert tier_of(order.customer) == "Gold"


def test_the_nightly_review_touches_only_those_whom_it_changes(deliver, django_assert_max_num_queries):
    climb()
    for _person in range(5):
        make.paid_order(make.product(price="45.00"))
    deliver()
    with django_assert_max_num_queries(4):
        assert tiers.review_all() == 0


@pytest.mark.parametrize(("before", "typed", "rung"), [(False, {"is_on": "on"}, 1), (True, {"is_on": "on"}, 0)])
def test_everybody_is_looked_at_as_soon_as_the_programme_is_switched_on(admin_client, monkeypatch, before, typed, rung):
    tasks = []
    monkeypatch.setattr(bell, "ring", tasks.append)
    page = f"/admin/loyalty/programme/{loyal.programme(is_on=before).pk}/change/"
    assert typing.send(admin_client, page, "programme_form", **typed).status_code == 302
    assert tasks.count("loyalty.tasks.review_tiers") == rung
