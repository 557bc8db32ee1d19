"""Questions that only some are asked."""

import pytest
from django.utils import timezone

from feedback import answering, conditions, links, surveys
from feedback.answering import Closed, Given
from feedback.models import Question, Survey
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db


def branching(*, is_on=True):
    """0 to 10; what went wrong (0-6); of these who say Packing: what was broken; what could be better (7-10)."""
    survey = asked.survey("nps", "choice", "text", "text", is_on=is_on)
    score, reason, broken, better = survey.questions.all()
    for question, before, answers in (
        (reason, score, list(range(7))),
        (broken, reason, [1]),
        (better, score, [7, 8, 9, 10]),
    ):
        question.only_after, question.only_for = before, answers
        question.save()
    return survey


def fields(page):
    return [question for question in Question.objects.all() if f'name="q{question.pk}"' in page.content.decode()]


def test_who_is_asked_what():
    survey = branching()
    score, reason, broken, better = every = list(survey.questions.all())
    assert conditions.shown(every, {}) == [score]
    assert conditions.shown(every, {score.pk: {3}}) == [score, reason]
    assert conditions.shown(every, {score.pk: {3}, reason.pk: {1}}) == [score, reason, broken]
    assert conditions.shown(every, {score.pk: {9}, reason.pk: {1}}) == [score, better]


def test_each_step_shows_what_follows_from_the_one_before(client):
    invitation = asked.invitation(branching())
    score, reason, broken, _better = invitation.survey.questions.all()
    path = asked.link(invitation)
    assert fields(client.get(path)) == [score]
    assert client.post(path, {f"q{score.pk}": 3})["Location"] == path
    assert fields(client.get(path)) == [score, reason]
    assert client.post(path, {f"q{score.pk}": 3, f"q{reason.pk}": 1})["Location"] == path
    assert fields(client.get(path)) == [score, reason, broken]
    last = client.post(path, {f"q{score.pk}": 3, f"q{reason.pk}": 1, f"q{broken.pk}": "The lid"})
    assert last["Location"] == f"{path}thanks/"
    assert {answer.question for answer in invitation.response.answers.all()} == {score, reason, broken}


def test_whoever_has_nothing_more_to_be_asked_is_thanked_at_once(client):
    survey = branching()
    better = survey.questions.last()
    better.delete()
    invitation = asked.invitation(survey)
    assert client.post(asked.link(invitation), {asked.first_of(invitation): 9})["Location"].endswith("/thanks/")


def test_a_changed_mind_takes_the_answers_of_the_other_branch_away(client):
    invitation = asked.invitation(branching())
    score, reason, _broken, better = invitation.survey.questions.all()
    path = asked.link(invitation)
    client.post(path, {f"q{score.pk}": 3})
    client.post(path, {f"q{score.pk}": 3, f"q{reason.pk}": 0})
    assert client.post(path, {f"q{score.pk}": 9, f"q{reason.pk}": 0})["Location"] == path
    assert fields(client.get(path)) == [score, better]
    assert [answer.question for answer in invitation.response.answers.all()] == [score]


def test_an_answer_to_what_was_not_asked_is_not_kept(client):
    invitation = asked.invitation(branching())
    score, _reason, broken, _better = invitation.survey.questions.all()
    client.post(asked.link(invitation), {f"q{score.pk}": 9, f"q{broken.pk}": "forged"})
    answering.record(invitation, {broken: Given(text="forged")}, timezone.now(), language="en")
    assert [answer.question for answer in invitation.response.answers.all()] == [score]


def test_a_needed_question_that_is_not_asked_is_not_missed(client):
    survey = branching()
    survey.questions.exclude(only_after=None).update(is_needed=True)
    invitation = asked.invitation(survey)
    score, better = survey.questions.first(), survey.questions.last()
    path = asked.link(invitation)
    client.post(path, {f"q{score.pk}": 9})
    assert client.post(path, {f"q{score.pk}": 9}).status_code == 422
    assert client.post(path, {f"q{score.pk}": 9, f"q{better.pk}": "Cheaper"})["Location"].endswith("/thanks/")


def test_a_copy_asks_under_its_own_conditions():
    survey = branching()
    copy = surveys.copy(survey)
    score, reason, broken, better = copy.questions.all()
    assert (reason.only_after, broken.only_after, better.only_after) == (score, reason, score)
    assert better.only_for == [7, 8, 9, 10]


@pytest.mark.parametrize(("typed", "answers"), [("0-6", [0, 1, 2, 3, 4, 5, 6]), ("10, 9", [9, 10]), (" 1 – 2 ,5", [1, 2, 5])])
def test_scores_are_typed_as_they_are_given(typed, answers):
    assert conditions.read(typed, Question(kind="nps")) == answers


def test_picks_are_counted_from_one_by_people():
    choice = asked.question(asked.survey(), "choice")
    assert conditions.read("1, 3", choice) == [0, 2]
    other = Question(only_after=choice, only_for=[0, 2])
    assert conditions.typed(other) == "1, 3"
    assert "“Tea”, “Price”" in conditions.in_words(other)


@pytest.mark.parametrize("typed", ["", ",", "11", "-1", "6-0", "a", "0..6", "1;2", "99-100", "²", "0-99"])
def test_what_is_no_condition_is_said(typed):
    with pytest.raises(conditions.NotACondition):
        conditions.read(typed, Question(kind="nps"))
    with pytest.raises(conditions.NotACondition):
        conditions.read("0", Question(kind="choice", options="a\nb"))
    with pytest.raises(conditions.NotACondition):
        conditions.read("1", Question(kind="text"))


# In the admin


def form(survey, **changed):
    """The form of the survey as it stands, with changes of single fields by question number: `q1_only_after=…`."""
    every = list(survey.questions.all())
    data = {"name": survey.name, "kind": survey.kind, "moment": survey.moment, "title_en": "How was it?"}
    data |= {"days_after": 3, "days_open": 30, "silence_days": 90}
    data |= {"questions-TOTAL_FORMS": len(every), "questions-INITIAL_FORMS": len(every)}
    for place, one in enumerate(every):
        row = {"id": one.pk, "survey": survey.pk, "kind": one.kind, "text_en": one.text_en, "options_en": one.options_en}
        row |= {"position": one.position, "only_after": one.only_after_id or "", "answers_given": conditions.typed(one)}
        row |= {name.removeprefix(f"q{place}_"): value for name, value in changed.items() if name.startswith(f"q{place}_")}
        data |= {f"questions-{place}-{name}": value for name, value in row.items() if value is not None}
    return data


@pytest.fixture
def plain(client):
    client.force_login(make.staff("owner"))
    return asked.survey("nps", "choice", "text", is_on=False)


def sent(client, survey, **changed):
    return client.post(f"/admin/feedback/survey/{survey.pk}/change/", form(survey, **changed))


def test_a_merchant_says_who_is_asked_and_the_form_says_it_back(client, plain):
    score, choice, text = plain.questions.all()
    answer = sent(
        client, plain, q1_only_after=score.pk, q1_answers_given="0-6", q2_only_after=choice.pk, q2_answers_given="2, 3"
    )
    assert answer.status_code == 302
    choice.refresh_from_db()
    text.refresh_from_db()
    assert (choice.only_after, choice.only_for) == (score, [0, 1, 2, 3, 4, 5, 6])
    assert (text.only_after, text.only_for) == (choice, [1, 2])
    page = client.get(f"/admin/feedback/survey/{plain.pk}/change/").content.decode()
    assert 'value="0-6"' in page
    assert 'value="2-3"' in page
    assert sent(client, plain, q1_only_after="", q1_answers_given="").status_code == 302
    choice.refresh_from_db()
    assert (choice.only_after, choice.only_for) == (None, [])


@pytest.mark.parametrize(
    ("number", "before", "typed", "words"),
    [
        (1, 2, "1", "Only a question with answers to choose from"),
        (0, 1, "1", "asked before this one"),
        (1, 1, "1", "Select a valid choice"),
        (1, 0, "", "Say for which answers"),
        (1, 0, "11", "are 0 to 10"),
        (2, 1, "0", "are 1 to 3"),
        (2, 1, "x", "Write numbers and ranges"),
        (2, None, "3", "After which question?"),
    ],
)
def test_conditions_that_cannot_work_are_refused_in_words(client, plain, number, before, typed, words):
    every = list(plain.questions.all())
    after = every[before].pk if before is not None else ""
    answer = sent(client, plain, **{f"q{number}_only_after": after, f"q{number}_answers_given": typed})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Question.objects.exclude(only_after=None).exists()


def test_a_question_of_another_survey_is_no_condition(client, plain):
    other = asked.survey("nps", is_on=False).questions.get()
    assert "Select a valid choice" in sent(client, plain, q1_only_after=other.pk, q1_answers_given="0-6").content.decode()


def test_what_a_condition_stands_on_cannot_move_behind_it_change_its_answers_or_go(client):
    client.force_login(make.staff("owner"))
    survey = branching(is_on=False)
    moved = sent(client, survey, q1_position=7).content.decode()
    assert "asked before this one" in moved
    shorter = sent(client, survey, q1_options_en="Tea\nPrice", q2_answers_given="3").content.decode()
    assert "are 1 to 2" in shorter
    assert "Only a question with answers" in sent(client, survey, q1_kind="text", q1_options_en="").content.decode()
    assert sent(client, survey, q1_DELETE="on").status_code == 200
    assert survey.questions.count() == 4


def test_the_preview_shows_the_conditions_and_what_follows_from_an_answer(client):
    client.force_login(make.staff("marketer"))
    survey = branching(is_on=False)
    score, reason, broken, better = survey.questions.all()
    address = f"/admin/feedback/survey/{survey.pk}/preview/page/"
    everything = client.get(address)
    assert fields(everything) == [score, reason, broken, better]
    assert "Only after “About nps?”: 0-6" in everything.content.decode()
    assert fields(client.get(f"{address}?answer=3")) == [score, reason]
    assert fields(client.get(f"{address}?answer=10")) == [score, better]
    assert fields(client.get(f"{address}?answer=99")) == [score, reason, broken, better]


def test_a_survey_that_was_asked_shows_its_conditions_and_keeps_them(client):
    client.force_login(make.staff("owner"))
    survey = asked.invitation(branching()).survey
    assert "0-6" in client.get(f"/admin/feedback/survey/{survey.pk}/change/").content.decode()


def test_the_survey_that_a_merchant_begins_with_asks_the_unhappy_what_went_wrong():
    survey = Survey.objects.create(name="x", kind="nps")
    surveys.begin(survey)
    every = list(survey.questions.all())
    low = conditions.shown(every, {every[0].pk: {2}})
    high = conditions.shown(every, {every[0].pk: {9}})
    assert low[-1].text_en.startswith("What went wrong?")
    assert high[-1].text_en.startswith("What should we do better?")


def test_links_stay_good_for_one_thing(client):
    invitation = asked.invitation(branching(), expires_at=timezone.now())
    assert client.get(f"/survey/{links.token(links.SURVEY, invitation)}/").status_code == 404
    with pytest.raises(Closed):
        answering.record(invitation, {}, timezone.now(), language="en")
