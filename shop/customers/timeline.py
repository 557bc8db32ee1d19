"""All that happened with a customer, newest first, from every part of the shop that tells."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from shop import money
from shop.customers.models import Customer
from shop.events import registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIZE = 30


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    happened_at: datetime
    what: "StrOrPromise"
    detail: "StrOrPromise" = ""
    url: str = ""
    source: str = ""


Source = Callable[[Customer, int], Iterable[Moment]]
_sources: dict[str, Source] = {}


def tells(name: str) -> Callable[[Source], Source]:
    """Register `function(customer, limit)`: the newest `limit` moments that one part of the shop knows, newest first."""

    def register(function: Source) -> Source:
        _sources[name] = function
        return function

    return register


def page(customer: Customer, number: int = 1, size: int = SIZE) -> tuple[list[Moment], bool]:
    """One page of the timeline, and whether there are older moments. One query for each source, whatever the page."""
    number = min(max(number, 1), 1000)
    limit = number * size + 1
    told = (source(customer, limit) for source in _sources.values())
    merged = list(islice(heapq.merge(*told, key=lambda moment: moment.happened_at, reverse=True), limit))
    return merged[(number - 1) * size : number * size], len(merged) == limit


@tells("events")
def _events(customer: Customer, limit: int) -> Iterable[Moment]:
    classes = registry.event_classes()
    rows = customer.events.exclude(kind__startswith="customer.consent_")  # the consents tell it themselves
    for row in rows.order_by("-happened_at", "-pk")[:limit]:
        known = classes.get(row.kind)
        yield Moment(row.happened_at, _(known.label) if known else row.kind, _in_words(row.data), source="events")


@tells("consents")
def _consents(customer: Customer, limit: int) -> Iterable[Moment]:
    for row in customer.consents.order_by("-happened_at", "-pk")[:limit]:
        decision = _("Yes to “%s”") if row.is_given else _("No to “%s”")
        detail = " · ".join(filter(None, [row.get_source_display(), row.wording]))
        yield Moment(row.happened_at, decision % row.get_topic_display(), detail, source="consents")


def _in_words(data: dict[str, object]) -> str:
    """What an event carries, for people: its number and amount first, no row ids, and of what is or is not only what is."""
    said = [str(data["number"])] if data.get("number") else []
    if amount := data.get("total") or data.get("amount"):
        said.append(_money(amount, str(data.get("currency", ""))))
    hidden = {"number", "total", "amount", "currency"}
    for name, value in data.items():
        if name in hidden or name.endswith("_id") or not isinstance(value, str | int | float) or value == "" or value is False:
            continue
        words = name.removeprefix("is_").replace("_", " ")
        said.append(words if value is True else f"{words}: {value}")
    return " · ".join(said)


def _money(amount: object, currency: str) -> str:
    try:
        return money.shown(Decimal(str(amount)), currency) if currency else str(amount)
    except ArithmeticError:
        return f"{amount} {currency}"
