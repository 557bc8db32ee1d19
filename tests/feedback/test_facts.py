"""What segments may ask about a customer's opinion, and what the audit finds."""

import pytest
from django.utils import timezone

from feedback import answering, audit
from feedback.models import Response, Standing
from shop.customers import facts
from shop.customers.models import Customer
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db


def scored(score):
    invitation = asked.invitation()
    answering.record(invitation, {invitation.survey.questions.get(): answering.Given(score)}, timezone.now(), language="en")
    return invitation.customer


def found(key, question, value):
    return set(Customer.objects.filter(facts.named(key).condition(question, value)))


def test_detractors_are_found_and_strangers_have_no_open_cases():
    ana, mia, stranger = scored(3), scored(10), make.customer()
    assert found("feedback_nps_group", "is", "detractor") == {ana}
    assert found("feedback_nps", "at_least", 9) == {mia}
    assert found("feedback_open_cases", "is", 0) == {mia, stranger}
    assert found("feedback_last_answered_on", "since", timezone.localdate().isoformat()) == {ana, mia}


def test_the_audit_finds_a_score_that_its_answer_does_not_give():
    scored(9)
    assert not list(audit._one_response_per_link())
    Response.objects.update(score=10)
    assert list(audit._one_response_per_link()) == [Response.objects.get()]


def test_the_audit_finds_a_standing_that_is_not_true():
    ana = scored(9)
    assert not list(audit._standings_are_true())
    Standing.objects.update(open_cases=3)
    assert list(audit._standings_are_true()) == [ana]
