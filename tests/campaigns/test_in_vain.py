"""Units come back and are gone before the mail leaves: whoever waited for them hears of the next ones."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from campaigns.automations import in_vain, running
from campaigns.models import Trigger
from shop.forks.partner.models import StockRecord
from shop.mail import sending
from shop.mail.models import Message
from shop.storefront import waiting
from shop.storefront.models import StockRequest
from tests import make
from tests.campaigns.test_automation_page import HEAD, page
from tests.campaigns.test_automations import automation, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea():
    return make.product("Assam")


def units(product, count):
    StockRecord.objects.filter(product=product).update(num_in_stock=count)


def waits(product, email="ana@example.com"):
    customer = make.customer(email)
    waiting.wait_for(product, customer)
    StockRequest.objects.filter(customer=customer).update(asked_at=timezone.now() - timedelta(days=9))
    return StockRequest.objects.get(customer=customer)


def comes_back(product, deliver):
    """One unit; those whose turn it is enter."""
    units(product, 1)
    waiting.tell(timezone.now())
    deliver()


@pytest.mark.parametrize("gone", ["before it was written", "before it left"])
def test_who_was_told_of_nothing_hears_of_the_next_units(tea, deliver, gone):
    automation(send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock")
    units(tea, 0)
    asked = waits(tea)
    comes_back(tea, deliver)
    if gone == "before it left":
        running.advance()
    units(tea, 0)
    running.advance()
    sending.send_due()
    assert mail.outbox == []
    assert in_vain.wait_on(timezone.now()) == 1
    again = StockRequest.objects.get()
    assert (again.told_at, again.asked_at) == (None, asked.asked_at)
    assert in_vain.wait_on(timezone.now()) == 0
    comes_back(tea, deliver)
    running.advance()
    sending.send_due()
    assert [one.subject for one in mail.outbox] == ["Back"]
    assert in_vain.wait_on(timezone.now()) == 0


def test_who_was_told_waits_no_more(tea, deliver):
    automation(send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock")
    waits(tea)
    comes_back(tea, deliver)
    running.advance()
    assert in_vain.wait_on(timezone.now()) == 0, "it may still leave"
    sending.send_due()
    units(tea, 0)
    assert in_vain.wait_on(timezone.now()) == 0
    assert Message.objects.get(kind="automation").state == "sent"


def test_who_has_asked_again_meanwhile_waits_once(tea, deliver):
    automation(send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock")
    first = waits(tea)
    comes_back(tea, deliver)
    units(tea, 0)
    running.advance()
    waiting.wait_for(tea, first.customer)
    assert in_vain.wait_on(timezone.now()) == 1
    assert StockRequest.objects.get().asked_at == first.asked_at


def test_whose_turn_came_while_it_was_off_wait_on_once_it_is_on(tea, deliver, client):
    made = automation(send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock", is_on=False)
    waits(tea)
    comes_back(tea, deliver)
    assert not StockRequest.objects.filter(told_at=None).exists() and not made.runs.exists()
    client.force_login(make.staff("marketer"))
    sent = {**HEAD, "name": "Back", "trigger": "back_in_stock", "topic": "stock", "held_out_percent": "0", "do": "save"}
    for _twice in range(2):
        client.post(page(made), {**sent, "s0-do": "send", "s0-letter": made.steps[0]["letter"]})
        comes_back(tea, deliver)
    running.advance()
    sending.send_due()
    assert [one.subject for one in mail.outbox] == ["Back"]
    assert StockRequest.objects.filter(told_at=None).count() == 0


def test_many_wait_on_in_as_few_queries_as_one(tea, costs_the_same):
    """All who were told since the summer, while somebody waits for the page: thousands in a shop of some size."""
    people = (make.customer(f"p{number}@example.com") for number in range(9))
    first = timezone.now() - timedelta(days=9)
    back = []

    def add():
        waiting.wait_for(tea, next(people))
        StockRequest.objects.update(asked_at=first, told_at=timezone.now())

    def switch_on():
        back.append(in_vain.wait_on_unheard(timezone.now()))
        StockRequest.objects.update(told_at=timezone.now())

    costs_the_same(show=switch_on, add_row=add)
    assert back == [1, 1, 3, 3]
    assert in_vain.wait_on_unheard(timezone.now()) == 3
    assert set(StockRequest.objects.values_list("asked_at", "told_at")) == {(first, None)}


def test_told_twice_in_vain_is_one_wish_and_the_first_place_in_the_row(tea):
    ana, first = make.customer("ana@example.com"), timezone.now() - timedelta(days=9)
    for days in range(2):
        waiting.wait_for(tea, ana)
        asked = first + timedelta(days=days)
        StockRequest.objects.filter(told_at=None).update(asked_at=asked, told_at=timezone.now())
    assert in_vain.wait_on_unheard(timezone.now()) == 2
    assert list(StockRequest.objects.values_list("asked_at", "told_at")) == [(first, None)]
