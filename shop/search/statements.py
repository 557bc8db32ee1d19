"""The SQL of lists and searches. It is put together from texts of this module; whatever was typed is a parameter."""

# ruff: noqa: S608

from typing import Any

from shop.search.query import Query
from shop.search.reading import Reading, Term

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
# One word of the query. Without a join: only so does the planner know how many products the words have.
_WORD = (
    "SELECT p.product_id, max(p.weight * (%s::float[])[array_position(%s::bigint[], p.word_id)]) AS score"
    " FROM search_posting p WHERE p.word_id = ANY(%s::bigint[]) GROUP BY 1"
)
# One word of the query that can be meant in one way only: nothing to choose from.
_ONE = "SELECT p.product_id, p.weight * %s AS score FROM search_posting p WHERE p.word_id = %s"
# One word of the query that a phrase may answer, whose words must all be there.
_PHRASE = (
    "SELECT product_id, max(score) AS score FROM ("
    " SELECT product_id, way, sum(score) AS score FROM ("
    "  SELECT p.product_id, t.way, t.place, t.size, max(p.weight * t.boost) AS score"
    "  FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::float[]) AS t(way, place, size, word, boost)"
    "  JOIN search_posting p ON p.word_id = t.word GROUP BY 1, 2, 3, 4) places"
    " GROUP BY product_id, way, size HAVING count(*) = size) ways GROUP BY product_id"
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
    """CTEs up to `answered`: products with their BM25F score."""
    slots = [_slot([term for term in read.terms if term.slot == number]) for number in range(read.slots)]
    scores = " UNION ALL ".join(sql for sql, _parameters in slots if sql)
    given = [value for _sql, parameters in slots for value in parameters]
    if read.slots > 1:
        scores = (
            f"SELECT product_id, sum(score) * power(count(*)::float / %s, {COVERAGE}) AS score FROM ({scores}) slots GROUP BY 1"
        )
        given.insert(0, read.slots)
    return (
        f"scores AS MATERIALIZED ({scores}),"
        " answered AS (SELECT product_id, score FROM scores WHERE score >= %s * (SELECT max(score) FROM scores))",
        [*given, CUT],
    )


def _slot(terms: list[Term]) -> Statement:
    """Products with the score of their best way to answer one word of the query."""
    if not terms:
        return "", []
    if any(term.size > 1 for term in terms):
        return _PHRASE, [[getattr(term, name) for term in terms] for name in ("way", "place", "size", "word", "boost")]
    best: dict[int, float] = {}
    for term in terms:
        best[term.word] = max(term.boost, best.get(term.word, 0))
    if len(best) == 1:
        return _ONE, [*best.values(), *best]
    return _WORD, [list(best.values()), list(best), list(best)]
