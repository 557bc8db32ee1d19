"""How many products each filter would leave. The counts of a filter ignore what is chosen in it: more of it can be chosen."""

# ruff: noqa: S608  the SQL is of this module; whatever was typed is a parameter

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shop.search.query import Query

RATINGS = (4, 3)
PRICE, RATING, STOCK, CATEGORY = "*price", "*rating", "*stock", "*category"  # not names that attributes may have

Condition = tuple[str, str, list[Any]]  # name, SQL, parameters


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


def conditions(query: Query) -> list[Condition]:
    """Each filter in force as a condition on a listing."""
    found: list[Condition] = [
        (attribute, "l.filters && %s::varchar[]", [[f"{attribute}:{value}" for value in values]])
        for attribute, values in query.filters.items()
        if values
    ]
    if query.within:
        found.append((CATEGORY, "l.categories @> ARRAY[%s]::bigint[]", [query.within]))
    if query.has_price:
        low, high = query.price_from, query.price_to
        found.append((PRICE, "(l.price >= coalesce(%s, 0) AND l.price <= coalesce(%s, l.price))", [low, high]))
    if query.rating:
        found.append((RATING, "l.rating >= %s", [query.rating]))
    if query.in_stock:
        found.append((STOCK, "l.availability > 0", []))
    return found


def marked(found: list[Condition]) -> tuple[str, list[Any]]:
    """A CTE `marked`: the hits with the number of conditions they fail and the name of the first of these."""
    if not found:
        return "marked AS NOT MATERIALIZED (SELECT *, 0 AS fails, ''::text AS failing FROM hits)", []
    fails = " + ".join(f"(({sql}) IS NOT TRUE)::int" for _name, sql, _parameters in found)
    failing = " ".join(f"WHEN ({sql}) IS NOT TRUE THEN %s" for _name, sql, _parameters in found)
    parameters = [value for _name, _sql, some in found for value in some]
    named = [value for name, _sql, some in found for value in (*some, name)]
    return (
        "marked AS MATERIALIZED (SELECT * FROM ("
        f"SELECT l.*, {fails} AS fails, CASE {failing} ELSE '' END AS failing FROM hits l) m WHERE fails <= 1)",
        [*parameters, *named],
    )


def _unless(name: str) -> str:
    return f"(fails = 0 OR failing = '{name}')"


COUNTS = (
    "SELECT 'value', v, count(*)::numeric FROM (SELECT fails, failing, unnest(filters) AS v FROM marked) chosen"
    " WHERE fails = 0 OR failing = split_part(v, ':', 1) GROUP BY v"
    f" UNION ALL SELECT 'category', c::text, count(*) FROM marked, unnest(categories) c WHERE {_unless(CATEGORY)} GROUP BY c"
    " UNION ALL SELECT one.kind, one.key, one.number FROM (SELECT count(*) FILTER (WHERE fails = 0) AS total"
    + "".join(f", count(*) FILTER (WHERE rating >= {n} AND {_unless(RATING)}) AS rating_{n}" for n in RATINGS)
    + f", count(*) FILTER (WHERE availability > 0 AND {_unless(STOCK)}) AS stock"
    f", min(price) FILTER (WHERE {_unless(PRICE)}) AS low, max(price) FILTER (WHERE {_unless(PRICE)}) AS high FROM marked) a,"
    " LATERAL (VALUES ('total', '', total::numeric), ('stock', '', stock), ('from', '', low), ('to', '', high)"
    + "".join(f", ('rating', '{n}', rating_{n})" for n in RATINGS)
    + ") AS one(kind, key, number)"
)


def counts_of(rows: list[tuple[str, str, Decimal | None]]) -> Counts:
    """The rows of `COUNTS`, told apart."""
    counts = Counts()
    for kind, key, number in rows:
        if kind in ("from", "to"):
            setattr(counts, f"price_{kind}", number)
            continue
        count = int(number or 0)
        if kind == "total":
            counts.total = count
        elif kind == "value":
            attribute, _, value = key.partition(":")
            counts.values.setdefault(attribute, {})[value] = count
        elif kind == "category":
            counts.categories[int(key)] = count
        elif kind == "rating":
            counts.ratings[int(key)] = count
        elif kind == "stock":
            counts.in_stock = count
    return counts
