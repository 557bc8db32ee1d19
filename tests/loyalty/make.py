"""Points for tests, through the doors the shop goes through."""

import itertools
from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.utils import timezone

from loyalty import ledger
from loyalty.models import Account, Entry, Programme, Rule, Tier
from shop.customers import accounts
from shop.customers.models import Customer
from tests import make

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
    return timezone.make_aware(datetime.fromisoformat(f"{day}T12:00"))


def rule(kind: str = "purchase", **fields: object) -> Rule:
    """A rule that is on: a point for each euro, or 50 points for anything else, unless said otherwise."""
    given = {"rate": Decimal(1)} if kind == "purchase" else {"points": 50}
    return Rule.objects.create(kind=kind, name=str(kind), **{**given, **fields})


def tier(name: str = "Gold", threshold: str = "100", **fields: object) -> Tier:
    return Tier.objects.create(name=name, threshold=Decimal(threshold), **fields)


def member(email: str = "", **fields: object) -> Customer:
    """A customer with an account whose address is confirmed."""
    person = make.user(email)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    customer = accounts.confirm(person)
    for name, value in fields.items():
        setattr(customer, name, value)
    customer.save()
    return customer
