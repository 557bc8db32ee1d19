import csv
import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics import lists, metrics
from analytics.models import Spend
from shop.forks.catalogue.models import Category
from shop.forks.order.models import Order
from tests import make
from tests.analytics.make import days_ago, filled, give_back, order

pytestmark = pytest.mark.django_db
PAGES = [
    "insights_day_changelist",
    "insights_cohort_changelist",
    "insights_turnover_changelist",
    "insights_productsale_changelist",
]


def as_role(role):
    client = Client()
    client.force_login(make.staff(role))
    return client


def address(name, *args, **query):
    return reverse(f"admin:{name}", args=args, query=query)


def one_more():
    who = make.customer(first_name="Ana")
    # A new category would make every process forget the shop's name, which is asked for then.
    product = make.product(in_category=Category.objects.first() or make.category())
    order(who, days_ago(40), of=product, channel="ads")
    give_back(order(who, days_ago(3), of=product, channel="email"), "5.00", timezone.now())
    filled()


@pytest.mark.parametrize("role", ["owner", "merchant", "marketer"])
def test_those_who_plan_see_the_figures_and_support_does_not(role):
    for name in PAGES:
        assert as_role(role).get(address(name)).status_code == 200
        assert as_role("support").get(address(name)).status_code == 403


def test_the_home_of_an_empty_shop_says_so():
    page = as_role("owner").get(address(PAGES[0]))
    assert "no figures yet" in page.content.decode()


def test_home_shows_the_figures_with_definitions_and_what_they_open_into():
    one_more()
    page = as_role("marketer").get(address(PAGES[0], period="30"))
    text = page.content.decode()
    shown = {figure.metric.key: figure.shown for _title, group in page.context["groups"] for figure in group}
    assert shown["net_revenue"] == "€15.00"
    assert shown["returning"] == "100.0%"
    assert (page.context["sums"].at_start, page.context["sums"].at_end) == (1, 1)
    for metric in metrics.METRICS:
        assert str(metric.formula).split("÷")[0].strip()[:20] in text
        for key in metric.rows:
            assert address("insights_day_rows", key) in text


def test_every_figure_and_every_list_opens():
    one_more()
    client = as_role("owner")
    for key in metrics.BY_KEY:
        assert client.get(address("insights_day_figure", key)).status_code == 200
    for key, listed in lists.LISTS.items():
        assert client.get(address("insights_day_rows", key)).status_code == 200
        answer = client.get(address("insights_day_download", key))
        assert answer.status_code == 200
        assert len(b"".join(answer.streaming_content).splitlines()) == 1 + listed.rows(*asked_like_the_page()).count(), key


def asked_like_the_page():
    from analytics import forms

    question = forms.asked({}, timezone.localdate())
    return question.period, question.part


@pytest.mark.parametrize("query", [
    {"period": "nonsense"}, {"period": "own"}, {"period": "own", "first": "2026-05-09", "last": "2026-05-01"},
    {"period": "own", "first": "x", "last": "0001-01-01"}, {"period": "own", "first": "0001-01-01", "last": "0001-02-01"},
    {"period": "own", "first": "2000-01-01", "last": "2026-01-01"}, {"channel": "%00"}, {"country": "<b", "currency": "??"},
    {"cohort": "x", "page": "-4"}, {"measure": "x", "buyers": "y"}, {"page": "99999999999999999999"},
])  # fmt: skip
def test_odd_questions_are_answered(query):
    one_more()
    client = as_role("owner")
    for name in PAGES:
        assert client.get(address(name, **query)).status_code == 200
    assert client.get(address("insights_day_rows", "new", **query)).status_code == 200
    assert client.get(address("insights_day_figure", "retention", **query)).status_code == 200


def test_what_is_not_there_is_not_found():
    client = as_role("owner")
    for name in ("insights_day_figure", "insights_day_rows", "insights_day_download"):
        assert client.get(address(name, "nonsense")).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_pages_cost_the_same_whatever_they_show(name, costs_the_same):
    client = as_role("owner")
    costs_the_same(show=lambda: client.get(address(name)), add_row=one_more)


@pytest.mark.parametrize("key", ["orders", "new", "given_back", "at_end"])
def test_lists_cost_the_same_however_long_they_are(key, costs_the_same):
    client = as_role("owner")
    costs_the_same(show=lambda: client.get(address("insights_day_rows", key, period="90")), add_row=one_more)
    download = address("insights_day_download", key, period="90")
    costs_the_same(show=lambda: list(client.get(download).streaming_content), add_row=one_more)


@pytest.mark.parametrize("key", ["orders", "lines", "shares"])
def test_addresses_are_in_files_only_of_those_who_may_see_people(key):
    who = make.customer("ana@example.com")
    order(who, days_ago(3), of=make.product())
    filled()
    client, user = Client(), make.staff()
    user.user_permissions.add(Permission.objects.get(codename="view_day"))
    client.force_login(user)
    told = {}
    for reader, name in ((client, "planner"), (as_role("owner"), "owner")):
        text = b"".join(reader.get(address("insights_day_download", key)).streaming_content).decode()
        told[name] = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    hidden = told["owner"][0].index("E-mail")
    assert told["owner"][1][hidden] == "ana@example.com"
    assert told["planner"] == [[*row[:hidden], *row[hidden + 1 :]] for row in told["owner"]]
    assert "ana@example.com" not in client.get(address("insights_day_rows", key)).content.decode()


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_file():
    who = make.customer(first_name="=HYPERLINK(1)", last_name="x")
    order(who, days_ago(3))
    filled()
    answer = as_role("owner").get(address("insights_day_download", "new"))
    assert "'=HYPERLINK(1) x" in b"".join(answer.streaming_content).decode()


def test_a_period_is_compared_with_the_one_before():
    who = make.customer()
    order(who, "2026-04-10", "10.00")
    order(who, "2026-05-10", "15.00")
    filled()
    page = as_role("owner").get(
        address("insights_day_figure", "net_revenue", period="own", first="2026-05-01", last="2026-05-31")
    )
    rows = page.context["trend"].rows
    assert (rows[0][1], rows[1][1], rows[0][2].text, rows[0][2].tone) == ("€15.00", "€10.00", "+50.0%", "is-good")


def test_channels_show_money_in_the_currency_it_is_in():
    who = make.customer()
    order(who, days_ago(3), "20.00", channel="ads")
    abroad = order(who, days_ago(2), "500.00", channel="ads")
    Order.objects.filter(pk=abroad.pk).update(currency="MDL")
    Spend.objects.create(day=days_ago(3), channel="ads", amount=12)
    filled()
    page = as_role("owner").get(address(PAGES[2], currency="MDL"))
    row = page.context["rows"][0]
    assert (row["code"], row["sums"].orders, row["sums"].net, row["cac"], row["value"]) == ("ads", 1, 500, "€12.00", "€20.00")
    text = page.content.decode()
    links = dict(re.findall(r'href="([^"]*)">([^<]*)</a>', text.replace("&amp;", "&")))
    shown = {link: said for link, said in links.items() if "rows/paid" in link or "rows/spend" in link}
    assert {("currency=MDL" in link, said) for link, said in shown.items()} == {(True, "MDL500.00"), (False, "€12.00")}


@pytest.mark.parametrize("key", ["net_revenue", "orders"])
def test_a_figure_asks_the_log_once_however_it_is_split(key):
    one_more()
    client = as_role("owner")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address("insights_day_figure", key)).context["splits"]
    assert len([query for query in asked if "insights_tally" in query["sql"]]) == 2


def test_spend_written_for_days_is_spread_and_replaced():
    client = as_role("merchant")
    said = {"channel": "ads", "campaign": "", "first": "2026-05-01", "last": "2026-05-03", "amount": "10.00"}
    assert client.post(address(PAGES[2]), said).status_code == 302
    assert client.post(address(PAGES[2]), said).status_code == 302
    assert [row.amount for row in Spend.objects.order_by("day")] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert as_role("marketer").post(address(PAGES[2]), said).status_code == 403
    wrong = client.post(address(PAGES[2]), {**said, "last": "2026-04-01"})
    assert "comes after the first" in wrong.content.decode()


def test_a_file_of_spend_is_looked_at_before_it_is_written():
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = as_role("owner")
    text = (
        "day,channel,amount,campaign\n2026-05-01,ads,12.50,spring\n2026-05-01,ads,0.50,spring\n02.05.2026,Social networks,3,\n"
    )
    page = client.post(address("insights_spend_import"), {"file": SimpleUploadedFile("s.csv", text.encode())})
    assert page.context["seen"].errors == []
    assert not Spend.objects.exists()
    answer = client.post(address("insights_spend_import"), {"kept": page.context["kept"], "confirmed": "1"})
    assert answer.status_code == 302
    rows = Spend.objects.order_by("day").values_list("day", "channel", "campaign", "amount")
    assert list(rows) == [
        (date(2026, 5, 1), "ads", "spring", Decimal("13.00")), (date(2026, 5, 2), "social", "", Decimal("3.00")),
    ]  # fmt: skip
    again = client.post(address("insights_spend_import"), {"file": SimpleUploadedFile("s.csv", text.encode())})
    assert (again.context["seen"].new, again.context["seen"].same) == (0, 2)
