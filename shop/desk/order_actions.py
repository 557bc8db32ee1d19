"""What staff can do with an order. Each action asks for what it needs, says what will happen, and goes through one door."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop import money
from shop.customers.models import User
from shop.desk import order_forms
from shop.forks.order.models import Order, OrderNote
from shop.mail.models import Message
from shop.orders import credits, fulfilment, statuses
from shop.payments import refunds, settlement
from shop.payments.models import Refund
from shop.payments.refunds import Plan


@dataclass(frozen=True)
class Action:
    """`says(order, form)`: what will happen, line by line. `does` returns the sentence for the page and for the log."""

    name: str
    label: Promise | str
    icon: str
    form: type[order_forms.OrderForm]
    permission: str
    is_possible: Callable[[Order], bool]
    says: Callable[[Order, Any], list[str]]
    does: Callable[[Order, Any, User], str]
    is_grave: bool = False
    is_asked_twice: bool = True


def of(order: Order, staff: Any) -> list[Action]:
    """What this member of staff can do with the order as it is."""
    return [action for action in ALL.values() if staff.has_perm(action.permission) and action.is_possible(order)]


# Ship


def _says_ship(order: Order, form: Any) -> list[str]:
    lines = form.words()
    tracking = " ".join(filter(None, [form.cleaned_data["carrier"], form.cleaned_data["tracking_code"]]))
    if tracking:
        lines.append(gettext("Carrier and code: %(tracking)s") % {"tracking": tracking})
    return [*lines, gettext("The units leave the stock."), _mail_to(order)]


def _ship(order: Order, form: Any, by: User) -> str:
    asked = {name: form.cleaned_data[name] for name in ("carrier", "tracking_code", "tracking_url")}
    fulfilment.ship(order, form.quantities(), **asked)
    return gettext("Shipped: %(parcel)s.") % {"parcel": ", ".join(form.words())}


# Deliver


def _says_deliver(order: Order, form: Any) -> list[str]:
    return [gettext("The order is marked as arrived."), _mail_to(order)]


def _deliver(order: Order, form: Any, by: User) -> str:
    fulfilment.deliver(order)
    return gettext("Marked as delivered.")


# Payment received


def _says_receive(order: Order, form: Any) -> list[str]:
    total = money.shown(order.due, order.currency)
    return [gettext("You have seen %(total)s arrive, all of it.") % {"total": total}, _mail_to(order)]


def _receive(order: Order, form: Any, by: User) -> str:
    settlement.receive(order, by)
    return gettext("Payment received: %(total)s.") % {"total": money.shown(order.due, order.currency)}


# Cancel


def _says_cancel(order: Order, form: Any) -> list[str]:
    lines = [gettext("What the order reserved is free again, vouchers too.")]
    if _has_left(order):
        lines.append(gettext("The parcel is back here: its units go into stock again."))
    if order.paid_at:
        lines += _goes_back(order, refunds.plan_of_all(order))
    return [*lines, gettext("Reason: %(reason)s") % {"reason": form.cleaned_data["reason"]}, _mail_to(order)]


def _cancel(order: Order, form: Any, by: User) -> str:
    reason = form.cleaned_data["reason"]
    if order.paid_at:
        return _refunded(refunds.refund_all(order, reason=reason, by=by), order)
    if _has_left(order):
        settlement.take_back(order, reason)
    elif settlement.give_up(order, reason).status != statuses.CANCELLED:
        raise statuses.NotPossible(gettext("The payment has just arrived: the order is not cancelled."))
    return gettext("Cancelled: %(reason)s") % {"reason": reason}


# Refund


def _says_refund(order: Order, form: Any) -> list[str]:
    lines = form.words()
    if form.cleaned_data["shipping"]:
        amount = money.shown(form.cleaned_data["shipping"], order.currency)
        lines.append(gettext("Delivery and surcharges: %(amount)s") % {"amount": amount})
    lines += _goes_back(order, form.plan())
    if form.cleaned_data["restock"] and form.chosen():
        lines.append(gettext("Units that came back go into stock; units that have not left are free again."))
    return [*lines, gettext("Reason: %(reason)s") % {"reason": form.cleaned_data["reason"]}, _mail_to(order)]


def _refund(order: Order, form: Any, by: User) -> str:
    typed = form.cleaned_data
    made = refunds.refund(
        order, form.quantities(), shipping=typed["shipping"], reason=typed["reason"], by=by, restock=typed["restock"]
    )
    return _refunded(made, order)


def _refunded(made: Refund, order: Order) -> str:
    shown = {"amount": money.shown(made.amount, order.currency)}
    back = _words(refunds.units_of(made))
    if made.state == Refund.State.FAILED:
        raise statuses.NotPossible(gettext("The payment provider refused: %(error)s") % {"error": made.error or "–"})
    if made.state == Refund.State.PENDING:
        return gettext("The provider does not answer: %(amount)s goes back as soon as it does.") % shown
    if back:
        return gettext("Given back: %(amount)s and %(credits)s.") % {**shown, "credits": back}
    return gettext("Given back: %(amount)s.") % shown


def _goes_back(order: Order, plan: Plan) -> list[str]:
    money_back, back = money.shown(plan.amount, order.currency), _words(plan.units)
    lines = [gettext("%(amount)s goes back the way it was paid.") % {"amount": money_back}] if plan.amount or not back else []
    return [*lines, gettext("Back to the customer: %(credits)s.") % {"credits": back}] if back else lines


def _words(units: dict[str, int]) -> str:
    return get_text_list([credits.counted(code, count) for code, count in units.items() if count], gettext("and"))


# Notes and mails


def _note(order: Order, form: Any, by: User) -> str:
    OrderNote.objects.create(order=order, user=by, note_type=OrderNote.INFO, message=form.cleaned_data["text"])
    return ""


def _says_resend(order: Order, form: Any) -> list[str]:
    return [
        gettext("“%(subject)s” goes to %(address)s once more.")
        % {"subject": form.message.subject, "address": form.message.to_address}
    ]


def _resend(order: Order, form: Any, by: User) -> str:
    form.again()
    return gettext("Sent again: “%(subject)s”.") % {"subject": form.message.subject}


def _mail_to(order: Order) -> str:
    return gettext("%(email)s gets a mail about it.") % {"email": order.email}


def _can_ship(order: Order) -> bool:
    return order.status in statuses.TO_SHIP and any(line.to_ship for line in order.lines.all())


def _can_refund(order: Order) -> bool:
    return bool(refunds.left_of(order))


def _can_cancel(order: Order) -> bool:
    if _has_left(order):  # what is paid is refunded; what nobody took at the door is cancelled when it is back
        return not order.paid_at and order.status in (statuses.PARTLY_SHIPPED, statuses.SHIPPED)
    return order.status in statuses.UNPAID or (order.status == statuses.PAID and _can_refund(order))


def _has_left(order: Order) -> bool:
    return any(line.quantity_shipped for line in order.lines.all())


ALL = {
    action.name: action
    for action in [
        Action(
            "ship", _("Ship"), "local_shipping", order_forms.ShipForm, "order.change_order",
            _can_ship, _says_ship, _ship,
        ),
        Action(
            "deliver", _("Mark as delivered"), "where_to_vote", order_forms.OrderForm, "order.change_order",
            lambda order: order.status == statuses.SHIPPED, _says_deliver, _deliver,
        ),
        Action(
            "receive", _("Mark as paid"), "payments", order_forms.OrderForm, "payments.change_paymentattempt",
            lambda order: not order.paid_at and order.attempts.filter(state="waiting").exists(), _says_receive, _receive,
        ),
        Action(
            "refund", _("Refund"), "currency_exchange", order_forms.RefundForm, "payments.add_refund",
            _can_refund, _says_refund, _refund, is_grave=True,
        ),
        Action(
            "cancel", _("Cancel the order"), "cancel", order_forms.ReasonForm, "payments.add_refund",
            _can_cancel, _says_cancel, _cancel, is_grave=True,
        ),
        Action(
            "note", _("Add the note"), "note_add", order_forms.NoteForm, "order.add_ordernote",
            lambda order: True, lambda order, form: [], _note, is_asked_twice=False,
        ),
        Action(
            "resend", _("Send again"), "forward_to_inbox", order_forms.ResendForm, "mail.change_message",
            lambda order: Message.objects.filter(order_forms.about(order)).exists(), _says_resend, _resend,
        ),
    ]
}  # fmt: skip
