"""Mail that follows from what happened to people."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.events.catalog import ConsentAsked, PreferenceLinkAsked
from shop.events.registry import on
from shop.mail import outbox, preferring

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


@on(PreferenceLinkAsked)
def send_preference_link(event: PreferenceLinkAsked, customer: Customer | None) -> None:
    """To the mailbox itself, whoever asked."""
    if customer is None or customer.messages.filter(kind="preference_link", created_at__gt=timezone.now() - PATIENCE).exists():
        return
    url = outbox.absolute(preferring.path(customer))
    outbox.send("preference_link", customer, {"preferences_url": url}, key=event.asked_id, is_secret=True)
