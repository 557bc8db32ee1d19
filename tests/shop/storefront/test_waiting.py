"""Waiting for what is sold out: asked once, told in waves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.customers import consent
from shop.customers.models import Customer
from shop.events.models import Event
from shop.forks.partner.models import StockRecord
from shop.storefront import waiting
from shop.storefront.models import StockRequest
from tests import make

pytestmark = pytest.mark.django_db


def sold_out():
    product = make.product()
    StockRecord.objects.filter(product=product).update(num_in_stock=0)
    return product


def comes_back(product, units):
    StockRecord.objects.filter(product=product).update(num_in_stock=units)


def crowd(product, count):
    for number in range(count):
        waiting.wait_for(product, make.customer(f"p{number}@example.com"))


def ask(client, product, email="ana@example.com"):
    return client.post(reverse("catalogue:waiting", kwargs={"pk": product.pk}), {"email": email})


def test_the_page_of_something_sold_out_offers_to_write(client):
    product = sold_out()
    assert reverse("catalogue:waiting", kwargs={"pk": product.pk}) in client.get(product.get_absolute_url()).content.decode()


def test_who_asks_waits_and_has_agreed(client):
    product = sold_out()
    assert ask(client, product).status_code == 302
    customer = Customer.objects.get(email="ana@example.com")
    assert StockRequest.objects.get().customer == customer
    assert consent.is_given(customer, "stock")


def test_asking_twice_is_asking_once(client):
    product = sold_out()
    ask(client, product)
    ask(client, product, "ANA@example.com ")
    assert StockRequest.objects.count() == 1


@pytest.mark.parametrize("email", ["", "ana", "a@b", "x" * 300 + "@example.com"])
def test_what_is_no_address_is_asked_again(client, email):
    product = sold_out()
    answer = ask(client, product, email)
    assert answer.status_code == 422
    assert not StockRequest.objects.exists()


def test_what_is_not_shown_cannot_be_waited_for(client):
    product = sold_out()
    product.is_public = False
    product.save()
    assert ask(client, product).status_code == 404
    parent = make.variants()
    assert ask(client, parent).status_code == 404


def test_many_requests_from_one_place_are_refused(client):
    product = sold_out()
    for number in range(25):
        ask(client, product, f"p{number}@example.com")
    assert StockRequest.objects.count() == 20


def test_fifty_wait_one_unit_comes_back_three_are_told():
    product = sold_out()
    crowd(product, 50)
    comes_back(product, 1)
    now = timezone.now()
    assert waiting.tell(now) == 3
    assert StockRequest.objects.filter(told_at=None).count() == 47
    assert [event.customer.email for event in Event.objects.filter(kind="product.back_in_stock").order_by("pk")] == [
        "p0@example.com",
        "p1@example.com",
        "p2@example.com",
    ]


def test_the_next_wave_waits_a_day():
    product = sold_out()
    crowd(product, 10)
    comes_back(product, 1)
    now = timezone.now()
    waiting.tell(now)
    assert waiting.tell(now + timedelta(hours=20)) == 0
    assert waiting.tell(now + timedelta(hours=25)) == 3


def test_nobody_is_told_of_an_empty_shelf():
    product = sold_out()
    crowd(product, 3)
    assert waiting.tell(timezone.now()) == 0
    StockRecord.objects.filter(product=product).update(num_in_stock=5, num_allocated=5)
    assert waiting.tell(timezone.now()) == 0


def test_who_was_told_may_wait_again():
    product = sold_out()
    crowd(product, 1)
    comes_back(product, 5)
    assert waiting.tell(timezone.now()) == 1
    crowd(product, 1)
    assert StockRequest.objects.count() == 2


def test_who_said_stop_since_takes_nobodys_place_in_the_wave():
    product = sold_out()
    crowd(product, 4)
    for number in range(3):
        consent.withdraw(Customer.objects.get(email=f"p{number}@example.com"), "stock", source="unsubscribe")
    comes_back(product, 1)
    assert waiting.tell(timezone.now()) == 1
    assert StockRequest.objects.get(told_at__isnull=False).customer.email == "p3@example.com"
