"""The tables of the scores as a CSV file, every row with the number of answers behind it."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from feedback.reports import Row

_RISKY = ("=", "+", "-", "@", "\t", "\r")  # where a spreadsheet reads a formula


def answer(name: str, kind: str, tables: Iterable[tuple[str, str, Sequence[Row]]]) -> HttpResponse:
    """One row for each line of each table. A figure of fewer than five answers is left out here as on the page."""
    response = empty(name)
    out = csv.writer(response)
    out.writerow(_head(kind))
    for title, _words, rows in tables:
        for row in rows:
            out.writerow([safe(title), safe(row.label), *_figures(row), *row.groups, safe(str(row.score.remark))])
    return response


def empty(name: str) -> HttpResponse:
    """A CSV file to write into."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # without it a spreadsheet takes the letters for others
    return response


def _head(kind: str) -> list[str]:
    parts = [_("promoters"), _("passives"), _("detractors")] if kind == "nps" else [_("happy"), _("so-so"), _("unhappy")]
    return [_("table"), _("row"), kind.upper(), _("low"), _("high"), _("answers"), _("asked"), *parts, _("remark")]


def _figures(row: Row) -> list[str]:
    score = row.score
    told = [f"{value:.1f}" for value in (score.value or 0.0, score.low, score.high)] if score.is_told else ["", "", ""]
    return [*told, str(score.count), str(row.rate.count) if row.rate else ""]


def safe(words: str) -> str:
    """Words that no spreadsheet reads as a formula."""
    return f"'{words}" if words.startswith(_RISKY) else words
