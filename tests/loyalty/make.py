"""Points for tests, through the doors the shop goes through."""

import itertools
from datetime import datetime

from loyalty import ledger
from loyalty.models import Account, Entry, Programme
from shop.customers.models import Customer

_numbers = itertools.count(1)


def programme(**fields: object) -> Programme:
    """The programme, running."""
    found = Programme.objects.first() or Programme()
    for name, value in {"is_on": True, **fields}.items():
        setattr(found, name, value)
    found.save()
    return found


def points(customer: Customer, count: int, *, cause: str = "", reason: str = Entry.Reason.GOODWILL, **how: object) -> Entry:
    """So many points, available at once unless `available_at` says otherwise."""
    return ledger.earn(customer, count, reason, cause=cause or f"test:{next(_numbers)}", **how)


def account(customer: Customer) -> Account:
    """What the customer has now."""
    return Account.objects.get(customer=customer)


def pots(customer: Customer) -> dict[str, int]:
    """The pots with points in them."""
    row = Account.objects.values("pending", "available", "held", "spent", "expired", "reversed", "debt").get(customer=customer)
    return {pot: count for pot, count in row.items() if count}


def at(day: str) -> datetime:
    """Noon of a day in the shop."""
    from django.utils import timezone

    return timezone.make_aware(datetime.fromisoformat(f"{day}T12:00"))
