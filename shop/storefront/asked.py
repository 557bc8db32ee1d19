"""What a list's query string asks for: known names with values in bounds. All else is as if it were not there."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from shop.search.counting import RATINGS
from shop.search.facets import Label
from shop.search.query import LAST_PAGE, SORTS, Query

LONGEST_TEXT = 100
MOST_CHOICES = 20  # of one attribute
HIGHEST_PRICE = Decimal(10_000_000)
HIGHEST_ID = 2**31


def query(given: QueryDict, labels: Mapping[str, Label], *, category: int | None = None) -> Query:
    """The query behind the string; `labels` are the attributes of the shop, whose names and values are the only ones known."""
    low, high = _price(given.get("price_from", "")), _price(given.get("price_to", ""))
    rating = _number(given.get("rating", ""), max(RATINGS))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Query(
        text=text(given.get("q", "")) if category is None else "",
        category=category,
        within=_number(given.get("category", ""), HIGHEST_ID),
        filters=_filters(given, labels),
        price_from=low,
        price_to=high,
        rating=rating if rating in RATINGS else None,
        in_stock=given.get("in_stock") == "1",
        sort=given.get("sort", "") if given.get("sort") in SORTS else "",
        page=_number(given.get("page", ""), LAST_PAGE) or 1,
    )


def text(typed: str) -> str:
    """What was typed without control characters, in one line, cut to a length that people type."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())[:LONGEST_TEXT]


def _filters(given: QueryDict, labels: Mapping[str, Label]) -> dict[str, list[str]]:
    found = {}
    for code, label in labels.items():
        values = [value for value in given.getlist(label.parameter) if _is_known(value, label)]
        if values:
            found[code] = list(dict.fromkeys(values))[:MOST_CHOICES]
    return found


def _is_known(value: str, label: Label) -> bool:
    if label.is_flag:
        return value == "yes"
    return value in label.options if label.options else 0 < len(value) <= LONGEST_TEXT and value.isprintable()


def _number(typed: str, highest: int) -> int | None:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 12):
        return None
    number = int(typed)
    return number if 0 < number <= highest else None


def _price(typed: str) -> Decimal | None:
    try:
        price = Decimal(typed.strip().replace(",", ".")) if len(typed) < 20 else None
    except InvalidOperation:
        return None
    return price.quantize(Decimal("0.01")) if price is not None and price.is_finite() and 0 <= price <= HIGHEST_PRICE else None
