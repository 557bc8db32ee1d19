"""What mail holds about a person, and how it forgets them."""

from typing import Any

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
    if customer.email:
        suppression.suppress(customer.email, Suppression.Reason.ERASED, customer)
    ProviderEvent.objects.filter(message__customer=customer).update(data={})
    customer.messages.filter(state__in=[Message.State.QUEUED, Message.State.SENDING, Message.State.HELD]).update(
        state=Message.State.WITHHELD, reason="The customer was erased."
    )
    customer.messages.update(to_address="", subject="", text="", html="", values={}, headers={}, attachments=[])
