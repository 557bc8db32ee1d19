"""What mail holds about a person, and how it forgets them."""

from typing import Any

from django.db.models import Q

from shop.customers import privacy
from shop.customers.models import Customer
from shop.mail import sheets, suppression
from shop.mail.models import Message, ProviderEvent, Suppression


@privacy.exports("messages")
def _messages(customer: Customer) -> Any:
    columns = ("kind", "topic", "to_address", "language", "subject", "state", "created_at", "sent_at")
    rows = customer.messages.order_by("pk")
    return [{name: getattr(row, name) for name in columns} | {"text": sheets.filled(row).text} for row in rows]


@privacy.erases("messages")
def _forget(customer: Customer) -> None:
    """That a message was sent stays; to whom and what it said goes. The address is kept as a keyed hash, so that no import
    of an old list brings the person back."""
    theirs = Q(customer=customer)
    if customer.email:
        suppression.suppress(customer.email, Suppression.Reason.ERASED, customer)
        theirs |= Q(customer=None, to_address=customer.email)  # written before the shop knew whose address it is
    messages = Message.objects.filter(theirs)
    ProviderEvent.objects.filter(message__in=messages.values("pk")).update(data={})
    messages.filter(state__in=[Message.State.QUEUED, Message.State.SENDING, Message.State.HELD]).update(
        state=Message.State.WITHHELD, reason="The customer was erased."
    )
    messages.exclude(state=Message.State.WITHHELD).update(reason="")  # a server that refuses repeats the address
    messages.update(to_address="", subject="", text="", html="", values={}, headers={}, attachments=[])
