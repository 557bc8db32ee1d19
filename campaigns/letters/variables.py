"""Words in a letter that differ from person to person: `{{ first_name | there }}`.

There is no logic in them and nothing to call: a name from the list below, and what stands there when the fact is not
known. What may be told to a person stands here; a fact that is not named here (how likely somebody is to leave, say)
cannot get into a letter.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shop import money
from shop.customers import facts
from shop.customers.facts import Fact, Kind
from shop.mail import sheets

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What a letter calls it -> the fact behind it. Facts of apps that are not there are left out.
_TOLD = {
    "first_name": "customer_first_name",
    "points": "loyalty_points",
    "points_pending": "loyalty_pending",
    "points_expiring": "loyalty_expiring_points",
    "points_expire_on": "loyalty_expires_on",
    "tier": "loyalty_tier",
    "customer_since": "customer_known_since",
    "last_order_on": "analytics_last_order_on",
}
_EXTRA: dict[str, "StrOrPromise"] = {"shop_name": _("Name of the shop")}
_USE = re.compile(r"\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Use:
    """One variable with one fallback."""

    name: str
    fallback: str


@dataclass
class Uses:
    """The variables that a letter uses, by the gap each leaves; and the names nobody knows."""

    by_gap: dict[str, Use] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def keys(self) -> set[str]:
        """The facts that are needed to fill them."""
        return {_TOLD[use.name] for use in self.by_gap.values() if use.name in _TOLD}

    def gap_for(self, use: Use) -> str:
        for name, known in self.by_gap.items():
            if known == use:
                return name
        name = f"v{len(self.by_gap)}"
        self.by_gap[name] = use
        return name


def named() -> dict[str, "StrOrPromise"]:
    """The variables of a letter and what they are, for the editor."""
    known = {fact.key: fact for fact in facts.every()}
    return {name: known[key].label for name, key in _TOLD.items() if key in known} | _EXTRA


def with_gaps(typed: str, uses: Uses, *, is_html: bool) -> str:
    """The text with a gap for each variable; an unknown one leaves its fallback."""
    known = named()

    def replace(found: re.Match[str]) -> str:
        inside = html.unescape(found[1]) if is_html else found[1]
        name, _bar, fallback = (" ".join(part.split()) for part in inside.partition("|"))
        if name not in known:
            uses.unknown.add(name or inside.strip())
            return html.escape(fallback) if is_html else fallback
        return sheets.gap(uses.gap_for(Use(name, fallback)))

    return _USE.sub(replace, sheets.without_gaps(typed))


def values(uses: Uses, known: Mapping[str, Any], language: str, extra: Mapping[str, str]) -> dict[str, str]:
    """What fills the gaps for one person, by gap. `known`: their facts by key."""
    with override(language):
        return {gap: _shown(use, known, extra) or use.fallback for gap, use in uses.by_gap.items()}


def _shown(use: Use, known: Mapping[str, Any], extra: Mapping[str, str]) -> str:
    if use.name in _EXTRA:
        return extra.get(use.name, "")
    fact = facts.named(_TOLD[use.name])
    value = known.get(fact.key)
    return "" if value is None or value == "" else _BY_KIND.get(fact.kind, _as_text)(fact, value)


def _as_text(fact: Fact, value: Any) -> str:
    return str(value)


def _as_day(fact: Fact, value: Any) -> str:
    return date_format(timezone.localtime(value) if hasattr(value, "tzinfo") else value, "DATE_FORMAT")


_BY_KIND: dict[Kind, Callable[[Fact, Any], str]] = {
    Kind.NUMBER: lambda fact, value: number_format(Decimal(value).normalize(), force_grouping=True),
    Kind.MONEY: lambda fact, value: money.shown(value),
    Kind.DATE: _as_day,
    Kind.CHOICE: lambda fact, value: str(dict(fact.choices).get(value, value)),
}
