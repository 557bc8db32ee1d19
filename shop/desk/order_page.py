"""One order on one page: what is in it, what happened, and what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from shop import money
from shop.customers.models import User
from shop.desk import order_actions, order_forms
from shop.desk.order_actions import Action
from shop.events import registry
from shop.events.models import Event
from shop.forks.order.models import Order, OrderNote
from shop.mail.models import Message
from shop.orders import receipt, statuses
from shop.payments import refunds
from shop.payments.gateways.base import Unreachable

REFUSALS = (statuses.NotPossible, refunds.TooMuch, Unreachable)
# These status changes are told by their events.
TOLD = (statuses.PAID, statuses.PARTLY_SHIPPED, statuses.SHIPPED, statuses.DELIVERED, statuses.CANCELLED, statuses.REFUNDED)


@dataclass(frozen=True)
class Moment:
    """One line of the order's history."""

    at: datetime
    icon: str
    what: str
    detail: str = ""
    by: str = ""
    url: str = ""


def show(model_admin: Any, request: HttpRequest, pk: Any, bound: dict[str, Any] | None = None) -> HttpResponse:
    """The page; `bound` holds a form that was sent and could not be accepted, by the name of its action."""
    order = _found(model_admin, request, pk)
    whole = receipt.of(order)
    possible = order_actions.of(order, request.user)
    forms = {action.name: (bound or {}).get(action.name) or action.form(order) for action in possible}
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": gettext("Order %(number)s") % {"number": order.number},
        "order": order,
        "original": order,
        "receipt": whole,
        "status": statuses.NAMES.get(order.status, order.status),
        "status_class": f"desk-status-{order.status}",
        "actions": {action.name: action for action in possible},
        "forms": forms,
        "opened": next(iter(bound or {}), ""),
        "attempts": order.attempts.order_by("pk"),
        "refunds": order.refunds.select_related("by", "attempt").order_by("pk"),
        "mails": Message.objects.filter(order_forms.about(order)).order_by("pk"),
        "moments": history_of(order),
        "stamp": _stamp(order),
        "may_see_customer": request.user.has_perm("customers.view_customer"),  # type: ignore[union-attr]
        "shop_url": reverse("customer:anon-order", kwargs={"token": order.token}),
    }
    return TemplateResponse(request, "desk/order.html", context)


def act(model_admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do something with an order. Sent once it shows what will happen; sent again, confirmed, it does it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = _found(model_admin, request, pk)
    action = order_actions.ALL.get(name)
    if action is None:
        raise Http404
    if not request.user.has_perm(action.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    if not action.is_possible(order):
        return _refused(request, order, gettext("This is not possible any more: the order has changed."))
    form = action.form(order, data=request.POST)
    if not form.is_valid():
        return show(model_admin, request, pk, {name: form})
    if action.is_asked_twice and "confirmed" not in request.POST:
        return _confirmation(model_admin, request, order, action, form)
    if action.is_asked_twice and not _is_first(order, action, request.POST.get("stamp", "")):
        return _refused(request, order, gettext("The order has changed since this page was opened. Please look at it again."))
    return _done(model_admin, request, order, action, form)


def _done(model_admin: Any, request: HttpRequest, order: Order, action: Action, form: Any) -> HttpResponse:
    try:
        said = action.does(order, form, cast("User", request.user))
    except REFUSALS as error:
        cache.delete(_once(order, action))
        model_admin.log_change(request, order, f"{action.label}: {error}"[:1000])
        return _refused(request, order, str(error) or gettext("The payment provider does not answer. Please try again later."))
    if said:
        model_admin.log_change(request, order, said)
        messages.success(request, said)
    return HttpResponseRedirect(_address(order))


def _confirmation(model_admin: Any, request: HttpRequest, order: Order, action: Action, form: Any) -> HttpResponse:
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"{action.label} · {order.number}",
        "order": order,
        "original": order,
        "action": action,
        "consequences": action.says(order, form),
        "kept": kept,
    }
    return TemplateResponse(request, "desk/order_confirm.html", context)


def _refused(request: HttpRequest, order: Order, why: str) -> HttpResponse:
    messages.error(request, why)
    return HttpResponseRedirect(_address(order))


def _address(order: Order) -> str:
    return reverse("admin:order_order_change", args=[order.pk])


def _found(model_admin: Any, request: HttpRequest, pk: Any) -> Order:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = Order.objects.select_related("customer", "user", "shipping_address__country")
    order = rows.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if order is None:
        raise Http404
    return order


def _stamp(order: Order) -> str:
    """Changes whenever something happens to the order that its page shows."""
    lines = order.lines.order_by("pk").values_list("quantity_shipped", "quantity_cancelled", "quantity_refunded")
    parts = [order.status, bool(order.paid_at), order.refunds.count(), *(number for line in lines for number in line)]
    return "-".join(str(part) for part in parts)


def _is_first(order: Order, action: Action, stamp: str) -> bool:
    """Whether the page that was confirmed still shows what is, and has not been confirmed before (a double click)."""
    if stamp != _stamp(order):
        return False
    if action.name == "resend":
        return True
    key = _once(order, action)
    return cache.add(key, 1, timeout=60) or cache.get(key) is None  # no answer: the cache is away, not the order


def _once(order: Order, action: Action) -> str:
    return f"desk-{order.pk}-{action.name}-{_stamp(order)}"


# History


def history_of(order: Order) -> list[Moment]:
    """All that happened with an order, newest first, in six queries."""
    moments = [*_status_changes(order), *_events(order), *_notes(order), *_log(order), *_mails(order), *_refunds(order)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _status_changes(order: Order) -> list[Moment]:
    rows = [row for row in order.status_changes.all() if row.new_status not in TOLD]
    return [Moment(row.date_created, "flag", str(statuses.NAMES.get(row.new_status, row.new_status))) for row in rows]


def _events(order: Order) -> list[Moment]:
    classes = registry.event_classes()
    shipments = {one.pk: one for one in order.shipments.all()}
    found = []
    rows = Event.objects.filter(customer=order.customer_id, kind__startswith="order.", data__order_id=order.pk)
    for row in rows.order_by("pk"):
        parcel = shipments.get(row.data.get("shipment_id"))
        detail = " ".join(filter(None, [parcel.carrier, parcel.tracking_code])) if parcel else row.data.get("reason", "")
        label = classes[row.kind].label if row.kind in classes else row.kind
        found.append(Moment(row.happened_at, "bolt", gettext(label), detail))
    return found


def _notes(order: Order) -> list[Moment]:
    return [
        Moment(row.date_created, "sticky_note_2", gettext("Note"), _said(row), str(row.user or ""))
        for row in order.notes.select_related("user")
    ]


def _said(note: OrderNote) -> str:
    """What the shop itself noted is written in English and read in the reader's language; what staff wrote, as it is."""
    return gettext(note.message) if note.note_type in (OrderNote.SYSTEM, OrderNote.ERROR) else str(note.message)


def _log(order: Order) -> list[Moment]:
    """What staff did, from the admin's own log."""
    kind = ContentType.objects.get_for_model(Order)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(order.pk)).select_related("user")
    return [Moment(row.action_time, "person", row.get_change_message(), "", str(row.user)) for row in rows]


def _mails(order: Order) -> list[Moment]:
    rows = Message.objects.filter(order_forms.about(order))
    return [
        Moment(
            row.sent_at or row.created_at,
            "mail",
            row.subject,
            f"{row.to_address}: {row.get_state_display()}",
            url=reverse("admin:mail_message_change", args=[row.pk]),
        )
        for row in rows
    ]


def _refunds(order: Order) -> list[Moment]:
    rows = order.refunds.select_related("by", "attempt")
    return [
        Moment(
            row.created_at,
            "currency_exchange",
            gettext("Refund of %(amount)s: %(state)s") % {"amount": _shown(row), "state": row.get_state_display()},
            row.reason,
            str(row.by or ""),
        )
        for row in rows
    ]


def _shown(refund: Any) -> str:
    return money.shown(refund.amount, refund.attempt.currency)
