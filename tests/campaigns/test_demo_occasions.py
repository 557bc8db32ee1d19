"""Who entered the automations of the demo when: only those who had agreed by then, on days that were theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns import demo_occasions
from campaigns.models import Automation, Trigger
from shop.customers.models import Consent, Customer
from shop.events.models import Event
from tests.campaigns.test_automations import automation, reader, send

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEARS = timedelta(days=730)


def agreed(person, at):
    Consent.objects.filter(customer=person).update(confirmed_at=at, happened_at=at)
    Customer.objects.filter(pk=person.pk).update(created_at=at)
    return person


def days(made, orders=None):
    """The local day of each occasion, with whose it is."""
    found = demo_occasions.of(made, orders or {}, NOW - YEARS, NOW)
    return [(str(timezone.localdate(one.at)), one.customer.email.partition("@")[0]) for one in found]


def test_a_birthday_comes_each_year_once_somebody_agreed():
    made = automation(send(), trigger=Trigger.BIRTHDAY)
    agreed(reader("ana@example.com", birth_day=29, birth_month=2), datetime(2024, 1, 1, tzinfo=UTC))
    agreed(reader("ion@example.com", birth_day=1, birth_month=6), datetime(2026, 1, 1, tzinfo=UTC))
    agreed(reader("eva@example.com"), datetime(2024, 1, 1, tzinfo=UTC))
    assert days(made) == [("2025-02-28", "ana"), ("2026-02-28", "ana"), ("2026-06-01", "ion")]
    assert [one.cause for one in demo_occasions.of(made, {}, NOW - YEARS, NOW)] == [f"birthday:202{n}" for n in (5, 6, 6)]


def test_who_bought_twice_and_then_nothing_for_three_months_is_missed():
    made = automation(send(), trigger=Trigger.SEGMENT)
    people = [agreed(reader(f"{name}@example.com"), datetime(2025, 1, 1, tzinfo=UTC)) for name in ("ana", "ion", "eva")]

    def ordered(*ago):
        return [NOW - timedelta(days=many) for many in ago]

    orders = dict(zip([one.pk for one in people], (ordered(300, 200, 60), ordered(200), ordered(120, 80)), strict=True))
    assert days(made, orders) == [(str(timezone.localdate(NOW - timedelta(days=109))), "ana")]


def test_what_the_log_tells_counts_from_the_yes_on():
    made: Automation = automation(send(), trigger=Trigger.ORDER_DELIVERED)
    ana = agreed(reader("ana@example.com"), NOW - timedelta(days=30))
    for many in (60, 20, 10):
        data = {"order_id": many, "number": str(many)}
        Event.objects.create(kind="order.delivered", customer=ana, data=data, happened_at=NOW - timedelta(days=many))
    found = demo_occasions.of(made, {}, NOW - YEARS, NOW)
    assert [(one.cause, (NOW - one.at).days) for one in found] == [("order:20", 20), ("order:10", 10)]
