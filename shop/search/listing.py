"""Finds products: a category or a search, narrowed, sorted, one page at a time, with the counts that filters show."""

# ruff: noqa: S608  the SQL comes from here and from `shelf`; whatever was typed is a parameter

from dataclasses import dataclass
from math import ceil

import numpy as np
from django.core.cache import cache

from shop.content.kept import kept
from shop.search import cards, counting, reading, scoring, shelf
from shop.search import stamp as stamps
from shop.search.cards import Card
from shop.search.counting import Counts
from shop.search.models import Listing, State
from shop.search.query import LAST_PAGE, PAGE_SIZE, Query
from shop.search.reading import Reading
from shop.search.scoring import Scores
from shop.search.shelf import CACHED_FOR, Mask, Rows, Shelf


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
    """The page that the query asks for; a few statements, however many products there are.

    `state` from `stamp.state()` where the caller has read it already.
    """
    state = state or stamps.state()
    stamp = str(state.stamp)
    if not query.text and not query.is_narrowed:
        return Results(_whole(query, language), _counts_of(query, stamp), query.page, stamp)
    if not query.text:
        ids, counts = _narrowed(query, shelf.of(stamp))
        return Results(cards.for_products(ids, language), counts, query.page, stamp)
    read = reading.understood(query.text, language, stamp=stamp, listings=state.listings, is_unfinished=query.is_unfinished)
    if not read.terms:
        return Results([], Counts(), query.page, stamp, read)
    here = shelf.of(stamp)
    ids, counts = _narrowed(query, here, scoring.scores(read, here))
    return Results(cards.for_products(ids, language), counts, query.page, stamp, read)


def _whole(query: Query, language: str) -> list[Card]:
    """A page of a category, or of everything, without filters: straight from an index."""
    where, parameters = ("WHERE l.categories @> ARRAY[%s]::bigint[]", [query.category]) if query.category else ("", [])
    rows = Listing.objects.raw(
        f"SELECT {', '.join(cards.COLUMNS)} FROM search_listing l {where}"
        f" ORDER BY {shelf.ORDERS[query.order]} LIMIT %s OFFSET %s",
        [*parameters, PAGE_SIZE, query.start],
    )
    return [cards.of(row, language) for row in rows]


def _counts_of(query: Query, stamp: str) -> Counts:
    """Without filters: the most often asked for, and a process need not know the shelf for it."""

    def shared() -> Counts:
        key = f"counts:{stamp}:{query.category or 0}"
        found: Counts | None = cache.get(key)
        if found is None:
            here = shelf.of(stamp)
            found = counting.counts(here, _place(query, here), {})
            cache.set(key, found, CACHED_FOR)
        return found

    return kept(f"counts {query.category}", shared, stamp=stamp)


def _narrowed(query: Query, here: Shelf, scores: Scores | None = None) -> tuple[list[int], Counts]:
    """The products of the page, and all counts."""
    hits = _place(query, here)
    if scores is not None:
        hits &= scores > 0
    conditions = counting.conditions(query, here)
    left = counting.left(hits, conditions)
    if scores is not None and query.order == "relevance":
        rows = _best(scores, left, query.start + PAGE_SIZE)
    else:
        rows = here.sorted_by(query.order)
        rows = rows[left[rows]]
    page = here.products[rows[query.start : query.start + PAGE_SIZE]]
    return page.tolist(), counting.counts(here, hits, conditions)


def _place(query: Query, here: Shelf) -> Mask:
    return here.within(query.category) if query.category else here.all()


def _best(scores: Scores, left: Mask, count: int) -> Rows:
    """At least the `count` best of what is left, the best first; of equals the more popular, as they stand on the shelf."""
    rows = np.flatnonzero(left)
    if len(rows) > count:
        least = np.partition(scores[rows], -count)[-count]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")]
