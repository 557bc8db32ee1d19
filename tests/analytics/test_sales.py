from datetime import date
from decimal import Decimal

import pytest

from analytics import sales
from analytics.models import Due, Sale, Stats
from shop.customers import merging
from shop.forks.order.models import Order
from shop.orders import statuses
from shop.payments import refunds
from tests import make
from tests.analytics.make import give_back, order

pytestmark = pytest.mark.django_db


def kept(who, *names):
    return list(Sale.objects.filter(customer=who).order_by("order__paid_at").values_list(*names))


def test_each_order_knows_its_place_among_those_of_its_customer():
    ana = make.customer()
    for day in ("2026-03-01", "2026-01-10", "2026-05-20"):
        order(ana, day)
    sales.refresh([ana.pk])
    assert kept(ana, "nth", "first_on", "previous_on", "second_previous_on", "next_on") == [
        (1, date(2026, 1, 10), None, None, date(2026, 3, 1)),
        (2, date(2026, 1, 10), date(2026, 1, 10), None, date(2026, 5, 20)),
        (3, date(2026, 1, 10), date(2026, 3, 1), date(2026, 1, 10), None),
    ]


def test_an_order_refunded_in_full_does_not_count_and_its_neighbours_close_up():
    ana = make.customer()
    first, second = order(ana, "2026-01-10"), order(ana, "2026-03-01")
    sales.refresh([ana.pk])
    Due.objects.all().delete()
    give_back(first, "20.00", "2026-04-01")
    sales.refresh([ana.pk])
    assert kept(ana, "order", "nth", "previous_on") == [(first.pk, None, None), (second.pk, 1, None)]
    assert {str(day) for day in Due.objects.values_list("day", flat=True)} == {"2026-01-10", "2026-03-01", "2026-04-01"}
    stats = Stats.objects.get(customer=ana)
    assert (stats.orders, stats.spent, stats.first_order_on) == (1, Decimal("20"), date(2026, 3, 1))


def test_a_summary_says_what_the_orders_come_to():
    ana, tea = make.customer(), make.category("Tea")
    green = make.category("Green", parent=tea)
    assam, soap = make.product("Assam", in_category=green), make.product("Soap", in_category=make.category("Soap"))
    order(ana, "2026-01-01", "10.00", of=soap, channel="ads")
    order(ana, "2026-01-31", "30.00", of=assam, units=3, channel="email")
    half = order(ana, "2026-03-02", "20.00", of=assam)
    give_back(half, "5.00", "2026-03-20")
    sales.refresh([ana.pk])
    stats = Stats.objects.get(customer=ana)
    assert (stats.orders, stats.spent, stats.average_order) == (3, Decimal("55.00"), Decimal("18.33"))
    assert (stats.first_order_on, stats.last_order_on) == (date(2026, 1, 1), date(2026, 3, 2))
    assert (stats.days_between, stats.next_order_on) == (Decimal("30.0"), date(2026, 4, 1))
    assert (stats.channel, stats.preferred_category) == ("ads", tea)


def test_units_that_came_back_are_no_favourites():
    ana = make.customer()
    tea = make.product("Assam", in_category=make.category("Tea"))
    soap = make.product("Soap", in_category=make.category("Soap"))
    order(ana, "2026-01-01", of=tea, units=1)
    many = order(ana, "2026-01-02", of=soap, units=3)
    give_back(many, "15.00", "2026-01-05", units=3)
    sales.refresh([ana.pk])
    assert str(Stats.objects.get(customer=ana).preferred_category) == "Tea"


def test_a_day_begins_and_ends_at_the_shops_midnight_also_when_the_clocks_change():
    # Chisinau is two hours ahead of UTC in winter and three in summer; the clocks go back on 25 October 2026.
    from tests.analytics.make import utc

    ana = make.customer()
    for text in ("2026-10-24T20:59:59", "2026-10-24T21:00:00", "2026-10-25T21:59:59", "2026-10-25T22:00:00"):
        order(ana, utc(text))
    sales.refresh([ana.pk])
    assert [str(day) for (day,) in kept(ana, "day")] == ["2026-10-24", "2026-10-25", "2026-10-25", "2026-10-26"]


def test_refreshing_again_changes_nothing_and_notes_nothing():
    ana = make.customer()
    order(ana, "2026-01-01")
    assert sales.refresh([ana.pk]) == 1
    Due.objects.all().delete()
    assert sales.refresh([ana.pk]) == 0
    assert not Due.objects.exists()


def test_money_paid_twice_and_given_back_is_no_refund_of_the_order():
    ana = make.customer()
    made = order(ana, "2026-01-01")
    surplus = made.attempts.create(provider="test", state="surplus", amount=20, refunded=20, currency="EUR")
    made.refunds.create(attempt=surplus, state="done", amount=20, reason="twice")
    sales.refresh([ana.pk])
    assert kept(ana, "refunded", "nth") == [(Decimal(0), 1)]


def test_orders_without_payment_are_not_there():
    ana = make.customer()
    made = order(ana, "2026-01-01")
    sales.refresh([ana.pk])
    Order.objects.filter(pk=made.pk).update(paid_at=None, status=statuses.CANCELLED)
    sales.refresh([ana.pk])
    assert not Sale.objects.exists()
    assert Stats.objects.get().orders == 0


def test_all_customers_are_brought_up_in_several_transactions(monkeypatch):
    monkeypatch.setattr(sales, "AT_ONCE", 2)
    for _ in range(5):
        order(make.customer(), "2026-01-01")
    assert sales.refresh_all() == 5
    assert Stats.objects.buyers().count() == 5


# Through the shop's own doors


def test_what_happens_to_an_order_reaches_its_customers_figures(deliver):
    made = make.paid_order(make.product(price="10.00"))
    deliver()
    stats = Stats.objects.get(customer=made.customer)
    assert (stats.orders, stats.spent) == (1, made.total_incl_tax)
    refunds.refund_all(made, reason="", by=None)
    deliver()
    stats.refresh_from_db()
    assert (stats.orders, stats.spent, stats.last_order_on) == (0, 0, None)


def test_two_rows_of_one_person_become_a_first_and_a_second_order(deliver):
    ana, anna = make.customer(), make.customer()
    order(ana, "2026-02-01")
    order(anna, "2026-01-01")
    sales.refresh([ana.pk, anna.pk])
    merging.merge(ana, anna)
    deliver()
    assert kept(ana, "nth") == [(1,), (2,)]
    assert Stats.objects.get(customer=ana).orders == 2
    assert not Stats.objects.filter(customer=anna, orders__gt=0).exists()


def test_money_of_another_currency_is_not_added_to_the_shops():
    ana, olga = make.customer(), make.customer()
    order(ana, "2026-01-01", "20.00"), order(ana, "2026-03-02", "30.00")
    for who in (ana, olga):
        Order.objects.filter(pk=order(who, "2026-02-01", "900.00").pk).update(currency="MDL")
    sales.refresh([ana.pk, olga.pk])
    stats = Stats.objects.get(customer=ana)
    assert (stats.orders, stats.spent, stats.average_order, stats.days_between) == (3, 50, 25, 30)
    assert stats.last_order_on == date(2026, 3, 2)
    abroad = Stats.objects.get(customer=olga)
    assert (abroad.orders, abroad.spent, abroad.average_order) == (1, 0, None)
