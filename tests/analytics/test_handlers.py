"""Which days are filled again when something is heard of somebody, or of nobody any more."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import filling, handlers
from analytics.models import Due, ProductSale
from shop.events.catalog import CustomersMerged, OrderRefunded, PointsEarned, SurveyAnswered
from shop.events.log import record
from shop.events.models import Event
from shop.payments.models import RefundLine
from tests import make
from tests.analytics.make import days_ago, filled, give_back, moment, order

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


def test_goods_that_come_back_for_points_come_back(deliver):
    tea = make.product()
    made = order(make.customer(), days_ago(5), "20.00", of=tea, units=2)
    filled()
    refund = give_back(made, "0.00", timezone.now())
    RefundLine.objects.create(refund=refund, line=made.lines.get(), quantity=1, amount=Decimal("10.00"))
    made.lines.update(quantity_refunded=1)
    with transaction.atomic():
        record(OrderRefunded(made.pk, made.number, refund.pk, "0.00", "EUR", {}), customer=made.customer)
    deliver()
    filling.catch_up()
    sold = ProductSale.objects.get(day=days_ago(5))
    assert (sold.units, sold.refunded_units, sold.refunded) == (2, 1, Decimal("10.00"))
    assert filling.rebuild().days_wrong == 0
