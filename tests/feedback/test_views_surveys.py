"""Answering: a click only chooses, the button keeps, and only genuine links open anything."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from analytics import filling, sums
from analytics.lists import LISTS
from analytics.periods import Period
from feedback import links
from feedback.models import Answer, Case, Invitation, Response, Standing
from shop.events.models import Event
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return asked.invitation(asked.survey("nps", "choice", "multiple", "scale", "text"))


def post(client, invitation, **answers):
    named = {f"q{one.pk}": answers[one.kind] for one in invitation.survey.questions.all() if one.kind in answers}
    return client.post(asked.link(invitation), named)


def test_the_click_in_the_mail_chooses_and_keeps_nothing(client, invitation):
    page = client.get(asked.link(invitation) + "?answer=9").content.decode()
    assert page.count("checked") == 1
    assert 'value="9"' in page.split("checked")[0].rsplit("<input", 1)[1]
    assert not Response.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_what_scanners_do_keeps_nothing(client, invitation, method):
    getattr(client, method)(asked.link(invitation) + "?answer=0")
    assert not Response.objects.exists()


def test_the_button_keeps_the_answer_and_leads_to_the_other_questions(client, invitation):
    answer = post(client, invitation, nps="9")
    assert answer.status_code == 302 and answer["Location"] == asked.link(invitation)
    assert Response.objects.get().score == 9
    page = client.get(asked.link(invitation)).content.decode()
    assert page.count("<fieldset") == 4 and "<textarea" in page


def test_all_kinds_of_answers_are_kept(client, invitation):
    post(client, invitation, nps="8")
    assert post(client, invitation, nps="8", choice="1", multiple=["0", "2"], scale="4", text=" Good tea ").status_code == 302
    shown = {one.question.kind: one.shown for one in Answer.objects.all()}
    assert shown == {"nps": "8", "choice": "Packing", "multiple": "Tea, Price", "scale": "4", "text": "Good tea"}


def test_an_answer_can_be_changed_and_stays_one(client, invitation, deliver):
    post(client, invitation, nps="9")
    post(client, invitation, nps="3", text="Came broken")
    post(client, invitation, nps="3", text="")
    assert Response.objects.get().score == 3
    assert not Answer.objects.filter(question__kind="text").exists()
    told = Event.objects.filter(kind="feedback.survey_answered").order_by("pk")
    assert [event.data["score"] for event in told] == [9, 3], "words alone are no other answer"


def test_a_corrected_score_is_the_one_that_the_figures_tell(client, invitation, deliver):
    for score in ("0", "10"):
        post(client, invitation, nps=score)
        deliver()
    filling.catch_up()
    today = Period(timezone.localdate(), timezone.localdate())
    (found,) = sums.over([today])
    assert (found.nps_promoters, found.nps_detractors) == (1, 0)
    assert [row.data["score"] for row in LISTS["promoters"].rows(today, sums.Slice())] == [10]
    assert not LISTS["detractors"].rows(today, sums.Slice()).exists()


def test_a_low_score_opens_one_case_also_as_a_second_thought(client, invitation):
    post(client, invitation, nps="9")
    assert not Case.objects.exists()
    post(client, invitation, nps="6")
    post(client, invitation, nps="0")
    case = Case.objects.get()
    assert (case.source, case.customer, case.response) == ("score", invitation.customer, Response.objects.get())


def test_what_was_said_is_known_of_the_customer(client, invitation):
    post(client, invitation, nps="10")
    standing = Standing.objects.get(customer=invitation.customer)
    assert (standing.nps, standing.nps_group) == (10, "promoter")
    assert standing.last_answered_on == timezone.localdate()


@pytest.mark.parametrize("nonsense", ["11", "-1", "9.5", "abc", "", "9\0", "１"])
def test_nonsense_is_answered_in_words_and_keeps_nothing(client, invitation, nonsense):
    answer = post(client, invitation, nps=nonsense)
    assert answer.status_code == 422
    assert "Please choose an answer" in answer.content.decode()
    assert not Response.objects.exists()


def forged(invitation):
    good = links.token(links.SURVEY, invitation)
    yield from (good[:-1], good[1:], good + "x", good.swapcase(), "none", "a:b:c", signing.dumps(invitation.pk))
    yield from (links.token(purpose, invitation) for purpose in (links.REVIEWS, links.CASE))
    yield signing.dumps([invitation.customer.uid.hex, "news"], salt="mail.unsubscribe")
    yield signing.Signer(salt="feedback.survey").sign_object(10**9)
    yield signing.Signer(salt="feedback.survey").sign("no number")
    body, mark = good.split(":")
    yield f"{body}:{mark[::-1]}"


def test_links_that_are_not_good_are_all_answered_alike(client, invitation):
    pages = {
        (client.get(f"/survey/{token}/").status_code, body(client.get(f"/survey/{token}/"))) for token in forged(invitation)
    }
    assert len(pages) == 1 and next(iter(pages))[0] == 404
    for token in forged(invitation):
        assert client.post(f"/survey/{token}/", {asked.first_of(invitation): "9"}).status_code == 404
    assert not Response.objects.exists()


def body(response):
    return response.content.decode().split("<main")[1].split("</main")[0]


def test_a_link_whose_time_is_over_says_so_and_keeps_nothing(client, invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = post(client, invitation, nps="9")
    assert answer.status_code == 404 and "The time to answer is over" in answer.content.decode()
    assert not Response.objects.exists()


def test_the_link_of_somebody_erased_is_not_good(client, invitation):
    invitation.customer.anonymise(timezone.now())
    assert "no longer good" in client.get(asked.link(invitation)).content.decode()


def test_keys_can_be_changed_without_breaking_links_that_are_out(client, invitation, settings):
    link = asked.link(invitation)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert client.get(link).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(link).status_code == 404


def test_a_browser_without_cookies_can_answer(invitation):
    from django.test import Client

    assert post(Client(enforce_csrf_checks=True), invitation, nps="9").status_code == 302


def test_the_page_speaks_the_language_of_the_order(client):
    survey = asked.survey("nps")
    order = make.paid_order(language="uk")
    invitation = asked.invitation(survey, order.customer, order=order)
    assert '<html lang="uk"' in client.get(asked.link(invitation)).content.decode()


def test_a_survey_without_a_question_to_click_shows_all_of_them_at_once(client):
    invitation = asked.invitation(asked.survey("free", "text", "choice"))
    assert post(client, invitation, text="Hello", choice="0")["Location"].endswith("/thanks/")
    assert Response.objects.get().score is None


def test_the_last_page_thanks(client, invitation):
    assert "Thank you" in client.get(asked.link(invitation) + "thanks/").content.decode()
