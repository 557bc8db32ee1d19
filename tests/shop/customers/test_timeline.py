"""All that happened with a customer, newest first."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from shop.customers import consent, timeline
from shop.events import log, registry
from shop.events.catalog import CaseClosed, OrderPlaced, PointsEarned, PointsExpiring
from shop.mail import outbox
from tests import make

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def order(customer, number, days_ago):
    event = OrderPlaced(order_id=number, number=f"A-{number}", total="12.50", currency="EUR")
    with transaction.atomic():
        log.record(event, customer=customer, happened_at=NOW - timedelta(days=days_ago))


def test_every_part_of_the_shop_tells_newest_first():
    ana = make.customer()
    order(ana, 1, days_ago=9)
    outbox.send("account_unknown", ana, {"email": ana.email}, key="1")
    assert len(timeline.page(ana)[0]) == 2
    consent.give(ana, "stock", source="form", wording="Tell me")
    moments, has_more = timeline.page(ana)
    assert [moment.source for moment in moments] == ["consents", "messages", "events"]
    assert moments == sorted(moments, key=lambda moment: moment.happened_at, reverse=True)
    assert moments[-1].detail == "A-1 · €12.50" and not has_more


def test_nobody_elses_moments_are_told():
    order(make.customer(), 1, days_ago=1)
    assert timeline.page(make.customer()) == ([], False)


def test_pages_show_every_moment_once_even_at_the_same_second():
    ana = make.customer()
    for number in range(7):
        order(ana, number, days_ago=1)
    pages = [timeline.page(ana, number, size=3) for number in (1, 2, 3)]
    shown = [moment.detail for moments, _ in pages for moment in moments]
    assert len(shown) == len(set(shown)) == 7
    assert [has_more for _, has_more in pages] == [True, True, False]


def test_a_page_costs_as_much_with_many_moments(costs_the_same):
    ana = make.customer()
    numbers = iter(range(100))
    costs_the_same(show=lambda: timeline.page(ana), add_row=lambda: order(ana, next(numbers), 1))


@pytest.mark.parametrize("number", [0, -5, 10**9])
def test_odd_page_numbers_are_pages(number):
    timeline.page(make.customer(), number)


def test_of_what_is_or_is_not_only_what_is_is_told():
    ana = make.customer()
    with transaction.atomic():
        for waits in (True, False):
            log.record(PointsEarned(points=5, reason="order", is_pending=waits), customer=ana)
    assert {moment.detail for moment in timeline.page(ana)[0]} == {
        "points: 5 · for: Purchase · pending",
        "points: 5 · for: Purchase",
    }


def test_codes_and_days_are_told_in_the_words_of_who_reads():
    ana = make.customer()
    with transaction.atomic():
        log.record(CaseClosed(case_id=7, outcome="made_good"), customer=ana)
        log.record(PointsExpiring(points=40, expires_on="2026-12-24"), customer=ana)
    with override("uk"):
        assert {moment.detail for moment in timeline.page(ana)[0]} == {
            "відшкодовано балами, ваучером або грошима",
            "бали: 40 · до: 24.12.2026",
        }


def test_every_field_of_an_event_is_called_something_or_is_for_programs():
    for_programs = {"topic", "channel", "cause", "recipients", "credit_units", "line_quantities"}
    shown_first = {"number", "total", "amount", "currency"}
    for kind, event in registry.event_classes().items():
        for field in fields(event):
            is_called = (kind, field.name) in timeline._fields
            assert is_called or field.name.endswith("_id") or field.name in for_programs | shown_first, (kind, field.name)
