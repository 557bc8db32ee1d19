from decimal import Decimal
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from shop.customers import privacy
from shop.desk import order_forms, order_page
from shop.forks.order.models import Order, OrderNote
from shop.forks.partner.models import StockRecord
from shop.mail.models import Message
from shop.orders import statuses
from shop.payments.models import Refund
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant", email="mira@example.com"))
    return client


def page(client: Client, order: Order):
    return client.get(reverse("admin:order_order_change", args=[order.pk]))


def ask(client: Client, order: Order, action: str, **typed: object):
    """Send an action as the page does: with the stamp of what it shows."""
    stamp = page(client, order).context["stamp"]
    address = reverse("admin:order_order_act", args=[order.pk, action])
    return client.post(address, {"stamp": stamp, **typed})


def do(client: Client, order: Order, action: str, **typed: object) -> list[str]:
    """Send an action, confirm it, and read what the page says."""
    first = ask(client, order, action, **typed)
    assert first.status_code == 200 and "kept" in first.context, getattr(first, "content", b"")[:200]
    response = client.post(first.request["PATH_INFO"], {**dict(first.context["kept"]), "confirmed": "1"}, follow=True)
    order.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def lines_of(order: Order, *counts: int) -> dict[str, int]:
    return {f"line_{line.pk}": count for line, count in zip(order.lines.order_by("pk"), counts, strict=True)}


def paid_order() -> Order:
    return make.paid_order(make.product("Assam", stock=10), make.product("Sencha", stock=10), quantity=2)


def test_the_page_shows_what_happened_and_what_can_be_done(merchant, deliver):
    order = paid_order()
    deliver()
    shown = page(merchant, order)
    assert set(shown.context["actions"]) == {"ship", "refund", "cancel", "note", "resend"}
    assert "Assam" in shown.content.decode() and order.email in shown.content.decode()
    assert shown.context["attempts"][0].charge in shown.content.decode()
    assert [moment.what for moment in shown.context["moments"]].count("Order paid") == 1


def test_an_order_without_a_page_is_not_found(merchant):
    for pk in ("0", "abc", "9" * 30):
        assert merchant.get(f"/admin/order/order/{pk}/change/").status_code == 404


def test_nothing_happens_before_it_is_confirmed(merchant):
    order = paid_order()
    asked = ask(merchant, order, "ship", **lines_of(order, 2, 1), carrier="DHL", tracking_code="X1")
    assert any("2 × Assam" in line for line in asked.context["consequences"])
    assert not order.shipments.exists()


def test_a_parcel_leaves_line_by_line(merchant):
    order = paid_order()
    do(merchant, order, "ship", **lines_of(order, 2, 1), carrier="DHL", tracking_code="X1")
    assert order.status == statuses.PARTLY_SHIPPED
    assert order.shipments.get().tracking_code == "X1"
    assert list(order.lines.order_by("pk").values_list("quantity_shipped", flat=True)) == [2, 1]
    assert "deliver" not in page(merchant, order).context["actions"]
    do(merchant, order, "ship", **{f"line_{order.lines.last().pk}": 1})
    do(merchant, order, "deliver")
    assert order.status == statuses.DELIVERED
    assert list(StockRecord.objects.values_list("num_in_stock", "num_allocated")) == [(8, 0), (8, 0)]


@pytest.mark.parametrize(
    ("action", "typed", "complaint"),
    [
        ("ship", (3, 0), "at most 2"),
        ("ship", (0, 0), "Choose what to ship"),
        ("ship", (-1, 0), "greater than or equal to 0"),
        ("refund", (3, 0), "at most 2"),
        ("refund", (0, 0), "Choose what to give back"),
    ],
)
def test_too_much_or_nothing_is_said_on_the_page(merchant, action, typed, complaint):
    order = paid_order()
    response = ask(merchant, order, action, **lines_of(order, *typed), reason="x")
    assert response.status_code == 200 and response.context["opened"] == action
    assert complaint in response.content.decode()
    assert not order.shipments.exists() and not order.refunds.exists()


def test_money_goes_back_for_units_and_delivery_and_never_more_than_was_paid(merchant):
    order = paid_order()
    do(merchant, order, "refund", **lines_of(order, 1, 0), shipping="4.90", reason="Broken", restock="on")
    made = order.refunds.get()
    assert (made.amount, made.state, made.reason, made.by.email) == (
        Decimal("13.40"), Refund.State.DONE, "Broken", "mira@example.com",
    )  # fmt: skip
    again = ask(merchant, order, "refund", **lines_of(order, 0, 0), shipping="0.01", reason="More")
    assert "at most 0.00" in again.content.decode()
    assert "required" in ask(merchant, order, "refund", **lines_of(order, 1, 0)).content.decode()
    half = ask(merchant, order, "refund", **lines_of(order, 1, 0), shipping="0.001", reason="x")
    assert half.context["forms"]["refund"].errors
    do(merchant, order, "refund", **lines_of(order, 1, 2), reason="All")
    assert order.status == statuses.REFUNDED
    assert sum(refund.amount for refund in order.refunds.all()) == order.total_incl_tax
    assert "refund" not in page(merchant, order).context["actions"]


def test_a_click_too_many_gives_back_once(merchant):
    order = paid_order()
    first = ask(merchant, order, "refund", **lines_of(order, 1, 0), reason="Broken")
    confirmed = {**dict(first.context["kept"]), "confirmed": "1"}
    for _ in range(2):
        merchant.post(first.request["PATH_INFO"], confirmed)
    assert order.refunds.count() == 1


def test_an_unpaid_order_is_given_up_and_a_paid_one_is_paid_back(merchant):
    unpaid, paid = make.order(payment_code="cash_on_delivery"), paid_order()
    do(merchant, unpaid, "cancel", reason="Sold out")
    assert unpaid.status == statuses.CANCELLED
    do(merchant, paid, "cancel", reason="Sold out")
    assert paid.status == statuses.REFUNDED and paid.refunds.get().amount == paid.total_incl_tax
    assert not StockRecord.objects.filter(num_allocated__gt=0).exists()
    assert page(merchant, unpaid).context["actions"].keys() <= {"note", "resend"}


def test_a_parcel_that_nobody_took_at_the_door_is_cancelled_when_it_is_back(merchant):
    order, paid = make.order(payment_code="cash_on_delivery"), paid_order()
    do(merchant, order, "ship", **lines_of(order, 1))
    do(merchant, paid, "ship", **lines_of(paid, 2, 2))
    assert "cancel" not in page(merchant, paid).context["actions"]
    asked = ask(merchant, order, "cancel", reason="Refused").content.decode()
    assert "its units go into stock again" in asked
    do(merchant, order, "cancel", reason="Refused")
    assert order.status == statuses.CANCELLED
    assert StockRecord.objects.get(product=order.lines.get().product).num_in_stock == 10


def test_money_of_a_delivery_is_seen_by_staff(merchant):
    order = make.order(payment_code="cash_on_delivery")
    assert "receive" not in page(merchant, make.order()).context["actions"]
    do(merchant, order, "receive")
    assert order.paid_at and order.attempts.get().state == "captured"


def test_what_is_not_possible_any_more_is_said_and_not_done(merchant):
    order = paid_order()
    first = ask(merchant, order, "cancel", reason="x")
    do(merchant, order, "ship", **lines_of(order, 2, 2))
    confirmed = {**dict(first.context["kept"]), "confirmed": "1"}
    response = merchant.post(first.request["PATH_INFO"], confirmed, follow=True)
    assert "order has changed" in str(next(iter(response.context["messages"])))
    order.refresh_from_db()
    assert order.status == statuses.SHIPPED


def test_each_act_is_logged_with_who_did_it(merchant):
    order = paid_order()
    do(merchant, order, "ship", **lines_of(order, 2, 2))
    told = [(moment.what, moment.by) for moment in page(merchant, order).context["moments"]]
    assert any(what.startswith("Shipped: 2 × Assam") and "mira@example.com" in by for what, by in told)


def test_a_note_is_for_staff(merchant):
    order = make.order()
    merchant.post(reverse("admin:order_order_act", args=[order.pk, "note"]), {"text": "<b>Rings twice</b>"})
    assert OrderNote.objects.get(order=order).user.email == "mira@example.com"
    assert "&lt;b&gt;Rings twice" in page(merchant, order).content.decode()


def test_a_mail_is_sent_again_as_a_new_one_and_only_of_this_order(merchant, deliver):
    order, other = paid_order(), paid_order()
    deliver()
    mail = Message.objects.get(kind="order_paid", key=order.number)
    do(merchant, order, "resend", pk=mail.pk)
    assert list(Message.objects.filter(subject=mail.subject).values_list("key", flat=True).order_by("pk")) == [
        order.number, f"{order.number}#2",
    ]  # fmt: skip
    response = ask(merchant, other, "resend", pk=mail.pk)
    assert "kept" not in response.context


def test_mails_of_other_things_that_have_the_same_number_are_not_the_orders(merchant):
    """An old order may be number 12, and so may somebody's request for a review."""
    order = paid_order()
    other = Message.objects.create(
        kind="review_request", key=f"{order.number}/reminder", topic="surveys", to_address="a@b.example"
    )
    assert other not in page(merchant, order).context["mails"]
    ask(merchant, order, "resend", pk=other.pk)
    assert Message.objects.filter(kind="review_request").count() == 1


def test_whoever_was_forgotten_gets_no_mail_again(merchant, deliver):
    order = paid_order()
    deliver()
    mail = Message.objects.get(kind="order_paid", key=order.number)
    privacy.erase(order.customer)
    assert "kept" not in ask(merchant, order, "resend", pk=mail.pk).context


def test_two_who_send_a_mail_again_at_the_same_moment_send_one(deliver):
    order = paid_order()
    deliver()
    forms = [order_forms.ResendForm(order, data={"pk": Message.objects.get(kind="order_paid").pk}) for _ in range(2)]
    assert all(form.is_valid() for form in forms)
    with mock.patch.object(QuerySet, "count", return_value=0):  # both have counted before either has written
        assert forms[0].again() == forms[1].again()


@pytest.mark.parametrize("action", ["ship", "refund", "cancel", "receive", "deliver"])
def test_support_looks_and_writes_notes_but_moves_no_money_and_no_goods(action):
    client, order = Client(), paid_order()
    client.force_login(make.staff("support"))
    assert set(page(client, order).context["actions"]) <= {"note", "resend"}
    response = client.post(reverse("admin:order_order_act", args=[order.pk, action]), {"confirmed": "1", "reason": "x"})
    assert response.status_code == 403


def test_there_are_no_other_actions(merchant):
    order = make.order()
    assert merchant.post(reverse("admin:order_order_act", args=[order.pk, "give-away"])).status_code == 404
    assert merchant.get(reverse("admin:order_order_act", args=[order.pk, "ship"])).status_code == 405


def test_what_the_shop_noted_is_read_in_the_readers_language_and_what_staff_wrote_as_it_is(monkeypatch):
    order = make.order()
    for kind in (OrderNote.ERROR, OrderNote.INFO):
        OrderNote.objects.create(order=order, note_type=kind, message="Note")
    monkeypatch.setattr(order_page, "gettext", lambda text: f"({text})")
    notes = [moment.detail for moment in order_page.history_of(order) if moment.what == "(Note)"]
    assert sorted(notes) == ["(Note)", "Note"]
