"""Portraits are drawn from the sales as they are, and explain themselves."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from analytics import portraits, sales
from analytics.models import Forecasting, Group, Portrait
from shop.customers import facts, merging
from shop.forks.order.models import Order
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def bought(email, *days, price="30.00"):
    """A customer with an order paid on each of these days before today."""
    customer = make.customer(email)
    for ago in days:
        order = make.paid_order(make.product(price=price), email=email)
        noon = timezone.make_aware(datetime.combine(TODAY - timedelta(days=ago), datetime.min.time().replace(hour=12)))
        Order.objects.filter(pk=order.pk).update(paid_at=noon)
    return customer


def drawn(customer):
    return Portrait.objects.get(customer=customer)


def test_who_bought_lately_and_often_is_a_champion():
    ana = bought("ana@example.com", 2, 40, 80, price="90.00")
    others = [bought(f"p{number}@example.com", 100 + 50 * number) for number in range(4)]
    sales.refresh_all()
    assert portraits.draw(TODAY) == 5
    assert drawn(ana).group == Group.CHAMPIONS
    assert (drawn(ana).recency, drawn(ana).frequency, drawn(ana).monetary) == (5, 5, 5)
    assert drawn(others[-1]).group == Group.DORMANT
    assert facts.of(ana, ["analytics_rfm_group"]) == {"analytics_rfm_group": "champions"}


def test_a_young_shop_has_groups_but_no_forecast():
    ana = bought("ana@example.com", 2, 40)
    sales.refresh_all()
    portraits.draw(TODAY)
    assert drawn(ana).value_ahead is None
    assert "1 people" in Forecasting.objects.get().problem


def test_who_got_everything_back_has_no_portrait():
    ana = bought("ana@example.com", 2)
    sales.refresh_all()
    portraits.draw(TODAY)
    Order.objects.filter(customer=ana).update(status="refunded")
    sales.refresh_all()
    assert portraits.draw(TODAY) == 0
    assert not Portrait.objects.exists()


def test_two_orders_of_a_day_are_one_visit():
    ana = bought("ana@example.com", 5, 5)
    olga = bought("olga@example.com", 5, 9)
    sales.refresh_all()
    portraits.draw(TODAY)
    assert drawn(ana).frequency < drawn(olga).frequency


def test_a_month_remembers_the_group_it_began_with():
    ana = bought("ana@example.com", 25)
    bought("olga@example.com", 500)
    sales.refresh_all()
    portraits.draw(TODAY - timedelta(days=24))
    before = drawn(ana).group
    for ago in (21, 3):
        bought(f"new{ago}@example.com", ago, ago + 1, ago + 2, price="200.00")
    sales.refresh_all()
    portraits.draw(TODAY)
    portraits.draw(TODAY)
    assert drawn(ana).group_before == before
    assert drawn(ana).group != before


def test_the_empty_shop_draws_nobody():
    assert portraits.draw(TODAY) == 0
    assert sum(count for _group, count in portraits.groups()) == 0


def test_two_rows_of_one_person_are_drawn_as_one():
    ana, twin = bought("ana@example.com", 5), bought("ana2@example.com", 9)
    sales.refresh_all()
    portraits.draw(TODAY)
    merging.merge(ana, twin)
    sales.refresh_all()
    assert portraits.draw(TODAY) == 1


def test_a_forecast_has_the_money_between_its_bounds(monkeypatch):
    random = np.random.default_rng(3)
    count = 300
    x = random.poisson(1.2, count).astype(float)
    age = random.uniform(20, 50, count)
    histories = portraits.Histories(
        customers=np.arange(count, dtype=float),
        frequency=x,
        recency=np.where(x > 0, random.uniform(0.3, 1, count) * age, 0),
        age=age,
        idle=random.integers(0, 300, count).astype(float),
        value=random.uniform(20, 60, count),
        spent=random.uniform(20, 300, count),
    )
    alive, year = portraits._forecast(histories, TODAY)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (year.low <= year.high).all()
    assert (year.value >= 0).all()
    note = Forecasting.objects.get()
    assert note.returning == (x > 0).sum()
    assert note.buying["r"] > 0
    rows = portraits._rows(histories, (alive, year)).getvalue().splitlines()
    assert Decimal(rows[0].split(",")[7]) >= 0


def test_what_comes_after_the_day_does_not_count():
    ana = bought("ana@example.com", 2, 200)
    bought("olga@example.com", 5)
    sales.refresh_all()
    assert portraits.draw(TODAY - timedelta(days=30)) == 1
    assert drawn(ana).drawn_on == TODAY - timedelta(days=30)


def test_money_of_another_currency_makes_nobody_a_big_spender():
    ana = bought("ana@example.com", 2, 40)
    lei = bought("lei@example.com", 2, 40, price="900.00")
    Order.objects.filter(customer=lei).update(currency="MDL")
    sales.refresh_all()
    found = portraits._histories(TODAY)
    spent, value = (dict(zip(found.customers, column, strict=True)) for column in (found.spent, found.value))
    own = Order.objects.filter(customer=ana).first().total_incl_tax
    assert (spent[ana.pk], value[ana.pk]) == (2 * float(own), float(own))
    assert (spent[lei.pk], value[lei.pk]) == (0, 0)
    portraits.draw(TODAY)
    assert drawn(lei).monetary < drawn(ana).monetary
