"""What mail holds about a person, and how it forgets them."""

from typing import Any

from shop.customers import privacy
from shop.customers.models import Customer
from shop.mail import suppression
from shop.mail.models import Message, ProviderEvent, Suppression


@privacy.exports("messages")
def _messages(customer: Customer) -> Any:
    columns = ("kind", "topic", "to_address", "language", "subject", "text", "state", "created_at", "sent_at")
    return list(customer.messages.order_by("pk").values(*columns))


@privacy.erases("messages")
def _forget(customer: Customer) -> None:
    """That a message was sent stays; to whom and what it said goes. The address is kept as a keyed hash, so that no import
    of an old list brings the person back."""
    if customer.email:
        suppression.suppress(customer.email, Suppression.Reason.ERASED, customer)
    ProviderEvent.objects.filter(message__customer=customer).update(data={})
    customer.messages.filter(state__in=[Message.State.QUEUED, Message.State.SENDING]).update(
        state=Message.State.WITHHELD, reason="The customer was erased."
    )
    customer.messages.update(to_address="", subject="", text="", html="", headers={}, attachments=[])
