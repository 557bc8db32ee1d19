"""What the questions of a survey add up to, against a plain count of the answers one by one."""

import csv
import io
import math
import re
import statistics
from datetime import timedelta
from math import comb, factorial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback import answering, conditions, results, scores
from feedback.answering import Given
from feedback.models import Response
from feedback.reports import Span
from tests import make
from tests.feedback import make as asked

NOW = timezone.now()
SCALE = range(1, 6)


# The formulas; no database.


def outcomes(count, places):
    """Every way in which so many answers fall on so many places."""
    if places == 1:
        yield (count,)
        return
    for first in range(count + 1):
        for rest in outcomes(count - first, places - 1):
            yield first, *rest


def coverage(count, shares, interval):
    """How often an interval of so many answers holds the true mean."""
    truth, held = sum(n * share for n, share in zip(SCALE, shares, strict=True)), 0.0
    for outcome in outcomes(count, 5):
        low, high = interval(dict(zip(SCALE, outcome, strict=True)))
        if low - 1e-9 <= truth <= high + 1e-9:
            ways = factorial(count) // math.prod(factorial(each) for each in outcome)
            held += ways * math.prod(share**each for share, each in zip(shares, outcome, strict=True))
    return held


MIXES = [
    (0.05, 0.05, 0.1, 0.3, 0.5), (0.2, 0.2, 0.2, 0.2, 0.2), (0.02, 0.03, 0.05, 0.2, 0.7), (0.3, 0.1, 0.1, 0.2, 0.3),
    (0.1, 0.2, 0.4, 0.2, 0.1), (0.5, 0.2, 0.1, 0.1, 0.1), (0.01, 0.01, 0.03, 0.15, 0.8),
]  # fmt: skip


def ours(counts):
    score = scores.mean(counts, SCALE)
    return score.low, score.high


def students(counts):
    """The interval of the textbook for five answers (2.776 for four degrees of freedom)."""
    row = [number for number, times in counts.items() for _each in range(times)]
    reach = 2.776 * statistics.stdev(row) / math.sqrt(len(row))
    return statistics.mean(row) - reach, statistics.mean(row) + reach


@pytest.mark.parametrize(("count", "least"), [(5, 0.895), (10, 0.94), (15, 0.945)])
def test_the_interval_of_a_mean_holds_its_level_for_few_answers(count, least):
    assert min(coverage(count, mix, ours) for mix in MIXES) >= least


def test_control_students_interval_does_not_hold_it():
    assert min(coverage(5, mix, students) for mix in MIXES) < 0.7


@pytest.mark.parametrize("row", [[4], [1, 5], [3, 3, 4], [1, 2, 2, 5, 5, 5], [5] * 9 + [1] * 4])
def test_mean_and_median_are_those_of_the_library(row):
    counts = scores.counted(row)
    assert scores.mean(counts, SCALE).value == pytest.approx(statistics.mean(row))
    assert scores.median(counts, SCALE).value == statistics.median(row)


@pytest.mark.parametrize(("count", "place"), [(5, 0), (6, 1), (9, 2), (20, 6), (100, 40)])
def test_the_interval_of_a_median_begins_where_the_tables_say(count, place):
    """Conover, Practical Nonparametric Statistics, table A3: the widest place that leaves at most 2.5 of 100 outside."""
    assert scores._outside(count) == place
    assert sum(comb(count, k) for k in range(place)) / 2**count <= 0.025
    assert sum(comb(count, k) for k in range(place + 1)) / 2**count > 0.025


def test_nobody_has_neither_mean_nor_median():
    assert scores.mean({}, SCALE).value is scores.median({}, SCALE).value is None


def test_the_normal_distribution_takes_over_without_a_leap():
    exact = scores._outside(1000)
    assert 0 <= scores._outside(1001) - exact <= 1


# The page


@pytest.fixture
def staff(client, db):
    person = make.staff("merchant")
    client.force_login(person)
    return person


@pytest.fixture
def survey(db):
    """Choice, several choices, scale, words, and words only for whoever gave 1 or 2."""
    made = asked.survey("free", "choice", "multiple", "scale", "text")
    why = asked.question(made, "text")
    why.only_after, why.only_for = made.questions.all()[2], [1, 2]
    why.save()
    return made


GIVEN = [  # choice, picks, scale, words, why
    (0, [0, 1], 5, "Fine", None), (0, [1], 4, "", None), (1, [0, 1, 2], 2, "", "Too late"), (0, [], 1, "So", ""),
    (None, [2], 2, "=1+1", "Broken"), (2, [0], 5, "", None), (0, [0], None, "Hm", None),
]  # fmt: skip


def answer(survey, choice, picks, number, words, why, **fields):
    invitation = asked.invitation(survey, **fields)
    first, second, third, fourth, last = survey.questions.all()
    given = {
        first: Given(picks=[] if choice is None else [choice]),
        second: Given(picks=picks),
        third: Given(number),
        fourth: Given(text=words),
        last: Given(text=why or ""),
    }
    return answering.record(invitation, given, NOW, language="en")


@pytest.fixture
def answered(survey):
    made = [answer(survey, *each) for each in GIVEN]
    for _silent in range(3):
        asked.invitation(survey)
    answer(survey, 1, [1], 3, "Long ago", None, sent_at=NOW - timedelta(days=200))  # not of this month
    return made


def this_month():
    return Span.of_months(1, timezone.localdate())


def test_each_question_says_how_many_were_asked_and_answered(survey, answered):
    found = [(one.asked, one.answered) for one in results.of(survey, this_month())]
    assert found == [(10, 6), (10, 6), (10, 6), (10, 4), (3, 2)]
    rate = results.of(survey, this_month())[0].rate
    assert (rate.value, round(rate.low, 1), round(rate.high, 1)) == (60, 31.3, 83.2)  # Wilson's, by hand


def test_who_was_shown_a_question_is_what_the_rules_of_asking_say(survey, answered):
    everything = list(survey.questions.all())
    shown = [conditions.shown(everything, conditions.said_in(one)) for one in answered]
    assert results.of(survey, this_month())[4].asked == sum(everything[4] in each for each in shown)


def test_the_bars_are_the_answers_counted_one_by_one(survey, answered):
    choice, multiple, scale, words, _why = results.of(survey, this_month())
    assert [bar.part for bar in choice.bars] == [sum(row[0] == place for row in GIVEN) for place in range(3)]
    assert [bar.part for bar in multiple.bars] == [sum(place in row[1] for row in GIVEN) for place in range(3)]
    assert [bar.part for bar in scale.bars] == [sum(row[2] == number for row in GIVEN) for number in SCALE]
    assert [bar.label for bar in choice.bars] == ["Tea", "Packing", "Price"]
    assert choice.bars[0].share.value == pytest.approx(100 * 4 / 6)
    row = [each[2] for each in GIVEN if each[2]]
    assert [one.score.value for one in scale.figures] == [pytest.approx(statistics.mean(row)), statistics.median(row)]
    assert [one.text for one in words.words] == ["Hm", "=1+1", "So", "Fine"]
    assert words.bars == []


@pytest.mark.parametrize(("kind", "given", "value"), [("nps", (10, 9, 9, 8, 3), 40), ("csat", (5, 4, 4, 3, 1), 60)])
def test_a_question_that_gives_a_score_shows_it_as_the_scores_do(db, kind, given, value):
    survey = asked.survey(kind)
    for score in given:
        answering.record(asked.invitation(survey), {survey.questions.first(): Given(score)}, NOW, language="en")
    (result,) = results.of(survey, this_month())
    assert result.figures[0].score == getattr(scores, kind)(scores.counted(given))
    assert result.figures[0].score.value == value


def test_every_number_opens_into_its_responses(client, staff, survey, answered):
    page = client.get(f"/admin/feedback/response/results/{survey.pk}/?months=3").content.decode()
    links = [
        (link.replace("&amp;", "&"), int(count)) for link, count in re.findall(r'href="([^"]+\?survey=[^"]+)">(\d+)</a>', page)
    ]
    assert len(links) == 5 + 5 + 3 + 3 + 4  # nobody gave a 3
    for link, count in links:
        assert client.get(link).context["cl"].result_count == count, link


def test_words_lead_to_the_response_the_customer_and_the_case(client, staff):
    survey = asked.survey("nps", "text")
    first, words = survey.questions.all()
    response = answering.record(
        asked.invitation(survey), {first: Given(2), words: Given(text="<b>Cold</b>")}, NOW, language="en"
    )
    page = client.get(f"/admin/feedback/response/results/{survey.pk}/").content.decode()
    for address in (
        f"/admin/feedback/response/{response.pk}/change/",
        f"/admin/customers/customer/{response.invitation.customer_id}/change/",
        f"/admin/feedback/case/{response.caused.pk}/change/",
    ):
        assert address in page
    assert "&lt;b&gt;Cold" in page


def test_fewer_than_five_answers_are_counted_but_make_no_share(client, staff, survey):
    for each in GIVEN[:4]:
        answer(survey, *each)
    page = client.get(f"/admin/feedback/response/results/{survey.pk}/").content.decode()
    assert page.count("Too few answers to say anything.") == 5
    assert "share-chart" not in page and "certainty</p>" not in page
    text = client.get(f"/admin/feedback/response/results/{survey.pk}/download/").getvalue().decode()
    assert not re.search(r"\d\.\d", text)
    answer(survey, *GIVEN[5])
    assert "share-chart" in client.get(f"/admin/feedback/response/results/{survey.pk}/").content.decode()


def test_the_file_holds_the_numbers_of_the_page_and_no_formula(client, staff, survey, answered):
    question = survey.questions.first()
    question.options_en = "=HYPERLINK(1)\nPacking\nPrice"
    question.save()
    answer_ = client.get(f"/admin/feedback/response/results/{survey.pk}/download/?months=3")
    rows = list(csv.reader(io.StringIO(answer_.getvalue().decode("utf-8-sig"))))
    assert answer_["Content-Disposition"] == f'attachment; filename="survey-{survey.pk}-3.csv"'
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    found = next(row for row in rows if row[1] == "'=HYPERLINK(1)")
    wilson = scores.share(4, 6)
    assert found[2:6] == ["4", f"{wilson.value:.2f}", f"{wilson.low:.2f}", f"{wilson.high:.2f}"]
    assert found[6:8] == ["6", "10"]


def test_as_many_queries_for_two_questions_as_for_twenty(client, staff, survey, answered):
    address = f"/admin/feedback/response/results/{survey.pk}/"
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for place in range(20):
        made = asked.question(survey, ("choice", "multiple", "scale", "text")[place % 4], 20 + place)
        made.only_after, made.only_for = survey.questions.first(), [0]
        made.save()
        given = Given(picks=[1]) if place % 4 < 2 else Given(3) if place % 4 == 2 else Given(text="More")
        answering.record(Response.objects.get(pk=answered[0].pk).invitation, {made: given}, NOW, language="en")
    with CaptureQueriesContext(connection) as after:
        page = client.get(address)
    assert len(page.context["results"]) == 25
    assert len(after) <= len(before), "\n".join(query["sql"] for query in after.captured_queries)


def test_the_page_costs_the_same_however_many_answer(client, staff, survey, costs_the_same):
    address = f"/admin/feedback/response/results/{survey.pk}/"
    costs_the_same(show=lambda: client.get(address), add_row=lambda: answer(survey, *GIVEN[2]))


@pytest.mark.parametrize("odd", ["said=x", "said=1-", "said=99999-3", "said=1-99999", "shown=1-2-3", "shown=%00", "survey=-1"])
def test_odd_filters_are_answered(client, staff, survey, answered, odd):
    for name in ("response", "invitation"):
        assert client.get(f"/admin/feedback/{name}/?{odd}").status_code in ((400,) if "%00" in odd else (200, 302))


def test_a_survey_without_questions_or_answers_has_a_page_too(client, staff):
    empty = asked.survey("free", is_on=False)
    assert "no question yet" in client.get(f"/admin/feedback/response/results/{empty.pk}/?months=x").content.decode()
    fresh = asked.survey("nps", is_on=False)
    assert "No answers yet." in client.get(f"/admin/feedback/response/results/{fresh.pk}/").content.decode()


def test_the_survey_and_the_scores_lead_there(client, staff, survey, answered):
    address = f"/admin/feedback/response/results/{survey.pk}/"
    for page in (f"/admin/feedback/survey/{survey.pk}/change/", "/admin/feedback/response/scores/"):
        assert address in client.get(page).content.decode()
