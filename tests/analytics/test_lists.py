"""Each list has exactly the rows that its figure counts."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from analytics import lists, products, sums
from analytics.models import Channel
from analytics.narrowing import Narrow
from analytics.periods import Period, preset
from analytics.sums import Slice
from shop.forks.catalogue.models import ProductCategory
from shop.forks.partner.models import StockRecord
from tests import make
from tests.analytics.make import days_ago, filled, give_back, order

pytestmark = pytest.mark.django_db

# List by the field of the sums that counts it.
COUNTED = {
    "orders": "orders", "ordered": "ordered", "ordered_twice": "ordered_twice", "returning": "ordered_ever_twice", "new": "new",
    "at_start": "at_start", "at_end": "at_end", "lost": "lost", "won_back": "won_back", "ever": "ever",
}  # fmt: skip


@pytest.fixture
def a_random_shop():
    """Eight people over three years, some refunds, all channels."""
    chance, people = Random(3), [make.customer() for _ in range(8)]
    for _ in range(45):
        made = order(
            chance.choice(people), days_ago(chance.randrange(1000)), str(chance.randrange(10, 60)),
            channel=chance.choice(Channel.values),
        )  # fmt: skip
        if chance.random() < 0.15:
            give_back(made, str(made.total_incl_tax), days_ago(0))
    filled()


@pytest.mark.parametrize("channel", ["", "ads"])
def test_lists_are_as_long_as_their_figures_say(a_random_shop, channel):
    today, chance = date.fromisoformat(days_ago(0)), Random(4)
    periods = [
        Period(today - timedelta(days=chance.randrange(20, 360)), today - timedelta(days=chance.randrange(20)))
        for _ in range(4)
    ]
    part = Slice(channel=channel)
    for summed in sums.over(periods, part):
        for key, field in COUNTED.items():
            rows = lists.LISTS[key].rows(summed.period, part)
            assert rows.count() == getattr(summed, field), (key, summed.period)
            if lists.LISTS[key].of == "customers" and key not in ("lost", "won_back"):
                assert max(Counter(rows.values_list("customer", flat=True)).values(), default=1) == 1, key


def test_those_who_bought_again_within_90_days_are_the_curves(a_random_shop):
    today = date.fromisoformat(days_ago(0))
    period, part = Period(today, today), Slice()
    [summed] = sums.over([period], part, seconds=1)
    assert lists.LISTS["watched"].rows(period, part).count() == summed.second.people


def test_a_cohorts_list_is_its_cell(a_random_shop):
    from analytics import cohorts

    today = date.fromisoformat(days_ago(0))
    for row in cohorts.table(cohorts.MEASURES["customers"], Slice(), today, months=36):
        for cell in row.cells:
            listed = lists.LISTS["ordered"].rows(cell.opens, Slice(narrow=Narrow(cohort=row.month)))
            assert listed.count() == cell.value


def test_goods_of_no_category_are_whole_products_that_are_in_none():
    placed, loose = make.variants("Assam"), make.variants("Soap")
    ProductCategory.objects.create(product=placed, category=make.category())
    for parent in (placed, loose):
        order(make.customer(), days_ago(3), of=parent.children.first())
    filled()
    assert products.ids_in("-") == [loose.pk]
    rows = lists.LISTS["lines"].rows(period := preset("30", timezone.localdate()), Slice(narrow=Narrow(category="-")))
    assert [line.product.parent for line in rows] == [loose]
    [row] = [row for row in products.by_category(products.table(period, Slice(), period.last)) if not row.title]
    assert row.units == sum(line.quantity for line in rows)


def test_a_margin_is_not_known_where_the_cost_of_anything_sold_is_not():
    known, unknown = make.product("Assam"), make.product("Soap")
    StockRecord.objects.filter(product=known).update(cost_price=Decimal("3.00"))
    order(make.customer(), days_ago(3), "20.00", of=known, units=2)
    filled()

    def margin():
        rows = lists.LISTS["lines"].rows(preset("30", timezone.localdate()), Slice())
        return {total.key: amount for total, amount in lists.LISTS["lines"].kind.sums(rows, Slice())}["margin"]

    assert margin() == 14
    order(make.customer(), days_ago(3), "5.00", of=unknown)
    filled()
    assert margin() is None
