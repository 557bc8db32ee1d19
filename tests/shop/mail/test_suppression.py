"""Addresses that take no more marketing."""

import pytest

from shop.mail import suppression
from shop.mail.models import Suppression
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spelling", ["Ana@Example.com", " ana@example.com ", "ana+news@example.com", "ANA+1+2@EXAMPLE.COM"])
def test_a_mailbox_is_blocked_in_every_spelling(spelling):
    suppression.suppress("ana@example.com", "complaint")
    assert suppression.find(spelling)
    suppression.suppress(spelling, "bounce")
    assert Suppression.objects.get().reason == "complaint"


@pytest.mark.parametrize("other", ["ben@example.com", "ana@example.org", "+@example.com", "", "no address"])
def test_other_mailboxes_are_not(other):
    suppression.suppress("ana@example.com", "complaint")
    assert suppression.find(other) is None


def test_the_list_keeps_no_address():
    suppression.suppress("ana@example.com", "complaint")
    assert "ana" not in str(Suppression.objects.values().get())


def test_a_new_secret_key_keeps_the_list(settings):
    suppression.suppress("ana@example.com", "complaint")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key of next year, long and secret"
    assert suppression.find("ana@example.com")
    suppression.suppress("ana@example.com", "bounce")
    assert Suppression.objects.count() == 1


def test_a_block_is_an_event_of_the_person():
    ana = make.customer()
    suppression.suppress(ana.email, "bounce", ana)
    suppression.suppress(ana.email, "bounce", ana)
    assert list(ana.events.values_list("kind", "data")) == [("mail.suppressed", {"reason": "bounce"})]
