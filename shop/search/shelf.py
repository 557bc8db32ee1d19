"""All listings in columns, in the memory of each process: what is found is narrowed, counted and sorted without the database.

Counting the values of a dozen filters over fifty thousand rows costs PostgreSQL a tenth of a second; over columns it is a
few milliseconds. A shelf belongs to one stamp: who first asks after a change reads it from the listings, the other
processes take it from the cache.
"""

# ruff: noqa: S608  the SQL is of this package alone

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from django.core.cache import cache
from django.db import connection
from numpy.typing import NDArray

Rows = NDArray[np.int64]  # numbers of listings on the shelf
Mask = NDArray[np.bool_]  # for each listing on the shelf: whether it is meant

CACHED_FOR = 600  # seconds; the stamp keeps it true, this keeps what drifts fresh
NO_PRICE = -1
_KEY = "shelf-1"  # another one when the fields below change

ORDERS = {
    "featured": "popularity DESC, product_id DESC",
    "newest": "created_at DESC, product_id DESC",
    "price": "price ASC NULLS LAST, product_id",
    "price-down": "price DESC NULLS LAST, product_id DESC",
    # A mean of few reviews counts less: as if five more buyers had said 3.5.
    "rating": "(coalesce(rating, 0) * review_count + 17.5) / (review_count + 5) DESC, popularity DESC, product_id DESC",
    "sales": "sold DESC, popularity DESC, product_id DESC",
}

_COLUMNS = (
    "SELECT string_agg(int8send(product_id), ''), string_agg(int8send(coalesce(price * 100, %s)::bigint), ''),"
    " string_agg(float8send(coalesce(rating, 0)), ''), string_agg(int8send(availability), '') FROM ("
    f"SELECT product_id, price, rating, availability FROM search_listing ORDER BY {ORDERS['featured']}) l"
)
_GROUPS = (
    "SELECT split_part(v, ':', 1), substr(v, strpos(v, ':') + 1), string_agg(int8send(product_id), '') FROM ("
    "SELECT product_id, unnest(filters) AS v FROM search_listing"
    " UNION ALL SELECT product_id, ':' || unnest(categories) FROM search_listing) g GROUP BY v ORDER BY v"
)
_ORDER = "SELECT string_agg(int8send(product_id), '') FROM (SELECT product_id FROM search_listing ORDER BY {}) l"


@dataclass(frozen=True, eq=False)
class Groups:
    """Listings in groups that may overlap: those of each value of an attribute, or of each category."""

    names: list[str]
    bounds: Rows  # where each group begins in `rows`, and where the last ends
    rows: Rows

    @classmethod
    def of(cls, groups: dict[str, Rows]) -> "Groups":
        sizes = [len(rows) for rows in groups.values()]
        rows = np.concatenate([np.zeros(0, np.int64), *groups.values()])
        return cls(list(groups), np.cumsum([0, *sizes]), rows)

    def counts(self, chosen: Mask) -> dict[str, int]:
        """How many of the chosen are in each group; groups with none of them are left out."""
        found = np.add.reduceat(chosen[self.rows], self.bounds[:-1], dtype=np.int64)
        return {self.names[at]: int(found[at]) for at in np.flatnonzero(found)}

    def mark(self, mask: Mask, name: str) -> None:
        """Add the members of a group to the mask."""
        if name in self.names:
            at = self.names.index(name)
            mask[self.rows[self.bounds[at] : self.bounds[at + 1]]] = True


@dataclass(frozen=True, eq=False)
class Shelf:
    """Listings in the shop's own order: the first is the most popular."""

    products: Rows
    by_id: Rows  # the rows, sorted by product
    price: Rows  # in hundredths; `NO_PRICE` where there is none
    rating: NDArray[np.float64]  # 0 where there is none
    availability: Rows
    filters: dict[str, Groups]
    categories: Groups
    orders: dict[str, Rows] = field(default_factory=dict)

    def none(self) -> Mask:
        return np.zeros(len(self.products), np.bool_)

    def all(self) -> Mask:
        return np.ones(len(self.products), np.bool_)

    def within(self, category: int) -> Mask:
        """What is in the category or below it."""
        found = self.none()
        self.categories.mark(found, str(category))
        return found

    def having(self, attribute: str, values: Iterable[str]) -> Mask:
        """What has any of the values."""
        found = self.none()
        for value in values if attribute in self.filters else ():
            self.filters[attribute].mark(found, value)
        return found

    def sorted_by(self, order: str) -> Rows:
        """All rows in one of `ORDERS`; the database is asked when a process first needs it."""
        if order == "featured":
            return np.arange(len(self.products))
        if order not in self.orders:
            with connection.cursor() as cursor:
                cursor.execute(_ORDER.format(ORDERS[order]))
                rows, known = placed(self.products, self.by_id, numbers(cursor.fetchone()[0]))
            self.orders[order] = rows[known]
        return self.orders[order]


def of(stamp: str) -> Shelf:
    """The shelf that belongs to the stamp."""
    return _of(stamp, int(time.time() // CACHED_FOR))


@lru_cache(maxsize=1)
def _of(*version: object) -> Shelf:
    found = cache.get(_KEY)  # one key for all versions: they must not heap up
    if found and found[0] == version:
        return found[1]  # type: ignore[no-any-return]
    shelf = _read()
    cache.set(_KEY, (version, shelf), CACHED_FOR)
    return shelf


def _read() -> Shelf:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [NO_PRICE])
        products, price, rating, availability = map(numbers, cursor.fetchone())
        cursor.execute(_GROUPS)
        found = cursor.fetchall()
    by_id = np.argsort(products)
    groups: dict[str, dict[str, Rows]] = {"": {}}
    for attribute, value, sent in found:
        rows, known = placed(products, by_id, numbers(sent))
        if known.any():
            groups.setdefault(attribute, {})[value] = rows[known]
    filters = {attribute: Groups.of(some) for attribute, some in groups.items()}
    categories = filters.pop("")
    return Shelf(products, by_id, price, rating.view(np.float64), availability, filters, categories)


def placed(products: Rows, by_id: Rows, wanted: Rows) -> tuple[Rows, Mask]:
    """The row of each wanted product, and whether it has one: what came only now has none."""
    if not len(products):
        return np.zeros_like(wanted), np.zeros(len(wanted), np.bool_)
    at = np.searchsorted(products, wanted, sorter=by_id)
    rows = by_id[np.minimum(at, len(products) - 1)]
    return rows, products[rows] == wanted


def numbers(sent: memoryview | None) -> Rows:
    """What PostgreSQL packed with `int8send`; after `float8send` to be viewed as such."""
    return np.frombuffer(sent or b"", ">i8").astype(np.int64)
