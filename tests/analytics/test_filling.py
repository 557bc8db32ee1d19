from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics import filling, metrics, sales, sums
from analytics.models import Day, Due, Gap, Movement, Restatement, Tally, Turnover
from analytics.periods import Period
from shop.events.models import Event
from tests import make
from tests.analytics.make import days_ago, filled, give_back, moment, order

pytestmark = pytest.mark.django_db


def test_every_day_from_the_first_sale_to_today_is_filled_once():
    order(make.customer(), days_ago(3))
    filled()
    assert list(Day.objects.order_by("day").values_list("orders", flat=True)) == [1, 0, 0, 0]
    assert filling.catch_up() == 0
    assert not Due.objects.exists()


def test_a_shop_without_orders_has_nothing_to_fill():
    assert filling.catch_up() == 0
    assert filling.rebuild().days_wrong == 0


def test_a_late_refund_restates_the_day_of_the_order_and_says_so():
    made = order(make.customer(), days_ago(5), "20.00")
    filled()
    give_back(made, "8.00", timezone.now())
    filled()
    day = Day.objects.get(day=days_ago(5))
    assert (day.orders, day.paid, day.refunded) == (1, 20, 8)
    said = Restatement.objects.get()
    assert (str(said.day), said.net_before, said.net_after) == (days_ago(5), 20, 12)


def test_money_given_back_is_also_counted_on_the_day_it_went(deliver):
    from shop.payments import refunds

    made = make.paid_order(make.product(price="10.00"))
    deliver()
    filling.catch_up()
    refunds.refund_all(made, reason="", by=None)
    deliver()
    filling.catch_up()
    today = Day.objects.get(day=timezone.localdate())
    assert (today.orders, today.paid, today.refunded, today.given_back) == (0, *[made.total_incl_tax] * 3)
    assert not Restatement.objects.exists()  # the day is not over


def test_customers_come_go_and_come_back():
    ana = make.customer()
    order(ana, days_ago(800))
    order(ana, days_ago(400))  # 400 days later: they had gone on the 365th
    order(ana, days_ago(40))  # within the year: never gone
    filled()
    rows = Movement.objects.order_by("day").values_list("day", "new", "won_back", "lost")
    assert [(str(day), *counts) for day, *counts in rows] == [
        (days_ago(800), 1, 0, 0), (days_ago(435), 0, 0, 1), (days_ago(400), 0, 1, 0), (days_ago(40), 0, 0, 0),
    ]  # fmt: skip


def test_exactly_a_year_later_one_goes_and_comes_back_on_the_same_day():
    ana = make.customer()
    order(ana, days_ago(400))
    order(ana, days_ago(35))
    filled()
    row = Movement.objects.get(day=days_ago(35))
    assert (row.won_back, row.lost) == (1, 1)


def test_two_orders_of_one_day_are_a_first_and_a_second():
    ana = make.customer()
    order(ana, moment(days_ago(9), "09:00"))
    order(ana, moment(days_ago(9), "10:00"))
    filled()
    gap = Gap.objects.get(channel="")
    assert (gap.since, gap.back, gap.is_second, gap.sales) == (gap.day, 1, True, 1)
    assert sorted(Turnover.objects.values_list("is_first", "orders")) == [(False, 1), (True, 1)]


def test_points_and_answers_are_counted_from_the_log():
    ana, ben = make.customer(), make.customer()
    order(ana, days_ago(2))
    sales.refresh([ana.pk])
    at = moment(days_ago(1))
    for who, points in ((ana, 30), (ana, 12), (ben, 5)):
        Event.objects.create(kind="loyalty.points_earned", customer=who, data={"points": points}, happened_at=at)
    for score in (10, 9, 8, 6, 0):
        Event.objects.create(
            kind="feedback.survey_answered", customer=ana, data={"scale": "nps", "score": score}, happened_at=at
        )
    Event.objects.create(kind="feedback.survey_answered", customer=ana, data={"scale": "csat", "score": 5}, happened_at=at)
    filling.catch_up()
    assert tallied(days_ago(1)) == {
        ("points_earned", None): 47, ("members", None): 2,
        ("active", None): 3, ("active", days_ago(1)): -1,  # Ana's second entry takes back her first
        ("nps_promoters", None): 2, ("nps_passives", None): 1, ("nps_detractors", None): 2,
        ("nps_promoters", days_ago(1)): -2, ("nps_passives", days_ago(1)): -1, ("nps_detractors", days_ago(1)): -1,
    }  # fmt: skip
    [found] = sums.over([Period(day(1), day(1))])
    assert (found.nps_promoters, found.nps_passives, found.nps_detractors) == (0, 0, 1)
    assert (found.active, found.members, found.points_earned) == (2, 2, 47)


def tallied(on):
    return {(name, since and str(since)): number
            for name, since, number in Tally.objects.filter(day=on).values_list("name", "since", "number")}  # fmt: skip


def day(ago):
    return timezone.localdate() - timedelta(days=ago)


def said(who, score, ago):
    data = {"scale": "nps", "score": score}
    return Event.objects.create(kind="feedback.survey_answered", customer=who, data=data, happened_at=moment(days_ago(ago)))


def test_of_somebody_who_answered_again_the_last_answer_of_the_period_counts():
    ana, ben = make.customer(), make.customer()
    order(ana, days_ago(40))
    said(ana, 3, 30)
    said(ana, 10, 10)
    said(ben, 8, 10)
    said(None, 9, 10)  # somebody who is not known any more
    filled()

    def counted(first, last):
        [found] = sums.over([Period(day(first), day(last))])
        return found.nps_promoters, found.nps_passives, found.nps_detractors

    assert counted(35, 1) == (2, 1, 0)
    assert counted(35, 20) == (0, 0, 1)
    assert counted(20, 1) == (2, 1, 0)


def test_members_take_part_in_a_period_once_and_only_where_they_earned_or_spent():
    ana, ben = make.customer(), make.customer()
    order(ana, days_ago(60))
    for who, kind, ago in ((ana, "earned", 50), (ana, "spent", 20), (ana, "earned", 5), (ben, "earned", 40)):
        Event.objects.create(kind=f"loyalty.points_{kind}", customer=who, data={"points": 5}, happened_at=moment(days_ago(ago)))
    filled()
    [found] = sums.over([Period(day(29), day(0))])
    assert (found.active, found.members) == (1, 2)
    [before] = sums.over([Period(day(55), day(45))])
    assert (before.active, before.members) == (1, 1)
    assert metrics.BY_KEY["participation"].of(found) == 0.5


def test_a_rebuild_finds_and_mends_what_went_wrong():
    made = order(make.customer(), days_ago(5), "20.00")
    order(make.customer(), days_ago(3), "10.00")
    filled()
    assert (filling.rebuild().sales_wrong, filling.rebuild().days_wrong) == (0, 0)
    Day.objects.filter(day=days_ago(3)).update(paid=Decimal("10.01"))
    give_back(made, "0.01", timezone.now())  # and nobody heard of it
    row = filling.rebuild()
    assert (row.sales_wrong, row.days_wrong) == (1, 1)
    assert Day.objects.get(day=days_ago(3)).paid == 10
    filling.catch_up()
    assert Day.objects.get(day=days_ago(5)).refunded == Decimal("0.01")


def test_days_to_come_are_not_filled_before_they_come():
    from analytics import due

    due.note([timezone.localdate() + timedelta(days=1)])
    assert not Due.objects.exists()


def test_points_and_answers_of_today_are_counted_when_their_events_were_heard(deliver):
    from django.db import transaction

    from analytics import handlers
    from shop.events import log
    from shop.events.catalog import PointsEarned, PointsSpent, SurveyAnswered
    from tests.hub import hearing

    ana = make.customer()
    order(ana, days_ago(1))
    filled()
    heard = [(PointsEarned, handlers.count_points_earned), (PointsSpent, handlers.count_points_spent)]
    with hearing(*heard[0]), hearing(*heard[1]), hearing(SurveyAnswered, handlers.count_answer):
        with transaction.atomic():
            log.record(PointsEarned(points=30, reason="order", is_pending=True), customer=ana)
            log.record(PointsSpent(points=10), customer=ana)
            log.record(SurveyAnswered(invitation_id=1, survey_id=1, scale="nps", score=9), customer=ana)
        deliver()
    filling.catch_up()
    assert tallied(timezone.localdate()) == {
        ("points_earned", None): 30, ("points_spent", None): 10, ("nps_promoters", None): 1, ("members", None): 1,
        ("active", None): 2, ("active", str(timezone.localdate())): -1,
    }  # fmt: skip
