"""Olena, who reads Ukrainian, buys tea and honey as a guest; it is paid, sent, delivered, and one jar comes back."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.mail.models import Message
from shop.orders import fulfilment
from shop.payments import refunds
from shop.payments.gateways import rehearsal
from shop.payments.models import TestCharge, TestSession
from tests import make

pytestmark = pytest.mark.django_db


def letters_to(address):
    return {message.kind: message for message in Message.objects.filter(to_address=address).order_by("pk")}


def test_a_first_order(client, deliver):
    cache.clear()
    make.delivery("4.90", countries=("RO", "UA"))
    make.voucher("VITAJU", off="3.00")
    tea = make.product("Assam", title_uk="Ассам", price="8.50", stock=5)
    honey = make.product("Acacia honey", title_uk="Акацієвий мед", price="7.40", stock=5)

    # She looks at the shop in her language and fills the basket.
    with translation.override("uk"):
        basket, checkout, code = reverse("basket:summary"), reverse("checkout:index"), reverse("basket:vouchers-add")
        for product, quantity in ((tea, "1"), (honey, "2")):
            client.post(reverse("basket:add", args=[product.pk]), {"quantity": quantity})
    client.post(code, {"code": "vitaju"})
    page = client.get(basket, {"country": "UA"}).content.decode()
    assert "Ассам" in page and "Акацієвий мед" in page
    assert "25,20" in page  # 23.30 of goods, 3.00 off, 4.90 delivery

    # She makes a mistake, finds everything she typed, and orders.
    hidden = dict(re.findall(r'name="(basket|seen_total)" value="([^"]*)"', client.get(checkout).content.decode()))
    typed = {
        **hidden,
        "email": "Olena@Example.com",
        "country": "UA",
        "first_name": "Олена",
        "last_name": "Коваль",
        "line1": "вул. Володимирська 8",
        "line4": "Київ",
        "postcode": "1234",
        "shipping": "courier",
        "payment": "test",
    }
    assert "Коваль" in client.post(checkout, typed).content.decode()
    answer = client.post(checkout, {**typed, "postcode": "01001"})
    order = Order.objects.get()
    assert (order.total_incl_tax, order.language, order.status) == (Decimal("25.20"), "uk", "pending_payment")
    assert StockRecord.objects.get(product=honey).num_allocated == 2

    # She pays on the provider's page and is thanked.
    assert "/pay/test/" in answer.url
    rehearsal.charge(TestSession.objects.get())
    with translation.override("uk"):
        back = client.get(reverse("checkout:return", kwargs={"token": order.token}), follow=True)
    assert order.number in back.content.decode() and "Олена" in back.content.decode()
    deliver()
    paid = letters_to("olena@example.com")["order_paid"]
    assert (paid.language, paid.customer.email) == ("uk", "olena@example.com")
    assert "25,20" in paid.text and "Ассам" in paid.text and str(order.token) in paid.html

    # Part of it goes out, then the rest; it arrives. She reads of each.
    lines = {line.product_id: line for line in order.lines.all()}
    fulfilment.ship(
        order, {lines[tea.pk].pk: 1}, tracking_code="NP-1", carrier="Nova", tracking_url="https://nova.example/NP-1"
    )
    fulfilment.ship(order, {lines[honey.pk].pk: 2}, tracking_code="NP-2", carrier="Nova")
    fulfilment.deliver(order)
    deliver()
    parcels = list(Message.objects.filter(kind="order_shipped").order_by("pk"))
    assert ["NP-1" in parcels[0].text, "NP-2" in parcels[1].text] == [True, True]
    assert "мед" not in parcels[0].text and "мед" in parcels[1].text
    page = client.get(reverse("customer:anon-order", kwargs={"token": order.token})).content.decode()
    assert "NP-2" in page and "https://nova.example/NP-1" in page

    # One jar was broken: its price comes back, to the cent, and she is told.
    refunds.refund(order, {lines[honey.pk].pk: 1}, reason="broken", by=None)
    deliver()
    kinds = list(letters_to("olena@example.com"))
    assert kinds == ["order_paid", "order_shipped", "order_delivered", "order_refunded"]
    given_back = -sum(charge.amount for charge in TestCharge.objects.filter(amount__lt=0))
    assert Decimal("6.00") < given_back <= Decimal("7.40")  # its share of the voucher is not paid out
    assert f"{given_back:.2f}".replace(".", ",") in letters_to("olena@example.com")["order_refunded"].text

    # A year later she wants the same again.
    client.post(reverse("customer:reorder", kwargs={"token": order.token}))
    assert client.get(reverse("basket:summary")).context["quote"].item_count == 3
