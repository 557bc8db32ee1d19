"""A whole guest checkout, from the product page to the thank-you page, in a number of queries that stays what it is."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.forks.order.models import Order
from tests import make

pytestmark = pytest.mark.django_db

TYPED = {
    "email": "ana@example.com",
    "country": "RO",
    "first_name": "Ana",
    "last_name": "Pop",
    "line1": "Strada Ceaiului 4",
    "line4": "București",
    "state": "București",
    "postcode": "010011",
    "shipping": "courier",
    "payment": "test",
}


def buy(client, product):
    """Each page of the way, with the queries that it took."""
    costs = {}

    def visit(name, ask):
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        # A test runs inside a transaction, which turns each BEGIN and COMMIT into a savepoint.
        costs[name] = len([one for one in queries if "SAVEPOINT" not in one["sql"]])
        assert answer.status_code in (200, 302), name
        return answer

    visit("product", lambda: client.get(product.get_absolute_url()))
    visit("add", lambda: client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"}))
    visit("basket", lambda: client.get(reverse("basket:summary")))
    form = visit("checkout", lambda: client.get(reverse("checkout:index"))).content.decode()
    hidden = dict(re.findall(r'name="(basket|seen_total)" value="([^"]*)"', form))
    answer = visit("order", lambda: client.post(reverse("checkout:index"), {**TYPED, **hidden}))
    visit("payment page", lambda: client.get(answer.url))
    answer = visit("pay", lambda: client.post(answer.url, {"ending": "pay"}))
    answer = visit("return", lambda: client.get(answer.url))
    visit("thank you", lambda: client.get(answer.url))
    return costs


def test_a_whole_checkout_takes_at_most_120_queries(client):
    cache.clear()
    make.delivery()
    make.offer(percent="10")
    costs = buy(client, make.product(stock=5))
    assert Order.objects.get().status == "paid"
    assert sum(costs.values()) <= 120, costs
    assert costs["add"] <= 12, costs
