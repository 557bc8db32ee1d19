"""One form of the checkout, sent many times at once by one browser."""

import copy
import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from shop.forks import races
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.payments.models import PaymentAttempt, TestSession
from tests import make
from tests.races.conftest import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
INDEX = reverse("checkout:index")


@pytest.fixture
def form(client: Client) -> dict[str, str]:
    """What the page with two packets of tea sends when the button is pressed."""
    make.delivery("4.90")
    client.post(reverse("basket:add", args=[make.product("Assam", stock=50).pk]), {"quantity": "2"})
    hidden = re.findall(r'name="(basket|seen_total)" value="([^"]*)"', client.get(INDEX).content.decode())
    typed = {"email": "ana@example.com", "country": "RO", "first_name": "Ana", "last_name": "Popescu", "line1": "Lipscani 12"}
    town = {"postcode": "010011", "line4": "București", "state": "Ilfov", "shipping": "courier", "payment": "test"}
    return {name: html.unescape(value) for name, value in hidden} | typed | town


def press_ten_times(client: Client, form: dict[str, str]) -> list[object]:
    def press() -> object:
        window = Client()
        window.cookies = copy.deepcopy(client.cookies)
        answer = window.post(INDEX, form)
        return answer.status_code, answer.get("Location", "")

    return all_at_once([press] * 10)


def test_ten_presses_at_once_are_one_order_with_one_payment_page(client: Client, form: dict[str, str]) -> None:
    answers = press_ten_times(client, form)
    order = Order.objects.get()
    assert (PaymentAttempt.objects.count(), TestSession.objects.count()) == (1, 1)
    assert StockRecord.objects.get().num_allocated == 2
    assert {status for status, _where in answers} == {302}, answers
    pages = {re.sub(r"^https?://[^/]+", "", where) for _status, where in answers}
    assert pages == {f"/pay/test/{order.attempts.get().key}/"}


def test_without_the_claim_on_the_basket_the_same_presses_end_in_errors(client: Client, form: dict[str, str]) -> None:
    """The negative control: with the guard off the database's last line of defence shows up."""
    races.guards_off.add("basket")
    answers = press_ten_times(client, form)
    assert Order.objects.count() == 1  # one_order_per_basket
    assert {answer[0] if isinstance(answer, tuple) else type(answer).__name__ for answer in answers} != {302}
