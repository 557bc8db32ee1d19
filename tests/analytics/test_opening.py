"""Every figure opens into rows that come to it, and everybody behind a list becomes a segment."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics import cohorts, forms, groups, metrics, portraits, showing, sums, survival, visits, words
from analytics.lists import LISTS, patience
from analytics.lists.kinds import KINDS
from analytics.metrics import Part
from analytics.models import Channel, OrderSource, Reached, Spend, Traffic, Visit, Visitor
from analytics.periods import Period, preset
from analytics.sums import Slice, Sums
from campaigns import segments
from campaigns.models import Segment
from shop.events.models import Event
from shop.forks.partner.models import StockRecord
from tests import make
from tests.analytics.make import days_ago, filled, give_back, moment, order

pytestmark = pytest.mark.django_db
PARTS = {
    Part.CHANNEL: Slice(channel="ads"),
    Part.NEW: Slice(is_first=False),
    Part.COUNTRY: Slice(country="RO"),
    Part.CURRENCY: Slice(currency="MDL"),
}
LISTED = re.compile(r'<a [^>]*?href="([^"]*/day/rows/[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
CELL = re.compile(r'<td class="([^"]*is-number[^"]*)">(.*?)</td>', re.DOTALL)


@pytest.fixture
def a_lively_shop():
    """Ten people over two years: orders of four products through all channels, refunds, visits, points, answers, spend."""
    chance, people = Random(7), [make.customer() for _ in range(10)]
    products = [make.product(in_category=make.category()) for _ in range(3)] + [make.product()]
    StockRecord.objects.update(cost_price=Decimal("3.00"))
    today = timezone.localdate()
    for _ in range(60):
        made = order(
            chance.choice(people), days_ago(chance.randrange(700) if chance.random() < 0.5 else chance.randrange(30)),
            str(chance.randrange(10, 60)), of=chance.choice(products), units=2, channel=chance.choice(Channel.values),
        )  # fmt: skip
        if chance.random() < 0.2:
            give_back(made, str(chance.choice([3, made.total_incl_tax])), days_ago(0), units=1)
    _visits(chance, people)
    for ago in range(60):
        Spend.objects.create(day=today - timedelta(days=ago), channel="ads", amount=Decimal("2.50"))
        data = {"loyalty.points_earned": {"points": 7}, "feedback.survey_answered": {"scale": "nps", "score": ago % 11}}
        for kind, said in data.items():
            Event.objects.create(kind=kind, customer=chance.choice(people), data=said, happened_at=moment(days_ago(ago)))
    Event.objects.create(kind="loyalty.points_spent", customer=people[0], data={"points": 3}, happened_at=moment(days_ago(2)))
    filled()
    portraits.draw(today - timedelta(days=40))
    portraits.draw(today)
    return people


def _visits(chance, people):
    browsers = [Visitor.objects.create() for _ in people]
    for number in range(60):
        who, when = number % len(people), timezone.now() - timedelta(days=chance.randrange(50), hours=1)
        made = Visit.objects.create(
            key=uuid4(), visitor=browsers[who], customer=people[who] if number % 3 else None, began_at=when,
            day=timezone.localdate(when), channel=chance.choice(Channel.values), source=chance.choice(["", "google", "meta"]),
            campaign=chance.choice(["", "spring"]), landing=chance.choice(["/", "/tea/"]),
            device=chance.choice(["phone", "computer"]),
        )  # fmt: skip
        far = chance.choice(["came", "product", "basket", "checkout", "ordered"])
        Reached.objects.create(visit=made, step=far, happened_at=when)
    for source in OrderSource.objects.all()[:20]:
        OrderSource.objects.filter(pk=source.pk).update(visitor=chance.choice(browsers))
    for ago in range(0, 50, 2):
        Traffic.objects.create(
            day=days_ago(ago), is_traced=False, channel="unknown", device="phone", came=9, product=4, basket=2, ordered=1
        )
    visits.recount(set(Visit.objects.values_list("day", flat=True)))


def told_by_rows(metric, period, part):
    """The sums that the metric's lists tell, and nothing else."""
    found = {}
    for key in metric.rows:
        listed = LISTS[key]
        totals = {total.key: amount for total, amount in listed.kind.sums(listed.rows(period, part), part)}
        found |= {name: totals[total] for name, total in listed.tells.items()}
        if key == "watched":
            found["second"] = curve_of(listed.rows(period, part), period.last)
    return Sums(period, **found)


def curve_of(rows, last):
    came, events, silent = {}, {}, {}
    for first, following in rows.values_list("day", "next_on"):
        watched = (last - first).days
        came[watched] = came.get(watched, 0) + 1
        gone = events if following and following <= last else silent
        days = (following - first).days if gone is events else watched
        gone[days] = gone.get(days, 0) + 1
    return survival.curve(came, events, silent)


def test_every_figure_comes_out_of_its_rows_alone(a_lively_shop):
    today = timezone.localdate()
    periods = [preset("30", today), Period(today - timedelta(days=90), today - timedelta(days=9)), preset("365", today)]
    for metric in metrics.METRICS:
        assert metric.rows, f"{metric.key} opens into nothing"
        for part in [Slice(), *(PARTS[by] for by in metric.slices if by in PARTS)]:
            for real in sums.over(periods, part, seconds=len(periods)):
                value, told = metric.of(real), metric.of(told_by_rows(metric, real.period, part))
                wanted = value if value is None else pytest.approx(float(value))
                assert (told if told is None else float(told)) == wanted, (metric.key, real.period, part)


def test_every_list_has_columns_for_its_file_and_a_table():
    from analytics import downloads

    assert set(downloads.COLUMNS) == set(KINDS)
    assert {listed.of for listed in LISTS.values()} == set(KINDS)


ADDRESSES = [
    *(reverse("admin:insights_cohort_changelist", query={"measure": measure}) for measure in cohorts.MEASURES),
    *(
        reverse(f"admin:insights_{name}_changelist")
        for name in ("day", "turnover", "productsale", "traffic", "ordersource", "portrait", "forecasting")
    ),
    reverse("admin:insights_traffic_changelist", query={"channel": "ads", "device": "phone"}),
]


def test_every_figure_on_every_page_opens_into_what_it_says(a_lively_shop):
    client, followed, problems = Client(), {}, []
    client.force_login(make.staff("owner"))
    figures = [reverse("admin:insights_day_figure", args=[metric.key]) for metric in metrics.METRICS]
    for address in [*ADDRESSES, *figures]:
        page = client.get(address).content.decode()
        problems += [f"{address}: {text} opens into nothing" for text in without_a_link(page)]
        for link, text in LISTED.findall(page):
            link, said = html.unescape(link), html.unescape(re.sub(r"<.*", "", text, flags=re.DOTALL)).strip()
            if link not in followed:
                rows = client.get(link)
                assert rows.status_code == 200, link
                assert not rows.context["question"].form.errors, link
                followed[link] = [shown for _label, shown in rows.context["totals"]], str(rows.context["listed"].label)
            totals, label = followed[link]
            if said != label and not any(same(said, total) for total in totals) and not is_worked_out(address):
                problems.append(f"{address}: {said} opens into {totals} ({link})")
    assert not problems, "\n".join(problems)
    assert len(followed) > 200


def is_worked_out(address):
    """Cells that are a share of the cohort, or money of each: they open into what they are worked out from."""
    return "measure=share" in address or "measure=each" in address


def same(said, total):
    """The number itself, or money without its cents in a narrow cell."""
    digits = re.sub(r"[^\d.−-]", "", total)
    return said == total or (bool(digits) and "." in digits and said == showing.count(round(Decimal(digits.replace("−", "-")))))


def without_a_link(page):
    """Numbers in tables that open into nothing; changes, shares of what stands beside them, and rows of people excepted."""
    found = []
    for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        for classes, cell in CELL.findall(row):
            bare = re.sub(r'<span class="(figure-change|desk-sub).*', "", cell, flags=re.DOTALL)
            if (
                re.search(r"\d", bare)
                and "<a " not in bare
                and "is-derived" not in classes
                and "/customers/customer/" not in row
            ):
                found.append(bare.strip())
    return found


def condition(listed, **asked):
    return {
        "type": "group",
        "group": groups.KEY,
        "parameters": "&".join(f"{k}={v}" for k, v in {"list": listed, **asked}.items()),
    }


def of(*conditions):
    return {"match": "all", "groups": [{"match": "all", "is_not": False, "conditions": list(conditions)}]}


def test_everybody_behind_a_list_is_a_segment(a_lively_shop):
    today = timezone.localdate()
    for listed in LISTS.values():
        if not listed.kind.people:
            with pytest.raises(segments.CannotRead):
                segments.read(of(condition(listed.key)))
            continue
        rows = listed.rows(preset("30", today), Slice())
        expected = set(rows.order_by().values_list(listed.kind.people, flat=True)) - {None}
        rules = of(condition(listed.key, period="30"))
        assert {person.pk for person in segments.customers(rules)} == expected, listed.key
        for person in a_lively_shop[:3]:
            told = segments.why(rules, person)
            assert told.is_in == (person.pk in expected)
            assert str(listed.label) in told.groups[0].answers[0].condition


@pytest.mark.parametrize("key", ["ordered", "at_end", "lost", "new", "ever", "by_days", "buyers"])
def test_a_segment_of_a_list_is_the_list_and_not_what_it_is_today(key):
    client = Client()
    client.force_login(make.staff("owner"))
    link = client.get(reverse("admin:insights_day_rows", args=[key]), {"period": "30"}).context["segment"]
    asked = dict(parse_qsl(urlsplit(link).query))
    assert asked["group"] == groups.KEY
    said = {"list": key, "period": "30"} if key != "buyers" else {"list": key}
    assert dict(parse_qsl(asked["parameters"])) == said


def test_a_list_becomes_a_segment_in_one_click_and_stays_alive(a_lively_shop):
    client = Client()
    client.force_login(make.staff("owner"))
    rows = client.get(reverse("admin:insights_day_rows", args=["ordered_twice"]), {"period": "30", "channel": "ads"})
    form = client.get(rows.context["segment"], follow=True)
    assert "Customers who ordered at least twice: Last 30 days, Paid ads" in form.content.decode()
    sent = {"name": "Twice", "description": "", "do": "save", "match": "all", "g0-match": "all", "g0-not": ""}
    [row] = form.context["draft"].groups[0].rows
    sent |= {"g0-c0-what": row.what, "g0-c0-value": row.value, "g0-c0-did": "yes"}
    assert client.post(reverse("admin:campaigns_segment_add"), sent).status_code == 302
    kept = Segment.objects.get(name="Twice")
    ana = make.customer()
    assert ana not in segments.customers(kept.rules)
    for ago in (2, 1):
        order(ana, days_ago(ago), channel="ads")
    filled()
    assert ana in segments.customers(kept.rules)
    assert client.get(reverse("admin:campaigns_segment_change", args=[kept.pk])).status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        "", "list=gone", "list=spend", "list=new&period=own", "list=new&cohort=x", "\0", "x" * 2000, "list=new&country=%00",
        "list=new&%00=1", "list=new" + "&x=1" * 40,
    ],
)  # fmt: skip
def test_a_group_that_means_nothing_is_refused_with_words(parameters):
    asked = {"type": "group", "group": groups.KEY, "parameters": parameters}
    with pytest.raises(segments.CannotRead):
        segments.read(of(asked))
    with pytest.raises(segments.CannotRead):
        segments.read(of({**asked, "group": "nobodys"}))
    client = Client()
    client.force_login(make.staff("owner"))
    page = client.get(reverse("campaigns:segment-from"), {"group": groups.KEY, "parameters": parameters}, follow=True)
    assert page.status_code == (400 if "\0" in parameters else 200)


def test_a_list_over_all_the_years_is_no_error():
    asked = forms.of_list(LISTS["new"], {"period": "own", "first": "2001-01-01", "last": "2026-01-01"}, date(2026, 2, 1))
    assert asked.period.first == date(2001, 1, 1)


def test_what_orders_are_put_down_to_is_looked_up_for_a_year_at_most():
    client = Client()
    client.force_login(make.staff("owner"))
    years = {"period": "own", "first": "2024-01-01", "last": "2026-01-01"}
    for name in ("rows", "download"):
        page = client.get(reverse(f"admin:insights_day_{name}", args=["shares"]), years)
        assert "At most 366 days at once." in page.content.decode()


VALUES = {
    "channel": "email", "country": "RO", "currency": "MDL", "buyers": "new", "cohort": "2026-05-01", "product": "7",
    "category": "-", "device": "phone", "step": "basket", "source": "google", "campaign": "spring", "landing": "/tea/",
    "recency": "5", "weight": "2", "group": "champions", "was": "new", "moved": "came", "of": "value", "low": "1",
    "high": "9", "rule": "first", "known": "yes", "days": "3", "period": "7",
}  # fmt: skip
# What a field means something beside.
BESIDE = {"rule": {"channel": "email"}, "low": {"of": "value"}, "high": {"of": "value"}}


def test_lists_listen_to_what_they_say_they_know_and_say_nothing_of_the_rest():
    assert set(VALUES) == set(forms.RowsForm.base_fields) - {"first", "last"}
    today = timezone.localdate()
    own = {"period": "own", "first": "2026-04-01", "last": "2026-05-31"}
    for listed in LISTS.values():
        for name, said in VALUES.items():
            beside = {**own, **BESIDE.get(name, {})}
            plain, narrowed = (forms.of_list(listed, more, today) for more in (beside, {**beside, name: said}))
            assert not narrowed.form.errors, (listed.key, name)
            if name not in listed.knows:
                assert (narrowed.period, narrowed.part) == (plain.period, plain.part), (listed.key, name)
                assert words.in_words(narrowed) == words.in_words(plain), (listed.key, name)
                assert name not in narrowed.link()
            else:
                assert sent(listed, narrowed) != sent(listed, plain), (listed.key, name)
                assert words.in_words(narrowed) != words.in_words(plain), (listed.key, name)


def sent(listed, question):
    """What the database is asked for the rows and what they come to."""
    with CaptureQueriesContext(connection) as asked:
        found = listed.in_order(question.period, question.part)
        listed.kind.sums(found, question.part)
        list(found[:1])
    return [query["sql"] for query in asked]


def test_a_page_of_rows_has_no_fields_that_change_nothing(a_lively_shop):
    client = Client()
    client.force_login(make.staff("owner"))

    def page(key):
        told = {"period": "30", "channel": "ads", "country": "RO", "days": "3", "group": "champions"}
        return client.get(reverse("admin:insights_day_rows", args=[key]), told)

    given_back, buyers = page("given_back"), page("buyers")
    assert given_back.context["part_words"] == []
    assert '<select name="channel"' not in given_back.content.decode()
    assert given_back.context["totals"][0][1] != "0"
    assert [*buyers.context["part_words"]] == ["Champions"]
    assert "figure-own" not in buyers.content.decode()
    assert "compared with" not in given_back.content.decode()


def test_rows_that_take_too_long_are_given_up_with_words(monkeypatch):
    order(make.customer(), days_ago(3))
    filled()
    listed = LISTS["orders"]
    slow = replace(listed, rows=lambda *asked: listed.rows(*asked).extra(where=["pg_sleep(5) IS NOT NULL"]))  # noqa: S610
    monkeypatch.setitem(LISTS, "orders", slow)
    monkeypatch.setattr(patience, "LIMIT", "50ms")
    client = Client()
    client.force_login(make.staff("owner"))
    page = client.get(reverse("admin:insights_day_rows", args=["orders"]))
    assert page.status_code == 200
    assert "takes too long" in page.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("50ms",)
