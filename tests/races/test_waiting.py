"""Units come back while several workers look: the units say how many are told, each once, the first to ask first."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.events.models import Event
from shop.forks import races
from shop.forks.partner.models import StockRecord
from shop.storefront import waiting
from shop.storefront.models import StockRequest
from tests import make
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE, RETURNS, WORKERS = 40, 5, 6


def crowd():
    """A product that is sold out, and people who have been waiting for it, the first the longest."""
    product = make.product()
    record = StockRecord.objects.get(product=product)
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=0, num_allocated=0)
    began = timezone.now() - timedelta(days=30)
    people = [make.customer() for _ in range(PEOPLE)]
    for number, person in enumerate(people):
        waiting.wait_for(product, person)
        StockRequest.objects.filter(customer=person).update(asked_at=began + timedelta(hours=number))
    return record


def comes_back_while_workers_look(record):
    """Single units return in transactions of their own, among workers that look again and again; then one looks once more."""
    races.on_point["waiting.chosen"] = lambda: time.sleep(0.05)

    def returns():
        time.sleep(0.05)
        StockRecord.objects.restock({record.pk: 1})

    def looks():
        for _ in range(8):
            waiting.tell(timezone.now())
            time.sleep(0.02)

    ends = all_at_once([looks, returns] * RETURNS + [looks] * (WORKERS - RETURNS), at_once=WORKERS + RETURNS)
    assert not [end for end in ends if isinstance(end, Exception)], ends
    waiting.tell(timezone.now())
    return Event.objects.filter(kind="product.back_in_stock").order_by("pk")


def test_as_many_are_told_as_the_units_allow_each_once_and_in_their_order():
    told = comes_back_while_workers_look(crowd())
    allowed = RETURNS * waiting.FOR_EACH_UNIT
    requests = [event.data["request_id"] for event in told]
    assert len(requests) == len(set(requests)) == allowed
    first = StockRequest.objects.order_by("asked_at").values_list("pk", flat=True)[:allowed]
    assert requests == list(first), "who waits longest hears first"
    assert StockRequest.objects.exclude(told_at=None).count() == allowed
    for count, event in enumerate(told, 1):
        assert count <= event.data["units"] * waiting.FOR_EACH_UNIT, "no more than the units there were at that moment"


def test_nobody_hears_twice_of_one_return_a_day_later_the_next_do():
    record = crowd()
    comes_back_while_workers_look(record)
    tomorrow = timezone.now() + waiting.NEXT_WAVE + timedelta(minutes=1)
    all_at_once([lambda: waiting.tell(tomorrow)] * WORKERS)
    told = Counter(event.data["request_id"] for event in Event.objects.filter(kind="product.back_in_stock"))
    assert len(told) == min(2 * RETURNS * waiting.FOR_EACH_UNIT, PEOPLE)
    assert set(told.values()) == {1}


def test_control_without_the_lock_people_hear_twice():
    with unguarded("waiting"):
        told = comes_back_while_workers_look(crowd())
        assert max(Counter(event.data["request_id"] for event in told).values()) > 1
