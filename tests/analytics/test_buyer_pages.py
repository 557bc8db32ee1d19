"""Pages of visits, ways to an order, kinds of buyers and the forecast: numbers that add up, rows behind them, rights."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics import backtest, buyers, clv, metrics, origins, portraits, sums, touches, visits
from analytics.lists import LISTS
from analytics.models import OrderSource, Portrait, Reached, Traffic, Visit, Visitor
from analytics.narrowing import Narrow
from analytics.periods import preset
from tests import make
from tests.analytics.make import days_ago, filled, order

pytestmark = pytest.mark.django_db
PAGES = [f"insights_{name}_changelist" for name in ("traffic", "ordersource", "portrait", "forecasting")]

PEOPLE = "/admin/insights/day/rows/buyers/"


def as_role(role):
    client = Client()
    client.force_login(make.staff(role))
    return client


def visit(channel="search", *steps, ago=1, visitor=None, device="phone"):
    when = timezone.now() - timedelta(days=ago)
    made = Visit.objects.create(
        key=uuid4(), visitor=visitor, began_at=when, day=timezone.localdate(when), channel=channel, landing="/", device=device
    )
    Reached.objects.bulk_create([Reached(visit=made, step=step, happened_at=when) for step in ("came", *steps)])
    visits.recount([made.day])
    return made


@pytest.mark.parametrize("name", PAGES)
def test_those_who_plan_see_the_pages_also_while_there_is_nothing(name):
    for role in ("owner", "merchant", "marketer"):
        assert as_role(role).get(reverse(f"admin:{name}")).status_code == 200
    assert as_role("support").get(reverse(f"admin:{name}")).status_code == 403


def test_the_funnel_counts_a_visit_at_every_step_up_to_its_furthest():
    visit("search")
    visit("ads", "ordered")
    page = as_role("merchant").get(reverse(f"admin:{PAGES[0]}"))
    assert page.context["now"] == (2, 1, 1, 1, 1)
    assert page.context["rate"] == "50.0%"
    narrowed = as_role("merchant").get(reverse(f"admin:{PAGES[0]}"), {"channel": "search"})
    assert narrowed.context["now"] == (1, 0, 0, 0, 0)


def test_conversion_is_a_figure_of_all_visits_and_of_a_channel_of_those_who_agreed():
    visit("ads", "ordered")
    Traffic.objects.create(day=timezone.localdate() - timedelta(days=1), is_traced=False, channel="ads", device="phone", came=3)
    period = preset("30", timezone.localdate())
    of = metrics.BY_KEY["conversion"].of
    assert of(sums.over([period])[0]) == 0.25
    assert of(sums.over([period], sums.Slice(channel="ads"))[0]) == 1.0


def test_each_rule_gives_each_order_away_once():
    ana, browser = make.customer(), Visitor.objects.create()
    for channel, ago in (("social", 9), ("search", 5), ("email", 2), ("ads", 45)):
        visit(channel, ago=ago, visitor=browser)
    bought = order(ana, timezone.now() - timedelta(days=1), "30.00", channel="email")
    OrderSource.objects.filter(order=bought).update(visitor=browser)
    order(make.customer(), days_ago(1), "10.00", channel="direct")
    filled()
    found = touches.shares(preset("30", timezone.localdate()), "EUR")
    assert (found.orders, found.known) == (2, 1)
    by = {row.channel.value: [round(share, 6) for share in row.orders] for row in found.rows}
    third = round(Decimal(1) / 3, 6)
    assert by == {"email": [1, 0, third], "social": [0, 1, third], "search": [0, 0, third], "direct": [1, 1, 1]}
    for place in range(3):
        assert round(sum(row.orders[place] for row in found.rows), 6) == 2
        assert round(sum(row.net[place] for row in found.rows), 6) == 40


def draw_some():
    for number in range(6):
        who = make.customer()
        for ago in range(3, 3 + 40 * (1 + number % 3), 40):
            order(who, days_ago(ago + number * 20), "20.00")
    filled()
    portraits.draw(timezone.localdate())


def test_every_cell_of_the_grid_opens_into_as_many_people_as_it_says():
    draw_some()
    cells = [cell for _recency, row in buyers.grid() for cell in row]
    assert sum(cell.people for cell in cells) == Portrait.objects.count() == 6
    client = as_role("marketer")
    for cell in cells:
        shown = client.get(PEOPLE, {"recency": cell.recency, "weight": cell.weight})
        assert shown.context["page"].paginator.count == cell.people
        assert {row.group for row in shown.context["page"]} <= {cell.group}
    assert "recency" in shown.context["segment"]


def test_groups_say_who_came_and_went():
    draw_some()
    Portrait.objects.update(group_before="loyal", group="at_risk")
    by = {row.group.value: row for row in buyers.rows()}
    assert (by["at_risk"].came, by["loyal"].went, by["loyal"].net) == (6, 6, -6)
    rows = LISTS["buyers"].rows
    period = preset("30", timezone.localdate())
    for narrow in (
        Narrow(group="at_risk", was="loyal"),
        Narrow(group="at_risk", moved="came"),
        Narrow(was="loyal", moved="went"),
    ):
        assert rows(period, sums.Slice(narrow=narrow)).count() == 6
    assert rows(period, sums.Slice(narrow=Narrow(was="new"))).count() == 0


def test_odd_questions_are_answered():
    client = as_role("owner")
    for query in ("recency=9", "weight=x", "group=nobody", "was=nobody", "page=-1"):
        assert client.get(f"{PEOPLE}?{query}").status_code == 200
    assert client.get(f"{PEOPLE}?recency=%00").status_code == 400


def test_the_list_of_buyers_costs_the_same_with_more_of_them(costs_the_same):
    client = as_role("owner")
    costs_the_same(show=lambda: client.get(PEOPLE), add_row=draw_some)


def test_looking_back_compares_what_was_expected_with_what_came():
    twice = np.array([1.0] * 6)
    forecast = clv.Forecast(twice * 2, twice * 50, twice, twice, np.array([250.0, 350.0]))
    found = backtest.compared(np.arange(6.0), np.zeros(6), forecast, {0: (3, 60.0), 5: (1, 40.0)})
    assert found["rows"] == [{"before": 1, "people": 6, "expected": 2.0, "real": 0.6667}]
    assert (found["orders_expected"], found["orders_real"]) == (12.0, 4)
    assert (found["value_expected"], found["value_real"]) == (300.0, 100.0)


RULES = [
    ({"utm_medium": "cpc", "utm_source": "google"}, "https://www.google.com/", "ads"),
    ({"gclid": "x"}, "https://www.google.de/", "ads"),
    ({"fbclid": "x"}, "https://l.facebook.com/", "social"),
    ({"utm_medium": "email"}, "", "email"),
    ({"utm_source": "facebook"}, "", "social"),
    ({}, "https://www.google.co.uk/search", "search"),
    ({}, "android-app://com.google.android.googlequicksearchbox/", "search"),
    ({}, "https://mail.google.com/", "referral"),
    ({}, "https://t.me/", "social"),
    ({}, "https://notgoogle.com/", "referral"),
    ({}, "https://a-shop.example/", "direct"),
    ({}, "http://[", "direct"),
    ({}, "", "direct"),
]


@pytest.mark.parametrize(("query", "referrer", "channel"), RULES)
def test_rules_of_channels(query, referrer, channel):
    assert origins.of(query, referrer, "a-shop.example:8000").channel == channel
