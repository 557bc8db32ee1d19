"""How often a person wants to hear from the shop: what they said on the preference page, also when rows are joined."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shop.customers import merging, privacy
from shop.customers.models import Customer
from shop.mail.models import Preference

PAUSE = timedelta(days=30)


def of(customer: Customer) -> Preference:
    """What the person said; an unsaved row with no wishes if they said nothing."""
    return Preference.objects.filter(customer=customer).first() or Preference(customer=customer)


@transaction.atomic
def keep(customer: Customer, *, per_week: int | None, is_paused: bool, now: datetime | None = None) -> Preference:
    """Write down what the person said. A pause that runs goes on to its end, a new one lasts thirty days."""
    now = now or timezone.now()
    Customer.objects.lock_for(customer)
    said = of(customer)
    runs = said.paused_until is not None and said.paused_until > now
    said.per_week = per_week
    said.paused_until = (said.paused_until if runs else now + PAUSE) if is_paused else None
    said.save()
    return said


@merging.rule("mail.Preference")
def _join(kept: Customer, merged: Customer) -> None:
    """The stricter of two wishes: somebody meant it."""
    other = Preference.objects.filter(customer=merged).first()
    if other is None:
        return
    own = of(kept)
    own.per_week = min((most for most in (own.per_week, other.per_week) if most is not None), default=None)
    own.paused_until = max((moment for moment in (own.paused_until, other.paused_until) if moment), default=None)
    own.save()
    other.delete()


@privacy.exports("wishes about mail")
def _wishes(customer: Customer) -> Any:
    return Preference.objects.filter(customer=customer).values("per_week", "paused_until", "changed_at").first()


@privacy.exports("decisions about mail")
def _decisions(customer: Customer) -> Any:
    return list(customer.mail_decisions.order_by("pk").values("message_id", "outcome", "reason", "until", "decided_at"))


@privacy.erases("wishes about mail")
def _forget(customer: Customer) -> None:
    Preference.objects.filter(customer=customer).delete()
