"""Mail that follows from what happened to people."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.events.catalog import ConsentAsked
from shop.events.registry import on
from shop.mail import outbox

PATIENCE = timedelta(minutes=15)


@on(ConsentAsked)
def ask_to_confirm(event: ConsentAsked, customer: Customer | None) -> None:
    """The second half of a double opt-in goes to the mailbox itself."""
    asked = Consent.objects.filter(pk=event.consent_id).first()
    if customer is None or asked is None or consent.is_given(customer, event.topic, event.channel):
        return
    # Whoever types a foreign address over and over must not fill that mailbox.
    if customer.messages.filter(kind="consent_confirm", created_at__gt=timezone.now() - PATIENCE).exists():
        return
    url = outbox.absolute(reverse("confirm_consent", args=[consent.token(asked)]))
    outbox.send("consent_confirm", customer, {"confirm_url": url, "wording": asked.wording}, key=str(asked.pk), is_secret=True)
