"""The results of a survey as a CSV file: a row for each figure and each answer to choose from, words left out."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from feedback.results import Result
from feedback.scores import Score
from shop.desk import spreadsheets


def answer(name: str, results: Iterable[Result]) -> StreamingHttpResponse:
    """Shares and figures of fewer than five answers are left out here as on the page."""
    head = [_("question"), _("row"), _("answers"), _("figure"), _("low"), _("high"), _("answered"), _("asked"), _("remark")]
    return spreadsheets.answer(name, head, list(_lines(results)))  # a list: in the language of who asks


def _lines(results: Iterable[Result]) -> Iterator[list[Any]]:
    for result in results:
        question, of_all = result.question.text, [result.answered, result.asked, result.remark]
        yield [question, _("Of those asked"), result.answered, *_told(result.rate), *of_all]
        for figure in result.figures:
            yield [question, figure.name, "", *_told(figure.score), *of_all]
        for bar in result.bars:
            yield [question, bar.label, bar.part, *_told(bar.share), *of_all]


def _told(score: Score) -> list[Any]:
    return [Decimal(f"{value:.2f}") for value in (score.value or 0.0, score.low, score.high)] if score.is_told else [""] * 3
