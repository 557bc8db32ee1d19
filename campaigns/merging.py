"""Two rows of a customer become one: what campaigns keep of each."""

from campaigns import engagement
from campaigns.models import Engagement
from shop.customers import merging
from shop.customers.models import Customer


@merging.rule("campaigns.Engagement")
def _join(kept: Customer, merged: Customer) -> None:
    """Only a summary: the kept row's is worked out anew with the mails and consents of both."""
    Engagement.objects.filter(customer=merged).delete()
    engagement.refresh([kept.pk])
