"""An end to waiting for a list: a page must answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

LIMIT = "10s"  # for each query


@contextmanager
def limited() -> Iterator[None]:
    """Queries that take longer raise `OperationalError`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LIMIT])
        yield
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")
