"""How well products answer a query: BM25F over the postings of its words, summed up on the shelf."""

from collections.abc import Iterable
from itertools import groupby

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from shop.search.reading import Reading, Term
from shop.search.shelf import Rows, Shelf, numbers, placed

# How strongly products that answer to all words of a query are preferred: (share of the words)^this.
COVERAGE = 0.5
CUT = 0.35  # of the best score: what answers less well than that is not shown
SOLD_OUT = 0.7  # of the relevance

Scores = NDArray[np.float64]  # for each listing on the shelf; 0: no answer
Postings = dict[int, tuple[Rows, Scores]]  # word: where it stands, and how much it says there

# Packed, and one word after the other: so fifty thousand postings cost milliseconds.
_POSTINGS = (
    "SELECT word, products, weights FROM unnest(%s::bigint[]) AS word, LATERAL ("
    "SELECT string_agg(int8send(product_id), '') AS products, string_agg(float8send(weight), '') AS weights"
    " FROM search_posting WHERE word_id = word) p"
)


def scores(read: Reading, shelf: Shelf) -> Scores:
    """The relevance of each listing; 0 for those that do not answer, or too little beside the best."""
    postings = _postings({term.word for term in read.terms}, shelf)
    total, answered = _nothing(shelf), np.zeros(len(shelf.products), np.int64)
    for _slot, terms in groupby(read.terms, key=lambda term: term.slot):
        score = _slot_scores(list(terms), postings, shelf)
        total += score
        answered += score > 0
    total *= (answered / read.slots) ** COVERAGE
    total[total < CUT * total.max(initial=0)] = 0
    total[shelf.availability == 0] *= SOLD_OUT
    return total


def _slot_scores(terms: list[Term], postings: Postings, shelf: Shelf) -> Scores:
    """The score of the best way to answer one word of the query. A way of several places needs all of them filled."""
    best = _nothing(shelf)
    _fill(best, [term for term in terms if term.size == 1], postings)
    phrases = [term for term in terms if term.size > 1]
    for _way, parts in groupby(phrases, key=lambda term: term.way):
        places = []
        for _place, part in groupby(parts, key=lambda term: term.place):
            places.append(_nothing(shelf))
            _fill(places[-1], part, postings)
        np.maximum(best, np.where(np.all(places, axis=0), np.sum(places, axis=0), 0), out=best)
    return best


def _fill(best: Scores, terms: Iterable[Term], postings: Postings) -> None:
    """Raise the scores to those of the terms where these are better."""
    for term in terms:
        rows, weights = postings[term.word]
        best[rows] = np.maximum(best[rows], weights * term.boost)


def _nothing(shelf: Shelf) -> Scores:
    return np.zeros(len(shelf.products))


def _postings(words: set[int], shelf: Shelf) -> Postings:
    found: Postings = {}
    with connection.cursor() as cursor:
        cursor.execute(_POSTINGS, [sorted(words)])
        for word, products, weights in cursor.fetchall():
            rows, known = placed(shelf.products, shelf.by_id, numbers(products))
            found[word] = rows[known], numbers(weights).view(np.float64)[known]
    return found
