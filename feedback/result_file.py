"""The results of a survey as a CSV file: a row for each figure and each answer to choose from, words left out."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from feedback import score_file
from feedback.results import Result
from feedback.scores import Score


def answer(name: str, results: Iterable[Result]) -> HttpResponse:
    """Shares and figures of fewer than five answers are left out here as on the page."""
    response = score_file.empty(name)
    out = csv.writer(response)
    head = [_("question"), _("row"), _("answers"), _("figure"), _("low"), _("high"), _("answered"), _("asked"), _("remark")]
    out.writerow(head)
    for result in results:
        of_all = [str(result.answered), str(result.asked), score_file.safe(result.remark)]
        question = score_file.safe(result.question.text)
        out.writerow([question, score_file.safe(_("Of those asked")), str(result.answered), *_told(result.rate), *of_all])
        for figure in result.figures:
            out.writerow([question, figure.name, "", *_told(figure.score), *of_all])
        for bar in result.bars:
            out.writerow([question, score_file.safe(bar.label), str(bar.part), *_told(bar.share), *of_all])
    return response


def _told(score: Score) -> list[str]:
    return [f"{value:.2f}" for value in (score.value or 0.0, score.low, score.high)] if score.is_told else ["", "", ""]
