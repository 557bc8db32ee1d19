"""Two people follow the same link of a campaign and order; who agrees to be counted is put down to it, who does not is not."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from analytics import filling, traces, visits
from analytics.models import OrderSource, Sale, Visit
from shop.forks.order.models import Order
from shop.payments.gateways import rehearsal
from shop.payments.models import TestSession
from tests import make

# An order is a step of the visit once it is committed.
pytestmark = pytest.mark.django_db(transaction=True)
LINK = "/?utm_source=spring&utm_medium=cpc&utm_campaign=first-flush"


@pytest.fixture(autouse=True)
def own_buffer(monkeypatch):
    """What pages note waits where nobody else's worker takes it."""
    key = f"test-{uuid4().hex}:visits"
    monkeypatch.setattr(traces, "_key", lambda: key)
    cache.clear()
    yield
    traces._client().delete(key)


def buys(tea, email, answer):
    """Lands by the link, answers the bar as it stands on that page, and goes all the way to a paid order."""
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    page = client.get(LINK, headers={"Sec-Fetch-Site": "cross-site", "Referer": "https://ads.example/"}).content.decode()
    bar = page[page.index('class="visits-bar"') :]
    back = re.search(r'name="next" value="([^"]*)"', bar)[1].replace("&amp;", "&")
    own = {"Sec-Fetch-Site": "same-origin"}
    client.post(reverse("visits"), {"answer": answer, "next": back}, headers=own, follow=True)
    client.get(tea.get_absolute_url(), headers=own)
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1"}, headers=own)
    checkout = reverse("checkout:index")
    hidden = dict(re.findall(r'name="(basket|seen_total)" value="([^"]*)"', client.get(checkout, headers=own).content.decode()))
    typed = {
        **hidden, "email": email, "country": "UA", "first_name": "Ana", "last_name": "Koval", "line1": "Volodymyrska 8",
        "line4": "Kyiv", "postcode": "01001", "shipping": "courier", "payment": "test",
    }  # fmt: skip
    answer = client.post(checkout, typed, headers=own)
    assert answer.status_code == 302, re.findall(
        r"(?s)class=\"[^\"]*(?:error|problem)[^>]*>(.{0,200})", answer.content.decode()
    )
    assert "/pay/test/" in answer.url
    rehearsal.charge(TestSession.objects.order_by("-pk").first())
    order = Order.objects.get(guest_email__iexact=email)
    client.get(reverse("checkout:return", kwargs={"token": order.token}), headers=own)
    return order


def rows(client, key, **asked):
    answer = client.get(reverse("admin:insights_day_rows", args=[key]), asked)
    return [getattr(row, "order_id", row.pk) for row in answer.context["page"]]


def test_where_an_order_came_from(deliver):
    make.delivery("4.90", countries=("UA",))
    tea = make.product(in_category=make.category(), price="8.50", stock=9)
    agreed, refused = buys(tea, "yes@example.com", "yes"), buys(tea, "no@example.com", "no")
    deliver()
    visits.keep_all()
    filling.catch_up()

    # Of her the shop knows the link; of him that he ordered.
    source = OrderSource.objects.get(order=agreed)
    assert (source.channel, source.source, source.campaign) == ("ads", "spring", "first-flush")
    assert not OrderSource.objects.filter(order=refused).exclude(channel="unknown").exists()
    assert Visit.objects.count() == 1
    assert dict(Sale.objects.values_list("order", "channel")) == {agreed.pk: "ads", refused.pk: "unknown"}

    # The merchant sees the same on every page.
    client = Client()
    client.force_login(make.staff("merchant"))
    channels = {row["code"]: row for row in client.get(reverse("admin:insights_turnover_changelist")).context["rows"]}
    assert (channels["ads"]["sums"].orders, channels["unknown"]["sums"].orders, channels[""]["sums"].orders) == (1, 1, 2)
    assert channels["ads"]["sums"].net == agreed.total_incl_tax
    assert rows(client, "orders", channel="ads") == [agreed.pk]
    ways = client.get(reverse("admin:insights_ordersource_changelist")).context
    assert (ways["found"].orders, ways["found"].known) == (2, 1)
    for rule in ("last", "first", "linear"):
        assert rows(client, "shares", channel="ads", rule=rule) == [agreed.pk]
        assert rows(client, "shares", channel="unknown", rule=rule) == [refused.pk]
    funnel = client.get(reverse("admin:insights_traffic_changelist"), {"channel": "ads"}).context
    assert funnel["now"] == (1, 1, 1, 1, 1)
    assert rows(client, "visits_ordered", campaign="first-flush") == [Visit.objects.get().pk]
