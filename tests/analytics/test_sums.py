"""Figures of a small shop, each worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from analytics import metrics, sums
from analytics.models import Spend
from analytics.periods import Period
from analytics.sums import Slice
from tests import make
from tests.analytics.make import filled, give_back, moment, order

pytestmark = pytest.mark.django_db
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def figures(period=MAY, part=None, **more):
    [found] = sums.over([period], part, **more)
    return {metric.key: metric.of(found) for metric in metrics.METRICS}, found


@pytest.fixture
def a_small_shop():
    """Ana, Ben, Cora and Dan in May 2026; Eve who bought once in May 2025 and never again."""
    ana, ben, cora, dan, eve = (make.customer() for _ in range(5))
    order(eve, "2025-05-10", "40.00", channel="ads")  # a customer until 9 May 2026
    order(ana, "2026-04-02", "10.00", channel="search")
    order(ana, "2026-05-01", "20.00", channel="email")
    order(ana, "2026-05-31", "30.00", channel="email")
    order(ben, "2026-05-05", "50.00", channel="ads")
    order(ben, "2026-06-01", "5.00", channel="direct")  # after the month
    order(cora, "2026-03-01", "15.00", channel="ads")
    returned = order(cora, "2026-05-20", "25.00", channel="search")
    gone = order(dan, "2026-05-06", "60.00", channel="ads")
    give_back(returned, "5.00", "2026-06-15")
    give_back(gone, "60.00", "2026-05-28")
    Spend.objects.create(day=date(2026, 5, 1), channel="ads", amount=12)
    Spend.objects.create(day=date(2026, 6, 1), channel="ads", amount=99)
    filled()


def test_the_figures_of_a_month(a_small_shop):
    found, summed = figures(seconds=1)
    # At the start Ana, Cora and Eve; at the end Ana, Ben and Cora; Ben is new; Dan was refunded in full and never counted.
    assert (summed.at_start, summed.at_end, summed.new, summed.lost, summed.won_back) == (3, 3, 1, 1, 0)
    assert found["retention"] == pytest.approx(2 / 3)
    assert (summed.orders, summed.ordered, summed.ordered_twice, summed.ordered_ever_twice) == (4, 3, 1, 2)
    assert found["repeat"] == pytest.approx(1 / 3)  # Ana
    assert found["returning"] == pytest.approx(2 / 3)  # Ana and Cora; Ben's second order comes in June
    assert found["orders_each"] == pytest.approx(4 / 3)
    assert found["net_revenue"] == Decimal("120.00")  # 20 + 30 + 50 + (25 - 5) + (60 - 60)
    assert found["average_order"] == Decimal("30.00")
    assert found["given_back"] == Decimal("60.00")  # Cora's five went in June
    assert found["value"] == Decimal("185.00") / 4  # with April, March and Eve: 40 + 10 + 15 + 120
    assert found["cac"] == Decimal("12.00")
    assert found["customers"] == 3


def test_the_month_after_begins_where_the_month_ended(a_small_shop):
    june = Period(date(2026, 6, 1), date(2026, 6, 30))
    assert june.before() == MAY
    may, after = sums.over([MAY, june])
    assert after.at_start == may.at_end
    assert (after.orders, after.ordered, after.ordered_ever_twice, after.new) == (1, 1, 1, 0)


def test_a_slice_is_by_the_orders_own_channel_for_money_and_the_first_ones_for_people(a_small_shop):
    found, summed = figures(part=Slice(channel="ads"))
    assert (summed.orders, found["net_revenue"]) == (1, Decimal("50.00"))
    assert (summed.at_start, summed.at_end, summed.new) == (2, 2, 1)  # Cora and Eve came through ads; then Cora and Ben
    assert found["retention"] == pytest.approx(1 / 2)
    assert found["cac"] == Decimal("12.00")
    returning, _ = figures(part=Slice(is_first=False))
    assert returning["net_revenue"] == Decimal("70.00")
    assert returning["retention"] is not None
    assert returning["repeat"] is None  # people are not told apart by their orders


def test_channels_add_up_to_the_whole(a_small_shop):
    _, whole = figures()
    parts = [
        figures(part=Slice(channel=name))[1] for name in ("direct", "search", "ads", "social", "email", "referral", "unknown")
    ]
    for name in ("orders", "net", "new", "lost", "at_end", "ordered", "ordered_twice", "spend", "net_ever"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name), name


def test_an_empty_shop_has_figures_without_errors():
    found, _ = figures(seconds=1)
    assert set(found.values()) <= {None, 0}


def test_one_order_is_enough_for_figures():
    order(make.customer(), moment("2026-05-31", "23:59"), "10.00")
    filled()
    found, summed = figures(seconds=1)
    assert (found["orders"], found["new"], found["net_revenue"], summed.at_start) == (1, 1, 10, 0)
    assert found["retention"] is None
    assert found["repeat"] == 0
    assert found["second_90"] is None  # watched for a day


def test_a_customer_counts_once_however_often_they_order():
    ana = make.customer()
    for day in range(1, 8):
        order(ana, f"2026-05-{day:02}")
    filled()
    _, summed = figures()
    assert (summed.orders, summed.ordered, summed.ordered_twice, summed.ordered_ever_twice) == (7, 1, 1, 1)


@pytest.mark.parametrize("length", [1, 7, 30, 200])
def test_people_are_counted_right_whatever_the_period(length):
    """Against a count of distinct people in Python."""
    import random
    from collections import Counter
    from datetime import timedelta

    chance = random.Random(length)
    people = [make.customer() for _ in range(6)]
    bought = [(chance.choice(people), date(2026, 1, 1) + timedelta(days=chance.randrange(200))) for _ in range(40)]
    for who, day in bought:
        order(who, str(day))
    filled()
    for _ in range(5):
        first = date(2026, 1, 1) + timedelta(days=chance.randrange(200))
        period = Period(first, first + timedelta(days=length - 1))
        inside = Counter(who.pk for who, day in bought if period.first <= day <= period.last)
        until = Counter(who.pk for who, day in bought if day <= period.last)
        _, summed = figures(period)
        assert summed.ordered == len(inside)
        assert summed.ordered_twice == sum(count > 1 for count in inside.values())
        assert summed.ordered_ever_twice == sum(until[pk] > 1 for pk in inside)
