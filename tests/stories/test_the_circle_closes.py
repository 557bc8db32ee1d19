"""Ioana subscribes, buys, earns points, answers, forgets her basket, is reminded, pays with points and sends one thing back."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from campaigns import links
from campaigns.automations import ready, running
from campaigns.models import Automation, Link
from campaigns.segments import ready as ready_segments
from feedback import requests, surveys
from feedback.models import Response
from loyalty import purchases
from loyalty.models import Account
from shop.customers import accounts, consent
from shop.customers.models import Customer
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.mail import sending, sheets
from shop.mail.models import Message
from shop.orders import audit, fulfilment
from shop.payments import refunds, settlement
from shop.payments.gateways import rehearsal
from shop.payments.models import TestSession
from shop.pricing import personal
from shop.search import index
from shop.storefront import left
from shop.storefront.models import CheckoutDraft
from tests import make
from tests.feedback import make as feedback
from tests.loyalty import make as loyalty

pytestmark = pytest.mark.django_db
IOANA = "ioana@example.com"
TYPED = {
    "email": IOANA, "country": "RO", "first_name": "Ioana", "last_name": "Popa", "line1": "Str. Lunga 8", "line4": "Bucuresti",
    "state": "Bucuresti", "postcode": "010101", "phone": "+40712345678", "shipping": "courier", "payment": "test",
}  # fmt: skip


def letters(kind):
    """Her messages of a kind, the newest last, as she reads them."""
    found = Message.objects.filter(to_address=IOANA, kind=kind).order_by("pk")
    return [(message, sheets.filled(message)) for message in found]


def link_in(html, part):
    """The path of the first link with this in it."""
    found = next(link for link in re.findall(r'href="([^"]+)"', html) if part in link)
    parts = urlsplit(found.replace("&amp;", "&"))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def order_now(client, **more):
    """Through the checkout and the provider's page."""
    page = client.get(reverse("checkout:index")).content.decode()
    hidden = dict(re.findall(r'name="(basket|seen_total|seen_due)" value="([^"]*)"', page))
    answer = client.post(reverse("checkout:index"), {**TYPED, **hidden, **more})
    assert answer.status_code == 302, re.findall(r'class="error[^"]*"[^>]*>([^<]+)', answer.content.decode())
    order = Order.objects.latest("pk")
    session = TestSession.objects.order_by("pk").last()
    if session and order.attempts.first().state != "captured":
        rehearsal.charge(session)
        settlement.settle(order.attempts.first())
    client.get(reverse("checkout:return", kwargs={"token": order.token}))
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def the_shop():
    cache.clear()
    make.delivery("4.90", countries=("RO",))
    loyalty.programme(return_days=14)
    loyalty.rule(rate=Decimal(10))
    feedback.survey("nps", "text")
    ready_segments.ensure()
    ready.ensure()
    Automation.objects.update(is_on=True, held_out_percent=0)  # chance is another test's subject
    goods = make.product("Assam", price="20.00", stock=50), make.product("Teapot", price="35.00", stock=5)
    index.catch_up()
    return goods


def test_the_circle_closes(client, deliver, the_shop):
    tea, pot = the_shop

    # She leaves her address in the foot of a page; nothing comes but the question whether it is hers.
    client.post(reverse("news:subscribe"), {"email": "Ioana@Example.com"})
    deliver()
    running.advance()
    assert not letters("automation")
    confirm = link_in(Message.objects.get(to_address=IOANA).html, "/subscribe/")
    client.get(confirm)
    client.post(confirm)
    deliver()
    running.advance()

    # The welcome brings a voucher of her own, which pays for a part of her first order.
    ((_message, welcome),) = letters("automation")
    voucher = personal.of(Customer.objects.get(email=IOANA))[0]
    assert voucher.code in welcome.html
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "2"})
    client.post(reverse("basket:vouchers-add"), {"code": voucher.code})
    first = order_now(client)
    assert first.total_incl_tax == Decimal("40.90")  # 40.00, ten per cent off, 4.90 delivery
    deliver()

    # Points wait for the return window; she opens an account and sees them.
    customer = Customer.objects.get(email=IOANA)
    account = Account.objects.get(customer=customer)
    assert (account.pending, account.available) == (360, 0)
    user = loyalty.member(IOANA).user
    accounts.confirm(user)
    client.force_login(user)
    assert "360" in client.get(reverse("loyalty:account")).content.decode()

    # It arrives. She is asked once, and answers with one click and one button.
    fulfilment.ship(first, {line.pk: line.quantity for line in first.lines.all()}, tracking_code="1", carrier="Courier")
    fulfilment.deliver(Order.objects.get(pk=first.pk))
    deliver()
    later = timezone.now() + timedelta(days=10)
    surveys.send_due(later)
    requests.send_due(later)
    ((_message, question),) = letters("survey")
    answer = link_in(question.html, "answer=9")
    client.get(answer)
    assert not Response.objects.exists()  # a scanner opens links too
    page = client.get(answer).content.decode()
    field = re.search(r'name="(q\d+)"', page)[1]
    client.post(answer.split("?")[0], {field: "9"})
    assert Response.objects.count() == 1
    deliver()

    # The window is over: the points are hers.
    purchases.activate_due(timezone.now() + timedelta(days=16))
    account.refresh_from_db()
    assert (account.pending, account.available) == (0, 360)

    # She fills a basket on one device, asks to be reminded, and leaves it.
    client.post(reverse("basket:add", args=[pot.pk]), {"quantity": "1"})
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "2"})
    basket = Basket.objects.get(owner=user, status="Open")
    client.post(reverse("checkout:update"), {**TYPED, "wants_reminder": "on"})
    consent.give(customer, "basket", source="account")
    long_ago = timezone.now() - timedelta(hours=2)
    Basket.objects.filter(pk=basket.pk).update(changed_at=long_ago)
    CheckoutDraft.objects.filter(basket=basket).update(updated_at=long_ago)
    assert left.note(timezone.now()) == 1
    deliver()
    running.advance()
    reminder = letters("automation")[-1][1]
    assert "Teapot" in reminder.html

    # The link leads to the basket; she pays a part with points.
    button = Link.objects.get(url__contains="/recover/")
    followed = client.get(link_in(reminder.html, f"/c/{links.key_of(letters('automation')[-1][0].uid)}/{button.pk}"))
    opened = client.get(urlsplit(followed["Location"]).path, follow=True)
    assert "Teapot" in opened.content.decode()
    client.post(reverse("basket:credits", args=["points"]), {"units": "300"})
    second = order_now(client)
    deliver()
    assert (second.total_incl_tax, second.due) == (Decimal("75.00"), Decimal("72.00"))  # delivery is free from 60
    account.refresh_from_db()
    assert account.available == 60

    # No more reminders: she has ordered.
    running.advance(timezone.now() + timedelta(days=2))
    assert "Shall we keep" not in letters("automation")[-1][1].subject

    # One thing comes back: money, points, and what they had earned.
    teapot = second.lines.get(product=pot)
    fulfilment.ship(second, {line.pk: line.quantity for line in second.lines.all()}, tracking_code="2", carrier="Courier")
    refund = refunds.refund(Order.objects.get(pk=second.pk), {teapot.pk: 1}, reason="", by=make.staff("merchant"))
    settlement.settle(second.attempts.first())
    deliver()
    account.refresh_from_db()
    assert refund.amount + refund.credited == Decimal("35.00")
    assert account.available == 60 + round(refund.credited / Decimal("0.01"))
    assert account.pending == Decimal(75 - 3 - 35 + refund.credited) * 10  # what she paid in money for what she keeps

    # Everything that was written can leave, and the books are right.
    sending.send_due()
    assert not audit.broken()
