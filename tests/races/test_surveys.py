"""One survey link is one response, however often it is sent at once."""

from itertools import pairwise

import pytest
from django.test import Client

from feedback.models import Answer, Response
from shop.events.models import Event
from tests.feedback import make as asked
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def told():
    """The scores that the log tells, in their order."""
    events = Event.objects.filter(kind="feedback.survey_answered").order_by("pk")
    return [event.data["score"] for event in events]


def posts(invitation, count):
    """So many presses of the button, each with another answer."""
    address, field = asked.link(invitation), asked.first_of(invitation)
    return [lambda score=score: Client().post(address, {field: str(score % 11)}).status_code for score in range(count)]


def test_two_hundred_posts_of_one_link_are_one_response():
    ends = all_at_once(posts(asked.invitation(), 200))
    assert set(ends) == {302}
    assert Response.objects.count() == Answer.objects.count() == 1
    assert Response.objects.get().score == Answer.objects.get().number
    assert told()[-1] == Response.objects.get().score
    assert all(one != other for one, other in pairwise(told())), "what changes nothing is not told"


def test_sixty_presses_with_the_same_answer_are_told_once():
    (press, *_others) = posts(asked.invitation(), 1)
    assert set(all_at_once([press] * 60)) == {302}
    assert told() == [0]


def test_without_the_guard_they_are_more():
    invitation = asked.invitation()
    with unguarded("survey", constraints={"feedback_response_invitation_id_key": "feedback_response"}):
        all_at_once(posts(invitation, 60))
        assert Response.objects.count() > 1


def test_without_the_lock_the_constraint_still_holds_one_response():
    invitation = asked.invitation()
    with unguarded("survey"):
        all_at_once(posts(invitation, 60))
        assert Response.objects.count() == 1
