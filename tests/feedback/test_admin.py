"""Pages of staff: surveys are built and copied, scores open into answers, cases are worked on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import answering, cases, reports, surveys
from feedback.models import Case, Entry, Question, Response, Survey
from shop.mail.models import Message
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def staff(client):
    person = make.staff("merchant")
    client.force_login(person)
    return person


def scored(score, **fields):
    invitation = asked.invitation(**fields)
    first = invitation.survey.questions.first()
    return answering.record(invitation, {first: answering.Given(score)}, NOW, language="en")


def test_a_new_survey_begins_with_ready_made_questions_in_every_language(client, staff):
    client.post("/admin/feedback/survey/add/", {"name": "NPS", "kind": "nps", "moment": "delivered"})
    survey = Survey.objects.get()
    first = survey.questions.first()
    assert first.kind == "nps" and all(getattr(first, f"text_{code}") for code in ("en", "uk", "ru", "ro"))
    assert not survey.is_on
    client.post(f"/admin/feedback/survey/{survey.pk}/do/on/")
    survey.refresh_from_db()
    assert survey.is_on


def formset(survey, *questions):
    """What the form of a survey sends."""
    data = {"name": survey.name, "kind": survey.kind, "moment": survey.moment, "title_en": "How was it?"}
    data |= {"days_after": 3, "days_open": 30, "silence_days": 90, "remind_after": ""}
    data |= {"questions-TOTAL_FORMS": len(questions), "questions-INITIAL_FORMS": 0}
    for place, one in enumerate(questions):
        data |= {f"questions-{place}-{name}": value for name, value in {"position": place, "survey": survey.pk, **one}.items()}
    return data


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([{"kind": "text", "text_en": "Why?"}], "the one that gives the score"),
        ([{"kind": "nps", "text_en": "?"}, {"kind": "choice", "text_en": "?", "options_en": "One"}], "at least two"),
        (
            [{"kind": "nps", "text_en": "?"}, {"kind": "choice", "text_en": "?", "options_en": "A\nB", "options_uk": "A"}],
            "As many answers",
        ),
        ([{"kind": "nps", "text_en": ""}], "language of the shop"),
    ],
)
def test_questions_that_cannot_work_are_refused_in_words(client, staff, questions, words):
    survey = Survey.objects.create(name="x", kind="nps")
    answer = client.post(f"/admin/feedback/survey/{survey.pk}/change/", formset(survey, *questions))
    assert words in answer.content.decode()
    assert not Question.objects.exists()


def test_questions_are_kept_in_their_order(client, staff):
    survey = Survey.objects.create(name="x", kind="nps")
    questions = [{"kind": "nps", "text_en": "Would you?"}, {"kind": "multiple", "text_en": "What?", "options_en": "A\nB"}]
    assert client.post(f"/admin/feedback/survey/{survey.pk}/change/", formset(survey, *questions)).status_code == 302
    assert [one.text_en for one in survey.questions.all()] == ["Would you?", "What?"]


def test_words_that_were_asked_with_stay_and_a_copy_may_change(client, staff):
    survey = asked.invitation().survey
    client.post(f"/admin/feedback/survey/{survey.pk}/change/", formset(survey, {"kind": "nps", "text_en": "Changed"}))
    assert Question.objects.get().text_en == "About nps?"
    client.post(f"/admin/feedback/survey/{survey.pk}/do/copy/")
    assert Survey.objects.get(version=2).questions.count() == 1


@pytest.mark.parametrize("name", ["mail", "page"])
def test_a_preview_shows_the_survey_in_any_language_and_keeps_nothing(client, staff, name):
    survey = Survey.objects.create(name="x", kind="csat")
    surveys.begin(survey)
    page = client.get(f"/admin/feedback/survey/{survey.pk}/preview/{name}/?language=ro").content.decode()
    assert "Cât de mulțumit" in page
    assert not Response.objects.exists()


def test_every_figure_opens_into_its_answers(client, staff):
    survey, tea = asked.survey(), make.product("Assam", in_category=make.category("Tea"))
    for score in (10, 9, 9, 8, 3, 0):
        order = make.paid_order(tea)
        scored(score, survey=survey, customer=order.customer, order=order)
    scored(10, survey=survey)
    page = client.get("/admin/feedback/response/scores/").content.decode()
    links = {
        link.replace("&amp;", "&"): int(count) for link, count in re.findall(r'href="([^"]+\?kind=[^"]+)">(\d+)</a>', page)
    }
    assert len(links) >= 10
    for link, count in links.items():
        assert client.get(link).context["cl"].result_count == count, link


def test_the_scores_are_those_of_the_formula(client, staff):
    survey = asked.survey()
    for score in (10, 9, 9, 8, 3):
        scored(score, survey=survey)
    asked.invitation(survey)
    row = reports.whole("nps", reports.Span.of_months(1, timezone.localdate()))
    assert (row.score.value, row.score.count, row.rate.count) == (40, 5, 6)


def test_an_answer_counts_in_the_month_in_which_it_was_asked_for(staff):
    survey = asked.survey()
    old = scored(10, survey=survey, sent_at=NOW - timedelta(days=70))
    months = reports.by_month("nps", reports.Span.of_months(6, timezone.localdate()))
    local = timezone.localtime(old.invitation.sent_at)
    assert [row.score.count for row in months if row.score.count] == [1]
    assert f"from={local:%Y-%m}" in next(row.query for row in months if row.score.count)


@pytest.mark.parametrize(
    "odd", ["from=x", "to=2026-99", "product=abc", "product=99999999999", "category=-1", "group=z", "kind=%00"]
)
def test_odd_filters_are_answered(client, staff, odd):
    scored(9)
    assert client.get(f"/admin/feedback/response/?{odd}").status_code in ((400,) if "%00" in odd else (200, 302))


def test_lists_and_pages_cost_the_same_however_many_rows_there_are(client, staff, costs_the_same):
    survey = asked.survey()
    for address in ("/admin/feedback/response/", "/admin/feedback/case/?which=all", "/admin/feedback/response/scores/"):
        costs_the_same(show=lambda address=address: client.get(address), add_row=lambda: scored(3, survey=survey))


# Cases


@pytest.fixture
def case(staff):
    return cases.from_form(name="Ana", email="ana@example.com", order_number="", text="Where is it?", language="en", now=NOW)


def act(client, case, name, **typed):
    prefix = "" if name == "give" else f"{name}-"
    data = {f"{prefix}{key}": value for key, value in typed.items()}
    return client.post(f"/admin/feedback/case/{case.pk}/do/{name}/", data, follow=True)


def test_staff_answer_hand_over_put_aside_and_close(client, case, staff):
    act(client, case, "reply", text="On its way.")
    act(client, case, "note", text="A regular.")
    act(client, case, "owner", owner=staff.pk)
    act(client, case, "snooze", days="3")
    act(client, case, "close", outcome="explained")
    case.refresh_from_db()
    assert (case.state, case.outcome, case.owner) == ("closed", "explained", staff)
    assert Message.objects.get(kind="case_reply").to_address == "ana@example.com"
    assert Entry.objects.filter(kind="done").count() >= 2
    act(client, case, "reopen")
    case.refresh_from_db()
    assert case.state == "open"


def test_what_is_empty_or_too_late_is_refused_in_words(client, case):
    assert "required" in act(client, case, "reply", text=" ").content.decode()
    act(client, case, "close", outcome="solved")
    assert "not possible any more" in act(client, case, "reply", text="Hello").content.decode()
    assert act(client, case, "nonsense").status_code == 404


def test_a_voucher_is_given_from_the_case_and_written_down_in_it_once(client, case):
    typed = {"what": "voucher", "amount": "5", "reason": "Late", "cause": "3f3c0a3e-7d3b-4d7e-9a55-0f3b2f8f4c11"}
    for _click in range(2):
        act(client, case, "give", **typed)
    from shop.forks.voucher.models import Voucher

    assert Voucher.objects.filter(owner=case.customer).count() == 1
    assert Entry.objects.filter(kind="done", text__contains="Late").count() == 1


def test_the_inbox_shows_what_is_on_the_desk(client, case, staff):
    def shown(which=""):
        return client.get(f"/admin/feedback/case/?which={which}").context["cl"].result_count

    assert (shown(), shown("mine"), shown("late"), shown("closed")) == (1, 1, 0, 0)
    Case.objects.update(due_at=NOW - timedelta(days=1))
    assert shown("late") == 1
    cases.snooze(case, NOW + timedelta(days=2), by=staff, now=NOW)
    assert (shown(), shown("aside"), shown("all")) == (0, 1, 1)


@pytest.mark.parametrize("words", ["ana@example.com", "Where", "C-", "ANA"])
def test_a_case_is_found_by_what_one_remembers(client, case, words):
    assert client.get("/admin/feedback/case/", {"q": words}).context["cl"].result_count == 1


def test_the_first_page_says_what_waits(client, case):
    tiles = {tile.label: tile.number for tile in client.get("/admin/").context["tiles"]}
    assert tiles["Cases to answer"] == 1


def test_the_customers_page_shows_cases_and_opinions(client, case):
    scored(9, customer=case.customer)
    page = client.get(f"/admin/customers/customer/{case.customer.pk}/change/").content.decode()
    assert case.reference in page and "9 of 10" in page


def test_marketers_see_scores_and_no_cases(client):
    client.force_login(make.staff("marketer"))
    assert client.get("/admin/feedback/response/scores/").status_code == 200
    assert client.get("/admin/feedback/case/").status_code == 403


def test_the_scores_are_a_file_too_with_how_many_answered(client, staff):
    survey, tea = asked.survey(), make.product("=cmd|x", in_category=make.category("Tea"))
    for score in (10, 10, 9, 3, 8):
        order = asked.delivered_order(tea, email=f"csv{score}{asked.Question.objects.count()}-{make.customer().pk}@example.com")
        scored(score, survey=survey, customer=order.customer, order=order)
    answer = client.get("/admin/feedback/response/scores/download/?kind=nps&months=3")
    rows = answer.getvalue().decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="nps-3.csv"'
    product = next(row for row in rows if row.startswith("By product"))
    assert product.startswith("By product,'=cmd|x,40.0,")
    assert ',5,,3,1,1,"Few answers' in product


def test_a_figure_of_too_few_answers_is_left_out_of_the_file(client, staff):
    scored(10)
    rows = client.get("/admin/feedback/response/scores/download/?months=3").getvalue().decode("utf-8-sig").splitlines()
    assert any(",,,,1,1,1,0,0,Too few answers" in row for row in rows)


def test_the_share_that_answered_opens_into_those_who_were_asked(client, staff):
    survey = asked.survey()
    scored(10, survey=survey)
    asked.invitation(survey)
    page = client.get("/admin/feedback/response/scores/").content.decode()
    month = f"{NOW:%Y-%m}"
    query = f"kind=nps&from={month}&to={month}&state__exact=sent"
    assert query.replace("&", "&amp;") in page
    listed = client.get(f"/admin/feedback/invitation/?{query}")
    assert listed.context["cl"].result_count == 2
    assert client.get("/admin/feedback/invitation/?kind=csat").context["cl"].result_count == 0
