"""A page notes what its visitor agreed to, and costs nothing for it."""

import re

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from analytics import agreeing, traces, visiting, visits
from analytics.models import OrderSource, Reached, Step, Traffic, Visit, Visitor
from loyalty import referrals
from shop.customers import consent, privacy
from shop.customers.models import Consent
from tests import make
from tests.loyalty.make import programme, rule

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def no_traces_left():
    yield
    cache._cache.get_client(write=True).delete(f"{cache.key_prefix}:visits")


def browser(**headers):
    return Client(headers={"User-Agent": FIREFOX, **headers})


def says(client, answer, **more):
    return client.post(reverse("visits"), {"answer": answer, "next": "/"}, headers={"Sec-Fetch-Site": "same-origin"}, **more)


def agreed(**headers):
    client = browser(**headers)
    says(client, "yes")
    return client


def counted(**where):
    visits.keep_all()
    rows = Traffic.objects.filter(**where)
    return {step: sum(getattr(row, step) for row in rows) for step in Step.values if any(getattr(r, step) for r in rows)}


ANSWERS = {"unasked": None, "yes": "yes", "no": "no"}


@pytest.mark.parametrize("said", ANSWERS)
@pytest.mark.parametrize("signal", [{}, {"Sec-GPC": "1"}, {"DNT": "1"}])
def test_only_a_yes_that_no_signal_contradicts_leaves_a_visit(said, signal):
    client = browser()
    if ANSWERS[said]:
        says(client, ANSWERS[said])
    page = client.get("/", headers={"Referer": "https://www.google.com/", **signal})
    visits.keep_all()
    is_traced = said == "yes" and not signal
    assert Visit.objects.count() == is_traced
    assert counted(is_traced=is_traced, channel="search") == {"came": 1}
    assert not Traffic.objects.exclude(is_traced=is_traced).exists()
    asks = b"visits-question" in page.content
    assert asks == (said == "unasked" and not signal)


def test_who_was_not_asked_gets_no_cookie():
    assert "visits" not in browser().get("/").cookies


def test_a_no_is_remembered_without_an_id():
    client = browser()
    says(client, "no")
    assert client.cookies["visits"].value == "no"
    assert "visits" not in client.get("/").cookies


def test_a_visit_is_told_with_where_it_came_from_and_how_far_it_went():
    client, tea = agreed(), make.product(in_category=make.category())
    client.get("/?utm_source=Spring&utm_medium=cpc&utm_campaign=tea", headers={"User-Agent": PHONE})
    client.get(tea.get_absolute_url())
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": 1})
    client.get(reverse("checkout:index"))
    visits.keep_all()
    visit = Visit.objects.get()
    assert (visit.channel, visit.source, visit.medium, visit.campaign) == ("ads", "Spring", "cpc", "tea")
    assert (visit.device, visit.landing, visit.day) == ("phone", "/", timezone.localdate())
    assert set(visit.reached.values_list("step", flat=True)) == {"came", "product", "basket", "checkout"}
    assert counted(is_traced=True) == {"came": 1, "product": 1, "basket": 1, "checkout": 1}


def test_who_puts_something_into_the_basket_from_a_list_counts_as_having_seen_a_product():
    client, tea = agreed(), make.product(in_category=make.category())
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": 1})
    assert counted(is_traced=True) == {"came": 1, "product": 1, "basket": 1}


def test_nothing_in_the_basket_is_no_step():
    client = agreed()
    client.post(reverse("basket:add", args=[999_999]), {"quantity": 1})
    assert "basket" not in counted()


def test_the_same_visit_again_is_one_visit_and_another_link_makes_another():
    client = agreed()
    for _ in range(3):
        client.get("/", headers={"Referer": "https://www.google.com/"})
    visits.keep_all()
    assert Visit.objects.count() == 1
    mark = agreeing.Mark.loaded(client.cookies["visits"].value)
    later = agreeing.replace(mark, seen_at=mark.seen_at - 120)
    client.cookies["visits"] = later.dumped()
    client.get("/", headers={"Referer": "https://www.google.com/"})
    visits.keep_all()
    assert Visit.objects.count() == 1
    client.get("/?utm_medium=email", headers={"Referer": "https://mail.example/"})
    visits.keep_all()
    assert sorted(Visit.objects.values_list("channel", flat=True)) == ["email", "search"]


def test_who_comes_back_after_half_an_hour_is_on_another_visit():
    client = agreed()
    client.get("/")
    mark = agreeing.Mark.loaded(client.cookies["visits"].value)
    client.cookies["visits"] = agreeing.replace(mark, seen_at=mark.seen_at - 1801).dumped()
    client.get("/")
    assert counted(is_traced=True) == {"came": 2}


ROBOTS = [
    {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
    {"User-Agent": "curl/8.5.0"},
    {"User-Agent": ""},
    {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"},
]


@pytest.mark.parametrize("headers", ROBOTS)
def test_programs_do_not_count(headers):
    client = agreed()
    client.get("/", headers=headers)
    browser().get("/", headers=headers)
    browser().head("/")
    assert counted() == {}


def test_staff_do_not_count():
    client = agreed()
    client.force_login(make.staff("merchant"))
    client.get("/")
    assert counted() == {}


def test_missing_pages_parts_of_pages_and_files_do_not_count():
    client = agreed()
    for address in ("/nowhere/", "/robots.txt", "/favicon.svg", "/healthz"):
        client.get(address)
    client.get("/", headers={"HX-Request": "true"})
    assert counted() == {}


FORGED = [
    "x",
    "yes",
    "427664a8-9f7f-45d5-9a0d-b0a043f5b12c:1:2",
    "W10:1abcde:xxxx",
    "\u00e9" * 50,
    "no:no",
    signing.dumps(["x"], salt="analytics.visits"),
    signing.dumps({"a": 1}, salt="analytics.visits"),
]


@pytest.mark.parametrize("cookie", FORGED, ids=[str(number) for number in range(len(FORGED))])
def test_a_forged_cookie_is_nobodys(cookie):
    client = browser()
    client.cookies["visits"] = cookie
    assert client.get("/").status_code == 200
    visits.keep_all()
    assert not Visit.objects.exists()


def test_a_signed_cookie_of_a_browser_that_was_forgotten_counts_as_nobody():
    client = agreed()
    client.get("/", headers={"Referer": "https://www.bing.com/"})
    Visitor.objects.all().delete()
    assert counted(is_traced=False) == {"came": 1}
    assert not Visit.objects.exists()


HOSTILE = ["<script>alert(1)</script>", "a" * 5000, "\x00\r\nSet-Cookie: a=b", "\u202egnp.exe", "'; DROP TABLE x;--", "%00%ff"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_a_link_stay_words(words):
    client = agreed()
    names = ("utm_source", "utm_medium", "utm_campaign", "gclid")
    page = client.get(
        "/",
        dict.fromkeys(names, words),
        headers={"Referer": f"https://{words[:20]}/"} if words.isascii() and words.isprintable() else {},
    )
    assert page.status_code == 200
    visits.keep_all()
    visit = Visit.objects.get()
    assert len(visit.campaign) <= 120
    assert not re.search(r"[\x00-\x1f\u202e]", visit.campaign)
    page = client.get("/")
    assert "alert(1)" not in page.content.decode()


def test_another_site_cannot_agree_for_somebody():
    client = browser()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert client.post(reverse("visits"), {"answer": "yes"}, headers=headers).status_code == 403
    assert not Visitor.objects.exists()


def test_the_answer_leads_back_but_to_no_other_site():
    client = browser()
    assert says(client, "no").headers["Location"] == "/"
    away = client.post(
        reverse("visits"), {"answer": "no", "next": "//evil.example/"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert away.headers["Location"] == reverse("visits")


def test_taking_back_a_yes_leaves_visits_that_are_nobodys():
    client = agreed()
    client.get("/", headers={"Referer": "https://t.me/x"})
    visits.keep_all()
    says(client, "no")
    assert Visit.objects.get().visitor is None
    assert not Visitor.objects.exists()
    client.get("/", headers={"Referer": "https://t.me/x"})
    visits.keep_all()
    assert Visit.objects.count() == 1


def test_with_redis_away_pages_are_as_they_were(monkeypatch):
    monkeypatch.setattr(traces, "_client", broken)
    monkeypatch.setattr(traces, "_rests_until", 0.0)
    client = agreed()
    assert client.get("/").status_code == 200
    assert client.get("/").status_code == 200
    assert visits.keep_all() == 0


def broken():
    raise RedisError("nobody there")


def test_what_cannot_be_written_waits_for_the_next_time(monkeypatch):
    browser().get("/")
    monkeypatch.setattr(visits, "_keep", lambda batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        visits.keep_all()
    monkeypatch.undo()
    assert counted() == {"came": 1}


@pytest.mark.parametrize("said", ["yes", "no", None])
def test_a_page_asks_the_database_nothing_more(said):
    client = browser()
    if said:
        says(client, said)
    client.get("/")
    with CaptureQueriesContext(connection) as found:
        client.get("/")
    assert not [query for query in found.captured_queries if "insights_" in query["sql"] or "consent" in query["sql"]]


def test_an_order_is_put_down_to_what_last_brought_its_browser_here():
    client = agreed()
    client.get("/?utm_source=spring&utm_medium=newsletter&utm_campaign=tea")
    order = ordered_by(client)
    source = OrderSource.objects.get(order=order)
    assert (source.channel, source.source, source.campaign) == ("email", "spring", "tea")
    assert str(source.visitor_id).replace("-", "") == agreeing.Mark.loaded(client.cookies["visits"].value).visitor


def test_an_address_typed_later_takes_nothing_from_the_link_before():
    client = agreed()
    client.get("/", headers={"Referer": "https://www.instagram.com/"})
    mark = agreeing.Mark.loaded(client.cookies["visits"].value)
    client.cookies["visits"] = agreeing.replace(mark, seen_at=mark.seen_at - 5000).dumped()
    client.get("/")
    assert ordered_by(client).analytics_source.channel == "social"


def test_a_link_of_more_than_thirty_days_ago_counts_no_more():
    client = agreed()
    client.get("/", headers={"Referer": "https://www.instagram.com/"})
    mark = agreeing.Mark.loaded(client.cookies["visits"].value)
    client.cookies["visits"] = agreeing.replace(mark, touched_at=mark.touched_at - 31 * 86400).dumped()
    assert ordered_by(client).analytics_source.channel == "direct"


def test_without_consent_an_order_comes_from_nowhere_known():
    client = browser()
    client.get("/?utm_medium=cpc")
    order = ordered_by(client)
    assert not OrderSource.objects.filter(order=order).exists()


def test_a_forgotten_browser_can_still_order():
    client = agreed()
    client.get("/")
    Visitor.objects.all().delete()
    assert not OrderSource.objects.filter(order=ordered_by(client)).exists()


def ordered_by(client):
    """An order placed while a request of this browser runs."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    placed = []
    request.resolver_match = None

    def page(_request):
        placed.append(make.order(make.product()))
        return HttpResponse()

    visiting.Middleware(page)(request)
    return placed[0]


def test_a_friends_link_counts_as_a_recommendation():
    client = agreed()
    programme()
    rule("referral")
    code = referrals.code_of(make.customer())
    client.get(reverse("loyalty:friend", args=[code]), headers={"Referer": "https://www.facebook.com/"}, follow=True)
    visits.keep_all()
    assert list(Visit.objects.values_list("channel", flat=True)) == ["referral"]


def test_who_agrees_while_logged_in_has_it_among_their_consents_and_their_visits_among_their_data():
    client, user = browser(), make.user()
    person = make.customer(user.email, user=user)
    client.force_login(user)
    says(client, "yes")
    client.get("/?utm_campaign=tea")
    visits.keep_all()
    assert consent.is_given(person, "statistics", Consent.Channel.WEB)
    assert privacy.export(person)["visits"][0]["campaign"] == "tea"
    privacy.erase(person)
    assert not Visit.objects.exists()
    assert not Visitor.objects.exists()


def test_who_agreed_before_the_shop_knew_them_has_it_among_their_consents_from_then_on():
    client, user = agreed(), make.user()
    person = make.customer(user.email, user=user)
    client.get("/")
    client.force_login(user)
    client.get("/")
    visits.keep_all()
    row = Consent.objects.get(customer=person, topic="statistics")
    assert row.is_given
    assert row.source == "banner"
    assert "May we count" in row.wording
    assert Visit.objects.get().customer == person


def test_a_no_on_another_device_counts_here_too():
    client, user = agreed(), make.user()
    person = make.customer(user.email, user=user)
    consent.withdraw(person, "statistics", source="account", channel="web")
    client.force_login(user)
    client.get("/")
    visits.keep_all()
    assert not Visit.objects.exists()
    assert Traffic.objects.get().is_traced is False


def test_old_visits_go_and_the_sums_of_their_days_stay(settings):
    client = agreed()
    client.get("/")
    visits.keep_all()
    assert agreeing.forget_old() == 0
    assert agreeing.forget_old(timezone.localdate() + timezone.timedelta(days=settings.VISIT_DAYS + 1)) == 1
    assert not Reached.objects.exists()
    assert counted(is_traced=True) == {"came": 1}
