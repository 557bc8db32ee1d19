"""What follows from an order at the checkout."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.events.catalog import OrderPlaced
from shop.events.registry import on
from shop.storefront.checkout_form import ASKED_LATER


@on(OrderPlaced)
def note_that_we_may_ask(event: OrderPlaced, customer: Customer | None) -> None:
    """The checkout says that we ask about the order: written down once, in those words, unless they ever decided about it."""
    if customer is None or customer.consents.filter(topic=Consent.Topic.SURVEYS).exists():
        return
    with translation.override(customer.language or settings.LANGUAGE_CODE):
        wording = gettext(ASKED_LATER)
    consent.give(customer, Consent.Topic.SURVEYS, source=Consent.Source.CHECKOUT, wording=wording)
