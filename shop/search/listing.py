"""Finds products: a category or a search, narrowed, sorted, one page at a time, with the counts that filters show."""

# ruff: noqa: S608  the SQL comes from `statements` and `counting`; whatever was typed is a parameter

from dataclasses import dataclass
from math import ceil

from django.core.cache import cache
from django.db import connection

from shop.content.kept import kept
from shop.search import cards, counting, reading, statements
from shop.search import stamp as stamps
from shop.search.cards import Card
from shop.search.counting import Counts
from shop.search.models import Listing, State
from shop.search.query import LAST_PAGE, PAGE_SIZE, Query
from shop.search.reading import Reading

CACHED_FOR = 600  # seconds; the stamp keeps it true, this keeps what drifts fresh


@dataclass
class Results:
    """One page of products and what stands around it."""

    cards: list[Card]
    counts: Counts
    page: int
    stamp: str
    reading: Reading | None = None

    @property
    def total(self) -> int:
        return self.counts.total

    @property
    def pages(self) -> int:
        return max(1, min(LAST_PAGE, ceil(self.total / PAGE_SIZE)))


def find(query: Query, language: str, state: State | None = None) -> Results:
    """The page that the query asks for; one to six statements, however many products there are.

    `state` from `stamp.state()` where the caller has read it already.
    """
    state = state or stamps.state()
    stamp = str(state.stamp)
    if not query.text and not query.is_narrowed:
        return Results(_whole(query, language), _counts_of(query, stamp), query.page, stamp)
    read = None
    if query.text:
        read = reading.understood(query.text, language, stamp=stamp, listings=state.listings, is_unfinished=query.is_unfinished)
    if read and not read.terms:
        return Results([], Counts(), query.page, stamp, read)
    ids, counts = _ids_and_counts(query, read)
    return Results(cards.for_products(ids, language), counts, query.page, stamp, read)


def _whole(query: Query, language: str) -> list[Card]:
    """A page of a category, or of everything, without filters: straight from an index."""
    where, parameters = statements.place(query)
    rows = Listing.objects.raw(
        f"SELECT {', '.join(cards.COLUMNS)} FROM search_listing l {where}"
        f" ORDER BY {statements.ORDERS[query.order]} LIMIT %s OFFSET %s",
        [*parameters, PAGE_SIZE, query.start],
    )
    return [cards.of(row, language) for row in rows]


def _counts_of(query: Query, stamp: str) -> Counts:
    """Without filters: the most expensive to count and the most often asked for."""

    def shared() -> Counts:
        key = f"counts:{stamp}:{query.category or 0}"
        found: Counts | None = cache.get(key)
        if found is None:
            found = _ids_and_counts(Query(category=query.category), None)[1]
            cache.set(key, found, CACHED_FOR)
        return found

    return kept(f"counts {query.category}", shared, stamp=stamp)


def _ids_and_counts(query: Query, read: Reading | None) -> tuple[list[int], Counts]:
    """The products of the page and all counts, in one statement."""
    hits, given = statements.hits(query, read)
    marked, more = counting.marked(counting.conditions(query))
    order = statements.ORDERS[query.order]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {hits}, {marked},"
            f" page AS (SELECT product_id FROM marked WHERE fails = 0 ORDER BY {order} LIMIT %s OFFSET %s)"
            f" SELECT 'page', product_id::text, 0::numeric FROM page UNION ALL {counting.COUNTS}",
            [*given, *more, PAGE_SIZE, query.start],
        )
        rows = cursor.fetchall()
    return [int(key) for kind, key, _count in rows if kind == "page"], counting.counts_of(rows)
