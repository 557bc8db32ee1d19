"""Every table of the database after somebody was forgotten: their name stands where the law wants it and nowhere else."""

import uuid
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from anymail.signals import AnymailTrackingEvent
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import cases
from shop.customers import accounts, consent, merging, privacy
from shop.customers.models import Customer
from shop.desk import goodwill
from shop.mail import outbox, webhooks
from shop.mail.models import Message
from shop.storefront import drafts
from tests import make

pytestmark = pytest.mark.django_db

TOKEN = "zanzibarine"
EMAIL = f"{TOKEN}@example.com"
# What was ordered, by whom and to where, and the page of the order: the books. Why something was cancelled or paid back, too.
KEPT = {"order_order", "order_shippingaddress", "order_billingaddress", "order_ordernote"}


def tables_with(text: str) -> dict[str, str]:
    """The tables in which any row holds the text in any column, each with a row that does."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT row_to_json(t)::text FROM "{table}" t WHERE row_to_json(t)::text ILIKE %s LIMIT 1', [f"%{text}%"]
            )
            if row := cursor.fetchone():
                found[table] = row[0]
    return found


def somebody() -> Customer:
    """With an account, an order, a review, a letter to the shop, a gift to make good, and mails that went wrong."""
    outbox.send("account_unknown", None, {"email": EMAIL}, key="before", to=EMAIL)  # before anybody knew who that is
    user = make.user(EMAIL, first_name=TOKEN, last_name=TOKEN)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    person = accounts.confirm(user)
    consent.give(person, "news", source="form", ip="203.0.113.77", confirmed_at=timezone.now())
    order = make.paid_order(user=user, email=EMAIL, last_name=TOKEN)
    make.review(make.product("Ceylon"), by=person, body="Strong.", approved=True)
    person.reviews.update(name=TOKEN, email=EMAIL)
    case = cases.from_form(
        name=TOKEN, email=EMAIL, order_number=order.number, text=f"I am {TOKEN}.", language="en", now=timezone.now()
    )
    cases.customer_writes(case, f"Still {TOKEN}.", timezone.now())
    helper = make.staff("support")
    cases.reply(case, f"Dear {TOKEN}", by=helper, now=timezone.now())
    goodwill.hand_out("voucher", person, Decimal(5), by=helper, reason=f"{TOKEN} was sad", cause=str(uuid.uuid4()))
    drafts.keep(make.basket(make.product("Assam"), owner=user), {"email": EMAIL, "last_name": TOKEN}, language="en")
    _went_wrong(person)
    _looked_at_by_staff(person)
    return person


def _went_wrong(person: Customer) -> None:
    message = outbox.send("account_unknown", person, {"email": EMAIL}, key="wrong", to=EMAIL)
    Message.objects.filter(pk=message.pk).update(state="sent", reason=f"550 no {EMAIL}")
    event = AnymailTrackingEvent(
        event_type="bounced",
        recipient=EMAIL,
        mta_response=f"550 no {EMAIL}",
        metadata={"message": str(message.uid)},
        esp_event={},
    )
    webhooks.take(event, "test")
    webhooks.take(
        AnymailTrackingEvent(event_type="bounced", recipient=EMAIL, mta_response=f"no {EMAIL}", esp_event={"n": 2}), "test"
    )


def _looked_at_by_staff(person: Customer) -> None:
    client = Client()
    client.force_login(make.staff("owner"))
    assert client.get(reverse("admin:customers_customer_export", args=[person.pk])).status_code == 200
    page = reverse("admin:customers_customer_change", args=[person.pk])
    assert client.post(page, {"first_name": TOKEN, "last_name": TOKEN, "phone": TOKEN}).status_code == 302
    page = reverse("admin:customers_user_change", args=[person.user_id])
    assert client.post(page, {"first_name": TOKEN, "last_name": f"{TOKEN}o", "is_active": "on"}).status_code == 302


def test_after_somebody_was_forgotten_no_table_but_the_books_knows_their_name():
    person = somebody()
    assert {"django_admin_log", "mail_message", "mail_providerevent", "events_event"} <= set(tables_with(TOKEN))
    privacy.erase(Customer.objects.get(pk=person.pk))
    assert {table: row for table, row in tables_with(TOKEN).items() if table not in KEPT} == {}
    assert tables_with("203.0.113.77") == {}


def test_what_the_mail_provider_says_afterwards_is_not_written_down():
    person = somebody()
    message = outbox.send("account_unknown", person, {"email": EMAIL}, key="late", to=EMAIL)
    Message.objects.filter(pk=message.pk).update(state="sent")
    privacy.erase(Customer.objects.get(pk=person.pk))
    late = {"metadata": {"message": str(message.uid)}, "mta_response": f"550 no {EMAIL}", "esp_event": {"n": 3}}
    webhooks.take(AnymailTrackingEvent(event_type="bounced", recipient=EMAIL, **late), "test")
    assert Message.objects.get(pk=message.pk).state == "bounced"
    assert set(tables_with(TOKEN)) <= KEPT


def test_what_two_rows_of_one_person_could_not_share_is_forgotten_with_them():
    """Both have reviewed one tea: one of the reviews stays with the row that was emptied."""
    keep, other, tea = make.customer(), make.customer(), make.product()
    for row in (keep, other):
        make.review(tea, by=row).__class__.objects.filter(customer=row).update(name=TOKEN)
    privacy.erase(merging.merge(keep, other))
    assert tables_with(TOKEN) == {}


def test_an_account_that_was_never_confirmed_goes_with_the_person():
    make.user(EMAIL, first_name=TOKEN)
    privacy.erase(Customer.objects.for_email(EMAIL))
    assert tables_with(TOKEN) == {}
