"""The tables of the scores as a CSV file, every row with the number of answers behind it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from feedback.reports import Row
from shop.desk import spreadsheets


def answer(name: str, kind: str, tables: Iterable[tuple[str, str, Sequence[Row]]]) -> StreamingHttpResponse:
    """One row for each line of each table. A figure of fewer than five answers is left out here as on the page."""
    return spreadsheets.answer(name, _head(kind), list(_lines(tables)))  # a list: in the language of who asks


def _lines(tables: Iterable[tuple[str, str, Sequence[Row]]]) -> Iterator[list[Any]]:
    for title, _words, rows in tables:
        for row in rows:
            yield [title, row.label, *_figures(row), *row.groups, row.score.remark]


def _head(kind: str) -> list[str]:
    parts = [_("promoters"), _("passives"), _("detractors")] if kind == "nps" else [_("happy"), _("so-so"), _("unhappy")]
    return [_("table"), _("row"), kind.upper(), _("low"), _("high"), _("answers"), _("asked"), *parts, _("remark")]


def _figures(row: Row) -> list[Any]:
    score = row.score
    told = [Decimal(f"{value:.1f}") for value in (score.value or 0.0, score.low, score.high)] if score.is_told else [""] * 3
    return [*told, score.count, row.rate.count if row.rate else ""]
