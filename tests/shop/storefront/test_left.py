"""Baskets left behind are noted once for each change, and only where somebody may be reminded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.customers import accounts, consent
from shop.customers.models import Customer
from shop.events.models import Event
from shop.forks.basket.models import Basket
from shop.storefront import drafts, left
from shop.storefront.models import CheckoutDraft
from tests import make

pytestmark = pytest.mark.django_db


def aged(basket, hours):
    """As if nobody had touched it for so long."""
    moment = timezone.now() - timedelta(hours=hours)
    Basket.objects.filter(pk=basket.pk).update(changed_at=moment)
    CheckoutDraft.objects.filter(basket=basket).update(updated_at=moment)


def left_behind(hours=2, **typed):
    basket = make.basket(make.product())
    drafts.keep(basket, {"email": "ana@example.com", **typed}, language="ro")
    aged(basket, hours)
    return basket


def noted():
    return Event.objects.filter(kind="basket.left")


def test_a_basket_left_for_an_hour_is_noted_once():
    basket = left_behind(wants_reminder="on")
    assert (left.note(timezone.now()), left.note(timezone.now())) == (1, 0)
    event = noted().get()
    assert (event.customer.email, event.customer.language) == ("ana@example.com", "ro")
    assert event.data["basket_id"] == basket.pk
    assert event.data["items"] == 1


def test_who_asked_to_be_reminded_has_agreed_in_the_words_they_saw():
    left_behind(wants_reminder="on")
    left.note(timezone.now())
    customer = Customer.objects.get(email="ana@example.com")
    assert consent.is_given(customer, "basket")
    assert customer.consents.get(topic="basket").wording


def test_a_stranger_who_did_not_ask_stays_one():
    left_behind()
    assert left.note(timezone.now()) == 0
    assert not Customer.objects.filter(email="ana@example.com").exists()


def test_a_known_person_who_did_not_ask_is_noted_without_consent():
    make.customer("ana@example.com")
    left_behind()
    assert left.note(timezone.now()) == 1
    assert not consent.is_given(Customer.objects.get(email="ana@example.com"), "basket")


def test_a_basket_still_in_hand_is_not_left():
    left_behind(hours=0.5, wants_reminder="on")
    assert left.note(timezone.now()) == 0


def test_typing_in_the_checkout_is_touching_the_basket():
    basket = left_behind(wants_reminder="on")
    CheckoutDraft.objects.filter(basket=basket).update(updated_at=timezone.now())
    assert left.note(timezone.now()) == 0


def test_a_change_makes_it_news_again():
    basket = left_behind(hours=5, wants_reminder="on")
    left.note(timezone.now())
    basket.add_product(make.product())
    aged(basket, 2)
    assert left.note(timezone.now()) == 1


def test_who_comes_back_and_asks_to_be_reminded_is_noted():
    basket = left_behind(hours=6)
    left.note(timezone.now() - timedelta(hours=4))
    drafts.keep(basket, {"email": "ana@example.com", "wants_reminder": "on"}, language="ro")
    CheckoutDraft.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    assert left.note(timezone.now()) == 1


@pytest.mark.parametrize("status", ["Submitted", "Merged", "Saved"])
def test_only_an_open_basket_counts(status):
    basket = left_behind(wants_reminder="on")
    Basket.objects.filter(pk=basket.pk).update(status=status)
    assert left.note(timezone.now()) == 0


def test_an_emptied_basket_is_no_loss():
    basket = left_behind(wants_reminder="on")
    basket.flush()
    aged(basket, 2)
    assert left.note(timezone.now()) == 0


def test_what_stood_for_days_is_no_news():
    left_behind(hours=24 * 5, wants_reminder="on")
    assert left.note(timezone.now()) == 0


def test_an_account_needs_no_checkout():
    user = make.user("olga@example.com")
    customer = Customer.objects.for_email("olga@example.com")
    Customer.objects.filter(pk=customer.pk).update(user=user)
    aged(make.basket(make.product(), owner=user), 2)
    assert left.note(timezone.now()) == 1
    assert noted().get().customer_id == customer.pk


def test_who_has_an_account_may_tick_the_box_too():
    user = make.user("ana@example.com")
    accounts.confirm(user)
    basket = make.basket(make.product(), owner=user)
    drafts.keep(basket, {"email": "ana@example.com", "wants_reminder": "on"}, language="en")
    aged(basket, 2)
    left.note(timezone.now())
    assert consent.is_given(Customer.objects.get(user=user), "basket")
    assert noted().count() == 1


def test_a_no_said_after_the_tick_stands():
    basket = left_behind(hours=6, wants_reminder="on")
    left.note(timezone.now() - timedelta(hours=4))
    ana = Customer.objects.get(email="ana@example.com")
    consent.withdraw(ana, "basket", source="unsubscribe")
    basket.add_product(make.product())
    aged(basket, 2)
    assert left.note(timezone.now()) == 1
    assert not consent.is_given(ana, "basket")
