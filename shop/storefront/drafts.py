"""Unfinished checkouts: what was typed is kept with the basket until the order is placed."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shop.forks.basket.models import Basket
from shop.storefront.models import CheckoutDraft

KEPT = (
    "email", "country", "first_name", "last_name", "line1", "line2", "postcode", "line4", "state", "phone", "note",
    "shipping", "payment", "wants_news",
)  # fmt: skip
_LONGEST = 500


def of(basket: Basket) -> dict[str, str]:
    """What was typed for this basket so far, by field name; empty if nothing was."""
    draft = CheckoutDraft.objects.filter(basket_id=basket.pk).first() if basket.pk else None
    return dict(draft.data) if draft else {}


def keep(basket: Basket, typed: dict[str, str], *, language: str) -> None:
    """Write down what stands in the fields now, right or wrong. The e-mail is noted beside it once it can be one."""
    data = {name: typed[name].replace("\0", "")[:_LONGEST] for name in KEPT if typed.get(name)}
    draft = CheckoutDraft(basket_id=basket.pk, data=data, email=_valid(data.get("email", "")), language=language)
    # One statement, whoever else writes: the checkout sends this on every change.
    CheckoutDraft.objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["basket"], update_fields=["data", "email", "language", "updated_at"]
    )


def discard(basket_id: int) -> None:
    """Forget it: the order holds the address now."""
    CheckoutDraft.objects.filter(basket_id=basket_id).delete()


def _valid(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        return ""
    return email.strip().lower()
