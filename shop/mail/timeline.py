"""Messages in the timeline of a customer."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from shop.customers.models import Customer
from shop.customers.timeline import Moment, calls, tells
from shop.mail.models import Suppression


@tells("messages")
def _messages(customer: Customer, limit: int) -> Iterable[Moment]:
    rows = customer.messages.only("pk", "customer_id", "created_at", "subject", "kind", "state", "reason")
    for row in rows.order_by("-created_at", "-pk")[:limit]:
        detail = " · ".join(filter(None, [row.get_state_display(), row.reason and gettext(row.reason)]))
        url = reverse("admin:mail_message_change", args=[row.pk])
        yield Moment(row.created_at, row.subject or row.kind, detail, url, source="messages")


calls(["mail.suppressed"], "reason", codes=dict(Suppression.Reason.choices))
