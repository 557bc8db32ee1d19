"""The one door to the log."""

import pytest
from django.db import transaction

from shop.events import log
from shop.events.catalog import EmailConfirmed, OrderPlaced
from shop.events.models import Delivery, Event
from tests import hub, make

pytestmark = pytest.mark.django_db

PLACED = OrderPlaced(order_id=7, number="A-7", total="12.50", currency="EUR")


def test_an_event_is_written_with_all_it_carries_and_whom_it_happened_to():
    ana = make.customer()
    with transaction.atomic():
        log.record(PLACED, customer=ana)
    row = Event.objects.get(kind="order.placed")
    assert row.data == {"order_id": 7, "number": "A-7", "total": "12.50", "currency": "EUR"}
    assert row.customer == ana


def test_outside_a_transaction_nothing_can_be_recorded():
    with pytest.raises(log.NotInATransaction):
        log.record(PLACED, customer=None)
    assert not Event.objects.exists()


def test_each_handler_gets_a_delivery_of_its_own():
    def count_it(event, customer): ...

    def praise_it(event, customer): ...

    with hub.hearing(OrderPlaced, count_it, praise_it), transaction.atomic():
        row = log.record(PLACED, customer=None)
    names = Delivery.objects.filter(event=row).values_list("handler", flat=True)
    assert sorted(name.rpartition(".")[2] for name in names) == ["count_it", "praise_it"]


def test_what_rolls_back_was_never_recorded():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.record(EmailConfirmed(), customer=make.customer())
        _ = 1 / 0
    assert not Event.objects.filter(kind="customer.email_confirmed").exists()
