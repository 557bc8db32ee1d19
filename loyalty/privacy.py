"""What the books of points hold about a person, and what is forgotten."""

from typing import Any

from loyalty.models import Code, Entry, Referral
from shop.customers import privacy
from shop.customers.models import Customer


@privacy.exports("points")
def _points(customer: Customer) -> Any:
    entries = Entry.objects.filter(account__customer=customer).order_by("happened_at", "pk")
    account = getattr(customer, "loyalty_account", None)
    return {
        "balance": {pot: getattr(account, pot) for pot in ("available", "pending", "held", "debt")} if account else None,
        "tier": account.tier.name if account and account.tier else None,
        "history": list(entries.values("happened_at", "kind", "reason", "points", "order__number", "note")),
        "codes": list(Code.objects.filter(customer=customer).values_list("code", flat=True)),
        "recommended": list(Referral.objects.filter(referrer=customer).values("made_at", "state")),
        "came_by_recommendation": list(Referral.objects.filter(referee=customer).values("made_at", "state")),
    }


@privacy.erases("points")
def _forget(customer: Customer) -> None:
    """Numbers stay, so that the books still balance; words about the person and their link go."""
    Entry.objects.filter(account__customer=customer).exclude(note="").update(note="")
    Code.objects.filter(customer=customer).delete()
