"""Lists as CSV files that a spreadsheet opens with their letters, and without running what somebody wrote into a cell."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download, written as it is read."""
    response = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def safe(cell: Any) -> Any:
    """Numbers and days as they are; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if cell is None or isinstance(cell, int | float | Decimal | date):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip(" ").startswith(_FORMULA) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([safe(cell) for cell in head])  # the mark tells Excel that it is UTF-8
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])
