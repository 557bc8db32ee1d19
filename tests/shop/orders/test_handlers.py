"""The mails about an order: each at its time, once, in the buyer's language."""

import pytest

from shop.events.models import Delivery
from shop.mail.models import Message
from shop.orders import fulfilment
from shop.orders.models import PaymentMethod
from shop.payments import refunds, settlement
from tests import make

pytestmark = pytest.mark.django_db


def mails():
    return list(Message.objects.filter(kind__startswith="order_").order_by("pk").values_list("kind", flat=True))


def test_a_paid_order_is_confirmed_once_and_every_parcel_is_told_of(deliver):
    order = make.paid_order(make.product("Assam"), quantity=2, language="ro", email="ana@example.com")
    deliver()
    assert mails() == ["order_paid"]
    line = order.lines.get()
    for _parcel in range(2):
        fulfilment.ship(order, {line.pk: 1}, tracking_code="RO123")
    fulfilment.deliver(order)
    deliver()
    assert mails() == ["order_paid", "order_shipped", "order_shipped", "order_delivered"]
    message = Message.objects.first()
    assert (message.to_address, message.language) == ("ana@example.com", "ro")
    assert "Assam" in message.text
    assert order.number in message.subject


def test_who_pays_later_is_told_how_at_once(deliver):
    PaymentMethod.objects.create(code="bank_transfer", instructions="RO49 AAAA 1B31 0075")
    order = make.order(payment_code="bank_transfer")
    deliver()
    assert mails() == ["order_placed"]
    assert "RO49 AAAA 1B31 0075" in Message.objects.get().text
    settlement.receive(order, make.user())
    deliver()
    assert mails() == ["order_placed", "order_paid"]


def test_cancelling_and_refunding_are_told(deliver):
    settlement.give_up(make.order(), "Sold out.")
    refunds.refund_all(make.paid_order(), reason="x", by=None)
    deliver()
    assert sorted(mails()) == ["order_cancelled", "order_paid", "order_refunded"]


def test_an_event_delivered_twice_writes_one_mail(deliver):
    make.paid_order()
    deliver()
    Delivery.objects.update(state=Delivery.State.WAITING, done_at=None)
    deliver()
    assert mails() == ["order_paid"]
