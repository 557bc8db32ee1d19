"""Which days are filled again when something is heard of somebody, or of nobody any more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import handlers
from analytics.models import Due
from shop.events.catalog import CustomersMerged, PointsEarned, SurveyAnswered
from shop.events.models import Event
from tests import make
from tests.analytics.make import days_ago, moment

pytestmark = pytest.mark.django_db
EARNED = PointsEarned(points=3, reason="order", is_pending=False)


def told(who, kind, *days):
    Event.objects.bulk_create(
        Event(kind=kind, customer=who, data={"points": 3}, happened_at=moment(days_ago(day))) for day in days
    )


def noted():
    return {(timezone.localdate() - day).days for day in Due.objects.values_list("day", flat=True)}


def lately():
    return {0, (timezone.localdate() - timezone.localdate(timezone.now() - timedelta(hours=1))).days}


def test_what_is_heard_of_nobody_any_more_leaves_the_rows_of_others_alone():
    told(None, PointsEarned.kind, 50, 40)
    told(None, SurveyAnswered.kind, 30)
    with CaptureQueriesContext(connection) as asked:
        handlers.count_points_earned(EARNED, None)
        handlers.count_answer(SurveyAnswered(invitation_id=1, survey_id=1, scale="nps", score=9), None)
    assert noted() == lately()
    assert not [query for query in asked if "events_event" in query["sql"]]


def test_a_merge_of_people_who_are_gone_since_fills_no_days():
    told(None, PointsEarned.kind, 50, 40)
    handlers.count_one_person_once(CustomersMerged(merged_id=make.customer().pk), None)
    assert noted() == set()


def test_a_merge_fills_each_day_on_which_the_person_did_something_once():
    ana = make.customer()
    told(ana, PointsEarned.kind, *[50] * 30, *[40] * 30)
    told(ana, SurveyAnswered.kind, 30)
    told(make.customer(), PointsEarned.kind, 20)
    handlers.count_one_person_once(CustomersMerged(merged_id=make.customer().pk), ana)
    assert noted() == {50, 40, 30}
    assert Due.objects.count() == 3


def test_an_event_that_is_heard_late_is_counted_on_its_day_and_found_without_reading_the_history():
    ana = make.customer()
    told(ana, PointsEarned.kind, *range(2, 60))
    with CaptureQueriesContext(connection) as asked:
        handlers.count_points_earned(EARNED, ana)
    assert noted() == lately() | {2}
    [read] = [query["sql"] for query in asked if "events_event" in query["sql"]]
    assert read.startswith('SELECT "events_event"."happened_at" ')
    assert read.endswith("ORDER BY 1 DESC LIMIT 1")  # from the index of what a customer did when
