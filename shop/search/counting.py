"""How many products each filter would leave. The counts of a filter ignore what is chosen in it: more of it can be chosen."""

from dataclasses import dataclass, field
from decimal import Decimal

from shop.search.query import Query
from shop.search.shelf import NO_PRICE, Mask, Shelf

RATINGS = (4, 3)
PRICE, RATING, STOCK, CATEGORY = "*price", "*rating", "*stock", "*category"  # not names that attributes may have


@dataclass
class Counts:
    """What is left of the products by each value of each filter."""

    total: int = 0
    values: dict[str, dict[str, int]] = field(default_factory=dict)  # attribute: value: products
    categories: dict[int, int] = field(default_factory=dict)
    ratings: dict[int, int] = field(default_factory=dict)  # at least so many stars
    in_stock: int = 0
    price_from: Decimal | None = None
    price_to: Decimal | None = None


def conditions(query: Query, shelf: Shelf) -> dict[str, Mask]:
    """Each filter in force: its name, and what it leaves."""
    found = {attribute: shelf.having(attribute, values) for attribute, values in query.filters.items() if values}
    if query.within:
        found[CATEGORY] = shelf.within(query.within)
    if query.has_price:
        found[PRICE] = shelf.price != NO_PRICE
        if query.price_from is not None:
            found[PRICE] &= shelf.price >= int(query.price_from * 100)
        if query.price_to is not None:
            found[PRICE] &= shelf.price <= int(query.price_to * 100)
    if query.rating:
        found[RATING] = shelf.rating >= query.rating
    if query.in_stock:
        found[STOCK] = shelf.availability > 0
    return found


def left(hits: Mask, found: dict[str, Mask], but: str = "") -> Mask:
    """The hits that all conditions leave, or all but one."""
    for name, mask in found.items():
        if name != but:
            hits = hits & mask
    return hits


def counts(shelf: Shelf, hits: Mask, found: dict[str, Mask]) -> Counts:
    """The counts of the hits under these conditions."""
    everywhere = left(hits, found)

    def without(name: str) -> Mask:
        return left(hits, found, but=name) if name in found else everywhere

    values = {attribute: groups.counts(without(attribute)) for attribute, groups in shelf.filters.items()}
    prices = shelf.price[without(PRICE) & (shelf.price != NO_PRICE)]
    return Counts(
        total=int(everywhere.sum()),
        values={attribute: some for attribute, some in values.items() if some},
        categories={int(pk): count for pk, count in shelf.categories.counts(without(CATEGORY)).items()},
        ratings={stars: int((without(RATING) & (shelf.rating >= stars)).sum()) for stars in RATINGS},
        in_stock=int((without(STOCK) & (shelf.availability > 0)).sum()),
        price_from=_money(prices.min()) if len(prices) else None,
        price_to=_money(prices.max()) if len(prices) else None,
    )


def _money(hundredths: int) -> Decimal:
    return Decimal(int(hundredths)).scaleb(-2)
