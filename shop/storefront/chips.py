"""The filters in force, each as something that can be taken off."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop import money
from shop.search import branches
from shop.search.facets import Label
from shop.search.query import Query


@dataclass(frozen=True)
class Chip:
    """`name` is what it says; `address` the same list without it."""

    name: str
    address: str


def of(query: Query, given: QueryDict, labels: dict[str, Label]) -> list[Chip]:
    """One chip for each choice."""
    found = []
    for code, values in query.filters.items():
        label = labels[code]
        for value in values:
            name = label.name if label.is_flag else f"{label.name}: {label.named(value)}"
            found.append(Chip(name, _without(given, label.parameter, value)))
    if query.within and (branch := branches.named(query.within)):
        found.append(Chip(branch.name, _without(given, "category")))
    if query.has_price:
        found.append(Chip(_price(query), _without(given, "price_from", None, "price_to")))
    if query.rating:
        found.append(Chip(stars(query.rating), _without(given, "rating")))
    if query.in_stock:
        found.append(Chip(_("In stock"), _without(given, "in_stock")))
    return found


def stars(rating: int) -> str:
    return ngettext("%(stars)d star and more", "%(stars)d stars and more", rating) % {"stars": rating}


def _price(query: Query) -> str:
    if query.price_from is None and query.price_to is not None:
        return _("up to %(price)s") % {"price": money.shown(query.price_to)}
    if query.price_to is None and query.price_from is not None:
        return _("from %(price)s") % {"price": money.shown(query.price_from)}
    return f"{money.shown(query.price_from or 0)} – {money.shown(query.price_to or 0)}"  # type: ignore[arg-type]


def _without(given: QueryDict, name: str, value: str | None = None, *others: str) -> str:
    """The query string without a parameter, or without one of its values; back on the first page."""
    left = given.copy()
    if value is None:
        left.pop(name, None)
    else:
        left.setlist(name, [one for one in left.getlist(name) if one != value])
    for other in ("page", *others):
        left.pop(other, None)
    return f"?{left.urlencode()}"
