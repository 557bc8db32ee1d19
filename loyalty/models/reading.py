"""Objects of rows that plain SQL read. `raw()` gives the same, but builds a query anew for each statement."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]


class Reader(Generic[M]):
    """The columns of a model for a SELECT, in which its table goes by `alias`, and what makes an object of them."""

    def __init__(self, model: type[M], alias: str) -> None:
        self.model, self.alias = model, alias

    @cached_property
    def _fields(self) -> "list[models.Field[Any, Any]]":
        return list(self.model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        return [
            (at, field, convert) for at, field in enumerate(self._fields) for convert in field.get_db_converters(connection)
        ]

    @cached_property
    def columns(self) -> str:
        return ", ".join(f'{self.alias}."{field.column}"' for field in self._fields)

    def read(self, source: str, values: Sequence[Any]) -> list[M]:
        """The objects that `FROM … WHERE …` finds."""
        return [self.made(row) for row in rows(f"SELECT {self.columns} {source}", values)]

    def made(self, row: Row) -> M:
        """The object whose columns a row begins with."""
        values = list(row[: len(self._names)])
        for at, field, convert in self._converters:
            values[at] = convert(values[at], field, connection)
        return self.model.from_db(connection.alias, self._names, values)

    def rest(self, row: Row) -> Row:
        """What a row has beyond them."""
        return row[len(self._names) :]


def rows(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
    """What a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
        return found
