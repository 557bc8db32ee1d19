"""What the shop holds about a person, in one file, and how it forgets them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.customers import erasures
from shop.customers.models import Customer, User
from shop.events import log
from shop.events.catalog import CustomerErased

Export = Callable[[Customer], Any]
Erase = Callable[[Customer], None]

_exports: dict[str, Export] = {}
_erases: dict[str, Erase] = {}


class CannotErase(Exception):
    """Something must end first, such as an order under way; the message says what, in the reader's language."""


def exports(name: str) -> Callable[[Export], Export]:
    """Register `function(customer)` that returns what one app holds, as lists, dicts and values."""

    def register(function: Export) -> Export:
        _exports[name] = function
        return function

    return register


def erases(name: str) -> Callable[[Erase], Erase]:
    """Register `function(customer)` that makes one app forget; it runs while the address is still known.

    What the law makes the shop keep (orders, invoices) stays. It may raise `CannotErase`.
    """

    def register(function: Erase) -> Erase:
        _erases[name] = function
        return function

    return register


def export(customer: Customer) -> dict[str, Any]:
    """Everything the shop holds about a person, by the part of the shop that holds it."""
    return {name: function(customer) for name, function in sorted(_exports.items())}


def export_json(customer: Customer) -> str:
    """The same as a file to hand over."""
    return json.dumps(export(customer), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


@transaction.atomic
def erase(customer: Customer) -> None:
    """Make a person anonymous everywhere, at once or not at all. Raises `CannotErase`.

    The row stays, so that orders and sums still belong to somebody; the account, names, addresses and texts go.
    """
    locked = Customer.objects.lock_for(customer)
    if locked.erased_at:
        return
    email = locked.email
    user = locked.user or User.objects.filter(email=email, customer=None).first()  # an account may claim it unconfirmed
    if user and user.is_staff:
        raise CannotErase(_("This is the account of a member of staff. Take their rights away first."))
    # What could not change hands when two rows became one stayed with the emptied row.
    rows = [locked, *locked.merged.all()]
    for row in rows:
        for forget in _erases.values():
            forget(row)
        row.consents.update(ip_address=None)
        _forget_name_in_the_log(row)
    log.record(CustomerErased(), customer=locked)
    if email:
        erasures.note(email, [row.uid.hex for row in rows])
    locked.anonymise(timezone.now())
    if user:
        _forget_name_in_the_log(user)
        user.delete()


def _forget_name_in_the_log(row: models.Model) -> None:
    """What staff did stays in the admin's log; what it calls the person does not."""
    kind = ContentType.objects.get_for_model(row)
    LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).update(object_repr="–")


def erase_again(erased: dict[str, datetime]) -> tuple[int, list[tuple[int, str]]]:
    """Erase whom a restored backup brought back, by the marks of `erasures.read`: how many, and whom not (id and why).

    Somebody who came back of their own accord after they were erased stays.
    """
    count, left = 0, []
    rows = Customer.objects.known().exclude(email=None).values_list("pk", "email", "uid", "created_at")
    for pk, email, uid, created_at in rows.iterator():
        times = [erased[mark] for name in (email or "", uid.hex) for mark in erasures.marks_of(name) if mark in erased]
        if not times or created_at > max(times):
            continue
        try:
            erase(Customer.objects.get(pk=pk))
            count += 1
        except CannotErase as why:
            left.append((pk, str(why)))
    return count, left


@exports("person")
def _person(customer: Customer) -> Any:
    hidden = {"id", "user", "merged_into", "erased_at"}
    return {field.name: field.value_from_object(customer) for field in Customer._meta.fields if field.name not in hidden}


@exports("account")
def _account(customer: Customer) -> Any:
    user = customer.user
    if user is None:
        return None
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "opened": user.date_joined,
        "last_login": user.last_login,
        "addresses": list(user.emailaddress_set.values("email", "verified", "primary")),  # type: ignore[attr-defined]
    }


@exports("consents")
def _consents(customer: Customer) -> Any:
    return list(
        customer.consents.order_by("happened_at").values(
            "topic", "channel", "is_given", "source", "wording", "ip_address", "confirmed_at", "happened_at"
        )
    )


@exports("events")
def _events(customer: Customer) -> Any:
    return list(customer.events.order_by("happened_at").values("kind", "happened_at", "data"))
