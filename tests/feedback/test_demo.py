"""The demo's answers and cases follow the app's own rules."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from feedback import audit, reports, results, scores
from feedback.models import Answer, Case, Entry, Invitation, Response, ReviewRequest, Standing, Survey
from shop.demo import building, chapters
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview

TODAY = date(2026, 11, 22)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A small shop with this app's chapter only, built once for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(chapters, "_chapters", [one for one in chapters._chapters if one.app == "feedback"])
        plan = building.Plan(today=TODAY, scale=0.1, with_pictures=False)
        building.build(plan, lambda text: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shop(built: None, db: None) -> None:
    """The shop, for one test."""


def test_what_must_be_true_is_true(shop):
    assert not list(audit._one_response_per_link())
    assert not list(audit._standings_are_true())


def test_some_are_asked_some_are_not_and_some_still_wait(shop):
    assert {"sent", "withheld", "waiting"} <= set(Invitation.objects.values_list("state", flat=True))
    assert {"sent", "waiting"} <= set(ReviewRequest.objects.values_list("state", flat=True))
    assert not Invitation.objects.exclude(state="withheld").exclude(why_not="").exists()


def test_about_a_third_answers_and_nobody_is_asked_twice_in_the_days_of_peace(shop):
    nps = Invitation.objects.filter(survey__kind="nps")
    rate = scores.share(Response.objects.filter(invitation__in=nps).count(), nps.sent().count())
    assert rate.low < 33 < rate.high + 5
    last: dict[int, object] = {}
    sent = Invitation.objects.sent().exclude(order=None).order_by("sent_at")
    for customer, days, sent_at in sent.values_list("customer", "survey__silence_days", "sent_at"):
        assert customer not in last or (sent_at - last[customer]).days >= days
        last[customer] = sent_at


def test_the_questions_of_one_season_have_answers_that_follow_from_what_was_bought(shop):
    survey = Survey.objects.get(kind="free")
    found = results.of(survey, reports.Span.of_months(12, TODAY))
    assert not survey.is_on
    assert [one.answered > 0 for one in found] == [True] * 5
    assert found[0].answered > 20 and sum(bar.part for bar in found[0].bars) == found[0].answered
    assert found[1].asked == found[0].bars[4].part  # who drinks something else is asked what
    coffee = Line.objects.filter(product__parent__categories__code__in=["coffee-beans", "ground-coffee", "decaf-coffee"])
    said = Answer.objects.filter(question=found[0].question)
    buyers = said.filter(response__invitation__order__in=coffee.values("order"))
    others = said.exclude(pk__in=buyers)
    assert _share_of_coffee(buyers) > 1.5 * _share_of_coffee(others)


def _share_of_coffee(said):
    return said.filter(picks=[3]).count() / said.count()


def test_every_low_score_and_bad_review_has_its_case(shop):
    low = [
        one
        for one in Response.objects.select_related("invitation__survey")
        if scores.is_low(one.invitation.survey.kind, one.score)
    ]
    assert low and all(hasattr(one, "caused") for one in low)
    for review in ProductReview.objects.filter(score__lte=2).select_related("order_line"):
        assert hasattr(review, "case") or Case.objects.filter(order=review.order_line.order_id).exists()


def test_the_inbox_is_alive(shop):
    assert Case.objects.open().count() >= 3
    assert Case.objects.filter(source="account").exists()
    assert not Case.objects.filter(answered_at__lt=F("opened_at")).exists()
    assert not Entry.objects.filter(text="").exists()


def test_reviews_were_read_and_bad_ones_answered_in_public(shop):
    shown = ProductReview.objects.approved()
    assert not shown.filter(decided_at=None).exists()
    assert not shown.filter(score__lte=2, reply="").exists()


def test_customers_have_their_standing_and_surveys_are_in_every_language(shop):
    assert Standing.objects.exclude(nps=None).exists()
    for survey in Survey.objects.all():
        for code in ("en", "uk", "ru", "ro"):
            assert getattr(survey, f"title_{code}") and all(getattr(one, f"text_{code}") for one in survey.questions.all())
