"""A search engine that costs next to nothing, the most favourable case for stock Oscar.

It answers from two short indexed statements (a page of ids, a count) and gives no facets: what is left of a listing is
Oscar's own Python and SQL.
"""

import json
from typing import Any

from django.db import connection
from haystack.backends import BaseEngine, BaseSearchBackend, BaseSearchQuery
from haystack.models import SearchResult


class Backend(BaseSearchBackend):
    def update(self, *args: Any, **kwargs: Any) -> None: ...

    def remove(self, *args: Any, **kwargs: Any) -> None: ...

    def clear(self, *args: Any, **kwargs: Any) -> None: ...

    def search(
        self, query_string: str, start_offset: int = 0, end_offset: int | None = None, result_class: Any = None, **_: Any
    ) -> dict[str, Any]:
        asked = dict(json.loads(query_string or "[]"))
        join, where, values = "", ["p.is_public", "p.structure <> 'child'"], []
        if asked.get("category__in"):
            join = "JOIN catalogue_productcategory pc ON pc.product_id = p.id"
            where.append("pc.category_id = ANY(%s)")
            values.append([int(pk) for pk in asked["category__in"]])
        if asked.get("content"):
            where.append("to_tsvector('simple', p.title) @@ plainto_tsquery('simple', %s)")
            values.append(asked["content"])
        condition = " AND ".join(where)
        size = (end_offset or start_offset + 20) - start_offset
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM catalogue_product p {join} WHERE {condition}", values)
            hits = cursor.fetchone()[0]
            cursor.execute(
                f"SELECT p.id FROM catalogue_product p {join} WHERE {condition} "
                f"ORDER BY p.date_created DESC, p.id LIMIT {size} OFFSET {start_offset}",
                values,
            )
            ids = [row[0] for row in cursor.fetchall()]
        make = result_class or SearchResult
        return {"results": [make("catalogue", "product", pk, 1.0) for pk in ids], "hits": hits}


class Query(BaseSearchQuery):
    def build_query(self) -> str:
        found: list[tuple[str, Any]] = []

        def walk(node: Any) -> None:
            for child in node.children:
                if hasattr(child, "children"):
                    walk(child)
                    continue
                name, value = child[0].split("__")[0], getattr(child[1], "query_string", child[1])
                key = {"category": "category__in", "text": "content"}.get(name, name)
                found.append((key, list(value) if isinstance(value, (list, tuple, set)) else str(value)))

        walk(self.query_filter)
        return json.dumps(found) if found else "[]"

    def matching_all_fragment(self) -> str:
        return "[]"

    def build_query_fragment(self, *args: Any) -> str:
        return ""


class Engine(BaseEngine):
    backend, query = Backend, Query
