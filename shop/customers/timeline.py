"""All that happened with a customer, newest first, from every part of the shop that tells."""

import heapq
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
Codes = Mapping[str, "StrOrPromise"]
_sources: dict[str, Source] = {}
_fields: dict[tuple[str, str], tuple["StrOrPromise", Codes]] = {}  # by kind of event and field: its name, what codes mean


def tells(name: str) -> Callable[[Source], Source]:
    """Register `function(customer, limit)`: the newest `limit` moments that one part of the shop knows, newest first."""

    def register(function: Source) -> Source:
        _sources[name] = function
        return function

    return register


def calls(kinds: Iterable[str], field: str, name: "StrOrPromise" = "", codes: Codes | None = None) -> None:
    """How staff read a field of these events: "name: value", a code in its words, without a name the value alone.

    What has not been called anything is for programs and is not told.
    """
    _fields.update({(kind, field): (name, codes or {}) for kind in kinds})


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
        yield Moment(row.happened_at, _(known.label) if known else row.kind, _in_words(row.kind, row.data), source="events")


@tells("consents")
def _consents(customer: Customer, limit: int) -> Iterable[Moment]:
    for row in customer.consents.order_by("-happened_at", "-pk")[:limit]:
        decision = _("Yes to “%s”") if row.is_given else _("No to “%s”")
        detail = " · ".join(filter(None, [row.get_source_display(), row.wording]))
        yield Moment(row.happened_at, decision % row.get_topic_display(), detail, source="consents")


def _in_words(kind: str, data: Mapping[str, object]) -> str:
    """What an event carries, for people: its number and amount first, of what is or is not only what is."""
    said = [str(data["number"])] if data.get("number") else []
    if data.get("currency") and (amount := data.get("total") or data.get("amount")):
        said.append(_money(amount, str(data["currency"])))
    for field, value in data.items():
        if (kind, field) in _fields and value not in ("", None, False):
            said.append(_said(*_fields[kind, field], value))
    return " · ".join(said)


def _said(name: "StrOrPromise", codes: Codes, value: object) -> str:
    if value is True:
        return str(name)
    words = str(codes.get(str(value), value))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        words = formats.date_format(date.fromisoformat(words), "SHORT_DATE_FORMAT")
    return f"{name}: {words}" if name else words


def _money(amount: object, currency: str) -> str:
    try:
        return money.shown(Decimal(str(amount)), currency)
    except ArithmeticError:
        return f"{amount} {currency}"


calls(["order.cancelled"], "reason")
calls(["review.written"], "score", gettext_lazy("score"))
calls(["basket.left"], "items", gettext_lazy("units"))
calls(["product.back_in_stock"], "units", gettext_lazy("units"))
