"""Who is asked, when, and why not; versions instead of edits."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from feedback import surveys
from feedback.models import Case, Invitation, Question, Survey
from shop.customers import consent
from shop.customers.models import Consent
from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.orders import statuses
from shop.payments import refunds
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(deliver):
    """An order that has arrived while a survey was on, and its invitation."""
    survey = asked.survey("nps", "text", days_after=3)
    order = asked.delivered_order(email="ana@example.com")
    deliver()
    return survey, order, Invitation.objects.get()


def in_days(days):
    return timezone.now() + timedelta(days=days)


def mails():
    return Message.objects.filter(kind="survey")


def test_a_delivery_is_followed_by_a_question_some_days_later(delivered):
    survey, order, invitation = delivered
    assert (invitation.survey, invitation.order, invitation.state) == (survey, order, "waiting")
    assert surveys.send_due(in_days(2.9)) == 0
    assert surveys.send_due(in_days(3.1)) == 1
    assert mails().get().topic == Consent.Topic.SURVEYS


def test_the_mail_carries_a_link_for_each_answer(delivered):
    surveys.send_due(in_days(4))
    html = mails().get().html
    assert all(f"?answer={score}" in html for score in range(11))


def test_a_second_run_asks_nobody_twice(delivered):
    surveys.send_due(in_days(4))
    assert surveys.send_due(in_days(5)) == 0
    assert mails().count() == 1


def test_an_order_delivered_twice_is_asked_about_once(delivered):
    survey, order, invitation = delivered
    assert surveys.invite(survey, invitation.customer, timezone.now(), order=order) == invitation
    with pytest.raises(IntegrityError):
        Invitation.objects.create(survey=survey, customer=invitation.customer, order=order, due_at=timezone.now())


def why_not(invitation):
    surveys.send_due(in_days(4))
    invitation.refresh_from_db()
    assert invitation.state == "withheld"
    assert invitation.sent_at is None
    assert not mails().exclude(state="withheld").exists()
    return invitation.why_not


def test_who_has_not_agreed_is_not_asked(delivered):
    consent.withdraw(delivered[2].customer, Consent.Topic.SURVEYS, source=Consent.Source.ACCOUNT)
    assert "not agreed" in why_not(delivered[2])


def test_who_sent_everything_back_is_not_asked(delivered):
    refunds.refund_all(delivered[1], reason="broken", by=None)
    assert "sent back" in why_not(delivered[2])


def test_who_waits_for_our_answer_is_not_asked(delivered):
    Case.objects.create(
        source="contact", customer=delivered[2].customer, subject="?", opened_at=timezone.now(), due_at=timezone.now()
    )
    assert "case" in why_not(delivered[2])


def test_a_survey_that_was_switched_off_asks_nobody(delivered):
    Survey.objects.update(is_on=False)
    assert "switched off" in why_not(delivered[2])


@pytest.mark.parametrize(("days_ago", "state"), [(80, "withheld"), (97, "sent")])
def test_nobody_is_asked_again_within_the_days_of_peace_whatever_the_survey(delivered, days_ago, state):
    other = asked.survey("free", "text")
    asked.invitation(other, delivered[2].customer, sent_at=in_days(-days_ago))
    surveys.send_due(in_days(4))
    assert Invitation.objects.get(pk=delivered[2].pk).state == state


def test_of_two_surveys_due_at_once_one_is_sent(deliver):
    asked.survey("nps"), asked.survey("free", "text")
    asked.delivered_order()
    deliver()
    assert surveys.send_due(in_days(4)) == 2
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["sent", "withheld"]


def test_silence_is_followed_by_one_reminder(delivered):
    surveys.send_due(in_days(4))
    mails().update(state="sent")
    assert surveys.remind_due(in_days(9)) == 0
    assert surveys.remind_due(in_days(10.1)) == 1
    assert surveys.remind_due(in_days(20)) == 0
    assert mails().count() == 2
    assert "Once more" in mails().first().subject


def test_who_has_answered_is_not_reminded(delivered, client):
    surveys.send_due(timezone.now() + timedelta(days=3, seconds=10))
    client.post(asked.link(delivered[2]), {asked.first_of(delivered[2]): "9"})
    assert surveys.remind_due(in_days(12)) == 0


def test_a_mail_held_back_after_all_counts_as_not_asked(delivered):
    surveys.send_due(in_days(4))
    mails().update(state="withheld", reason="The customer has not agreed to this topic.")
    assert surveys.note_withheld(in_days(4)) == 1
    assert Invitation.objects.get().state == "withheld"


@pytest.mark.parametrize("state", ["withheld", "queued", "held"])
def test_nobody_is_reminded_of_a_mail_that_never_left(delivered, state):
    surveys.send_due(in_days(4))
    mails().update(state=state)
    assert surveys.remind_due(in_days(12)) == 1
    assert mails().count() == 1


def test_a_copy_has_the_same_questions_and_takes_the_place_of_the_old_one(delivered):
    survey = delivered[0]
    copy = surveys.copy(survey)
    assert (copy.version, copy.is_on, copy.family) == (2, False, survey.family)
    assert [one.text_en for one in copy.questions.all()] == [one.text_en for one in survey.questions.all()]
    surveys.switch_on(copy)
    assert list(Survey.objects.filter(is_on=True)) == [copy]
    assert Invitation.objects.get().survey == copy  # who is still to be asked is asked by the new one


def test_of_a_survey_one_version_asks():
    survey = asked.survey()
    with pytest.raises(IntegrityError):
        Survey.objects.create(name="b", kind="nps", family=survey.family, version=2, is_on=True)


@pytest.mark.parametrize(("kinds", "word"), [([], "no question"), (["text", "nps"], "first question"), (["nps", "text"], "")])
def test_a_survey_says_what_it_still_lacks(kinds, word):
    survey = Survey.objects.create(name="x", kind="nps")
    for place, kind in enumerate(kinds):
        Question.objects.create(survey=survey, kind=kind, text_en="?", position=place)
    assert word in surveys.what_is_missing(survey) and bool(word) == bool(surveys.what_is_missing(survey))


def test_somebody_without_a_customer_is_left_alone(deliver):
    asked.survey()
    make.paid_order()
    deliver()
    assert not Invitation.objects.exists()


def test_who_sent_everything_back_since_is_not_reminded(delivered):
    surveys.send_due(in_days(4))
    mails().update(state="sent")
    Order.objects.update(status=statuses.REFUNDED)
    assert surveys.remind_due(in_days(12)) == 1
    assert mails().count() == 1
