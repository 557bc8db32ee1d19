"""Unfinished checkouts: what was typed is kept with the basket until the order is placed."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shop.customers.models import User
from shop.forks.basket.models import Basket
from shop.storefront.models import CheckoutDraft

KEPT = (
    "email", "country", "first_name", "last_name", "line1", "line2", "postcode", "line4", "state", "phone", "note",
    "shipping", "payment", "wants_news", "wants_reminder", "time_zone", "orderer",
)  # fmt: skip
_LONGEST = 500


def of(basket: Basket) -> dict[str, str]:
    """What was typed for this basket so far, by field name; empty if nothing was."""
    draft = next(iter(CheckoutDraft.objects.filter(basket_id=basket.pk)), None) if basket.pk else None
    return dict(draft.data) if draft else {}


def keep(basket: Basket, typed: dict[str, str], *, language: str) -> None:
    """Write down what stands in the fields now, right or wrong. The e-mail is noted beside it once it can be one."""
    data = {name: typed[name].replace("\0", "")[:_LONGEST] for name in KEPT if typed.get(name)}
    draft = CheckoutDraft(basket_id=basket.pk, data=data, email=_valid(data.get("email", "")), language=language)
    # One statement, whoever else writes: the checkout sends this on every change.
    CheckoutDraft.objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["basket"], update_fields=["data", "email", "language", "updated_at"]
    )


def from_account(user: User | AnonymousUser) -> dict[str, str]:
    """What an account would type: its e-mail and the address used most, by field name."""
    if isinstance(user, AnonymousUser):
        return {}
    known = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name}
    address = user.addresses.order_by("-is_default_for_shipping", "-num_orders_as_shipping_address", "-pk").first()
    if address is None:
        return known
    names = ("first_name", "last_name", "line1", "line2", "line4", "state", "postcode")
    found = {name: getattr(address, name) or "" for name in names}
    return {**known, **found, "country": address.country_id, "phone": str(address.phone_number or "")}


def discard(basket_id: int) -> None:
    """Forget it: the order holds the address now."""
    CheckoutDraft.objects.filter(basket_id=basket_id).delete()


def _valid(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        return ""
    address = email.strip().lower()
    return address if len(address) <= 254 else ""
