"""The SQL of lists and searches. It is put together from texts of this module; whatever was typed is a parameter."""

# ruff: noqa: S608

from typing import Any

from shop.search.query import Query
from shop.search.reading import Reading

# How strongly products that answer to all words of a query are preferred: (share of the words)^this.
COVERAGE = 0.5
CUT = 0.35  # of the best score: what answers less well than that is not shown
SOLD_OUT = 0.7  # of the relevance

Statement = tuple[str, list[Any]]

ORDERS = {
    "featured": "popularity DESC, product_id DESC",
    "relevance": "score DESC, popularity DESC, product_id DESC",
    "newest": "created_at DESC, product_id DESC",
    "price": "price ASC NULLS LAST, product_id",
    "price-down": "price DESC NULLS LAST, product_id DESC",
    # A mean of few reviews counts less: as if five more buyers had said 3.5.
    "rating": "(coalesce(rating, 0) * review_count + 17.5) / (review_count + 5) DESC, popularity DESC, product_id DESC",
    "sales": "sold DESC, popularity DESC, product_id DESC",
}

_COLUMNS = ", ".join(
    f"l.{name}"
    for name in ("product_id price rating review_count availability popularity created_at sold categories filters").split()
)
_TERMS = (
    "terms AS (SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::float[])"
    " AS t(slot, way, place, size, word, boost))"
)
_SINGLE_WORDS = (
    "SELECT p.product_id, t.slot, max(p.weight * t.boost) AS score"
    " FROM terms t JOIN search_posting p ON p.word_id = t.word GROUP BY 1, 2"
)
_PHRASES = (
    "SELECT product_id, slot, max(score) AS score FROM ("
    " SELECT product_id, slot, way, sum(score) AS score FROM ("
    "  SELECT p.product_id, t.slot, t.way, t.place, t.size, max(p.weight * t.boost) AS score"
    "  FROM terms t JOIN search_posting p ON p.word_id = t.word GROUP BY 1, 2, 3, 4, 5) places"
    " GROUP BY product_id, slot, way, size HAVING count(*) = size) ways GROUP BY product_id, slot"
)


def place(query: Query) -> Statement:
    """The condition that keeps a list to its category."""
    return ("WHERE l.categories @> ARRAY[%s]::bigint[]", [query.category]) if query.category else ("", [])


def hits(query: Query, read: Reading | None) -> Statement:
    """CTEs up to `hits`: the products before any filter, with their relevance."""
    where, parameters = place(query)
    if read is None:
        return f"hits AS MATERIALIZED (SELECT {_COLUMNS}, 0::float AS score FROM search_listing l {where})", parameters
    answered, given = _answered(read)
    score = f"s.score * CASE WHEN l.availability = 0 THEN {SOLD_OUT} ELSE 1 END AS score"
    return (
        f"{answered}, hits AS MATERIALIZED"
        f" (SELECT {_COLUMNS}, {score} FROM answered s JOIN search_listing l USING (product_id) {where})",
        [*given, *parameters],
    )


def _answered(read: Reading) -> Statement:
    """CTEs up to `answered`: products with their BM25F score. A slot counts its best way; a way of several words needs all."""
    names = ("slot", "way", "place", "size", "word", "boost")
    columns = [[getattr(term, name) for term in read.terms] for name in names]
    found = _SINGLE_WORDS if all(term.size == 1 for term in read.terms) else _PHRASES
    return (
        f"{_TERMS}, scores AS MATERIALIZED ("
        f"SELECT product_id, sum(score) * power(count(*)::float / %s, {COVERAGE}) AS score FROM ({found}) slots GROUP BY 1),"
        " answered AS (SELECT product_id, score FROM scores WHERE score >= %s * (SELECT max(score) FROM scores))",
        [*columns, read.slots, CUT],
    )
