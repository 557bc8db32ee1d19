"""Making good: what staff may give a customer, who gave what and why.

Each kind of gift is registered by the part of the shop that owns it. Every gift is a line of the log; what one member of
staff's role may give one person within a month is limited.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shop.customers import privacy, timeline
from shop.customers.models import Customer, User
from shop.events.catalog import GoodwillGiven
from shop.events.log import record
from shop.events.models import Event

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OWNER = "owner"  # the role without limits
WINDOW = timedelta(days=30)  # in which gifts to one person count against the limit
Give = Callable[..., Any]  # give(customer, amount, *, by, reason, cause)


timeline.calls([GoodwillGiven.kind], "amount")
timeline.calls([GoodwillGiven.kind], "reason")


class Refused(Exception):
    """The gift is not given; `str()` says why, in the language of the staff."""


@dataclass(frozen=True)
class Kind:
    """Something staff may give. `limits`: role -> most for one person in thirty days; of several roles the highest counts."""

    key: str
    label: "StrOrPromise"
    unit: "StrOrPromise"
    permission: str
    give: Give
    limits: Mapping[str, Decimal | int] = field(default_factory=dict)
    decimals: int = 0


@dataclass(frozen=True)
class Gift:
    """One gift of the past."""

    at: datetime
    label: "StrOrPromise"
    amount: str
    reason: str
    by: str


_kinds: dict[str, Kind] = {}


def offers(
    key: str,
    label: "StrOrPromise",
    *,
    unit: "StrOrPromise",
    permission: str,
    limits: Mapping[str, Decimal | int] | None = None,
    decimals: int = 0,
) -> Callable[[Give], Give]:
    """Register `give(customer, amount, *, by, reason, cause)`. It may raise `Refused`; the same cause gives once."""

    def register(give: Give) -> Give:
        if key in _kinds:
            raise ValueError(f"The gift {key} is declared twice.")
        _kinds[key] = Kind(key, label, unit, permission, give, limits or {}, decimals)
        timeline.calls([GoodwillGiven.kind], "what", codes={kind.key: kind.label for kind in _kinds.values()})
        return give

    return register


def open_to(staff: Any) -> list[Kind]:
    """What this member of staff may give at all."""
    return [kind for kind in _kinds.values() if staff.has_perm(kind.permission)]


def left_of(kind: Kind, staff: User, customer: Customer) -> Decimal | None:
    """How much of it this member of staff may still give this person now; `None` without a limit."""
    roles = set(staff.groups.values_list("name", flat=True))
    named = [Decimal(most) for role, most in kind.limits.items() if role in roles]
    if staff.is_superuser or OWNER in roles or not named:
        return None
    return max(max(named) - _given(kind, customer), Decimal(0))


def is_own(customer: Customer, staff: User) -> bool:
    """Whether a customer is the member of staff, by account or by address: nobody gives anything to themselves."""
    return customer.user_id == staff.pk or customer.email == staff.email


@transaction.atomic
def hand_out(key: str, customer: Customer, amount: Decimal, *, by: User, reason: str, cause: str) -> None:
    """Give it and write down who did and why; the same `cause` gives once. Raises `Refused`."""
    kind = _kinds[key]
    customer = Customer.objects.lock_for(customer)
    if customer.events.filter(kind=GoodwillGiven.kind, data__cause=cause).exists():
        return
    if not by.has_perm(kind.permission):
        raise Refused(gettext("Your role may not give this."))
    if customer.erased_at:
        raise Refused(gettext("The customer was erased."))
    if is_own(customer, by):
        raise Refused(gettext("Nobody can give something to themselves."))
    if amount <= 0:
        raise Refused(gettext("Give more than nothing."))
    left = left_of(kind, by, customer)
    if left is not None and amount > left:
        text = gettext("Your role may give this customer %(left)s %(unit)s more this month.")
        raise Refused(text % {"left": f"{left.normalize():f}", "unit": kind.unit})
    kind.give(customer, amount if kind.decimals else int(amount), by=by, reason=reason, cause=f"goodwill:{cause}")
    what = {"what": key, "amount": f"{amount.normalize():f}", "reason": reason[:500], "staff_id": by.pk, "cause": cause}
    record(GoodwillGiven(**what), customer=customer)


def given_to(customer: Customer) -> list[Gift]:
    """All gifts to a person, the latest first, in two queries."""
    rows = list(customer.events.filter(kind=GoodwillGiven.kind).order_by("-happened_at", "-pk")[:50])
    staff = User.objects.in_bulk({row.data.get("staff_id") for row in rows} - {None})
    return [_gift(row, str(staff.get(row.data.get("staff_id")) or "")) for row in rows]


@privacy.erases("goodwill")
def _forget_reasons(customer: Customer) -> None:
    """That something was given stays; what staff wrote about the person goes."""
    for row in customer.events.filter(kind=GoodwillGiven.kind).exclude(data__reason=""):
        row.data["reason"] = ""
        row.save(update_fields=["data"])


def _gift(row: Event, by: str) -> Gift:
    kind = _kinds.get(row.data.get("what", ""))
    label = kind.label if kind else row.data.get("what", "")
    amount = " ".join(str(part) for part in (row.data.get("amount", ""), kind.unit if kind else "") if part)
    return Gift(row.happened_at, label, amount, row.data.get("reason", ""), by)


def _given(kind: Kind, customer: Customer) -> Decimal:
    """What all staff gave this person lately."""
    recent = customer.events.filter(kind=GoodwillGiven.kind, happened_at__gte=timezone.now() - WINDOW)
    amounts = recent.filter(data__what=kind.key).values_list("data__amount", flat=True)
    return sum((Decimal(amount) for amount in amounts), Decimal(0))
