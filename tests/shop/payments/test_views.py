"""The test provider's page."""

import pytest
from django.urls import reverse

from shop.forks.order.models import Order
from shop.payments import attempts, settlement, webhooks
from shop.payments.models import PaymentAttempt, TestCharge
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    return attempts.start(make.order(), "test", "/about/").attempt


def end(client, attempt, ending):
    response = client.post(attempt.redirect_url, {"ending": ending})
    settlement.settle(PaymentAttempt.objects.get())
    webhooks.apply_waiting()
    return response


def test_it_asks_how_the_payment_should_end(client, attempt):
    page = client.get(attempt.redirect_url)
    assert page.status_code == 200
    assert attempt.order.number in page.content.decode()


@pytest.mark.parametrize(
    ("ending", "answer", "status", "taken"),
    [
        ("pay", 302, "paid", 1),
        ("decline", 302, "pending_payment", 0),
        ("funds", 302, "pending_payment", 0),
        ("silent", 504, "paid", 1),
        ("twice", 302, "paid", 1),
        ("late", 302, "pending_payment", 1),
        ("leave", 302, "pending_payment", 0),
        ("explode", 400, "pending_payment", 0),
    ],
)
def test_each_ending_ends_as_it_says(client, attempt, ending, answer, status, taken):
    response = end(client, attempt, ending)
    assert (response.status_code, Order.objects.get().status, TestCharge.objects.count()) == (answer, status, taken)
    if answer == 302:
        assert response["Location"] == "/about/"


def test_paying_twice_on_the_page_takes_the_money_once(client, attempt):
    for _ in range(2):
        end(client, attempt, "pay")
    assert TestCharge.objects.count() == 1
    assert "This payment is over." in client.get(attempt.redirect_url).content.decode()


def test_what_was_declined_cannot_be_paid_on_the_same_page(client, attempt):
    for ending in ("decline", "pay"):
        end(client, attempt, ending)
    assert not TestCharge.objects.exists()


def test_the_page_is_not_there_in_production(client, attempt, settings):
    settings.DEMO = settings.TESTING = False
    assert client.get(attempt.redirect_url).status_code == 404


def test_an_unknown_payment_has_no_page(client):
    assert client.get(reverse("payments:test-page", kwargs={"key": "0" * 8 + "-0000-0000-0000-" + "0" * 12})).status_code == 404
