"""What people agreed to, and when it counts."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.events.models import Event
from tests import make

pytestmark = pytest.mark.django_db

FORM = Consent.Source.FORM


def kinds_of(customer):
    return list(customer.events.order_by("pk").values_list("kind", flat=True))


def test_news_count_only_once_the_mailbox_says_yes():
    ana = make.customer()
    asked = consent.give(ana, "news", source=FORM, wording="Send me news", ip="192.0.2.1")
    assert not consent.is_given(ana, "news")
    consent.confirm(consent.token(asked))
    assert consent.is_given(ana, "news")
    assert kinds_of(ana) == ["customer.consent_asked", "customer.consent_given"]
    ana.refresh_from_db()
    assert ana.email_confirmed_at


def test_a_decision_keeps_its_proof():
    ana = make.customer()
    asked = consent.give(ana, "news", source=FORM, wording="Send me news", ip="192.0.2.1")
    confirmed = consent.confirm(consent.token(asked), ip="192.0.2.2")
    assert confirmed.pk != asked.pk, "rows are only ever added"
    assert (asked.source, asked.wording, asked.ip_address) == ("form", "Send me news", "192.0.2.1")
    assert (confirmed.wording, confirmed.ip_address) == ("Send me news", "192.0.2.2")


def test_confirming_twice_is_confirming_once():
    ana = make.customer()
    link = consent.token(consent.give(ana, "news", source=FORM))
    consent.confirm(link)
    consent.confirm(link)
    assert ana.consents.count() == 2
    assert kinds_of(ana).count("customer.consent_given") == 1


def test_other_topics_count_at_once():
    ana = make.customer()
    consent.give(ana, "stock", source=FORM)
    assert consent.is_given(ana, "stock")
    assert not consent.is_given(ana, "news")
    assert not consent.is_given(make.customer(), "stock")


def test_no_is_no_from_the_moment_it_is_said():
    ana = make.customer()
    consent.give(ana, "news", source=FORM, confirmed_at=timezone.now())
    consent.withdraw(ana, "news", source=Consent.Source.UNSUBSCRIBE)
    consent.withdraw(ana, "news", source=Consent.Source.UNSUBSCRIBE)
    assert not consent.is_given(ana, "news")
    assert ana.consents.count() == 2
    assert kinds_of(ana) == ["customer.consent_given", "customer.consent_withdrawn"]


def test_a_link_confirms_nothing_after_a_no():
    ana = make.customer()
    link = consent.token(consent.give(ana, "news", source=FORM))
    consent.withdraw(ana, "news", source=Consent.Source.ACCOUNT)
    with pytest.raises(consent.ExpiredLink):
        consent.confirm(link)
    assert not consent.is_given(ana, "news")


def test_ticking_the_box_again_does_not_ask_who_has_confirmed_before():
    ana = make.customer()
    consent.give(ana, "news", source=FORM, confirmed_at=timezone.now())
    consent.give(ana, "news", source=Consent.Source.CHECKOUT)
    assert consent.is_given(ana, "news")
    assert "customer.consent_asked" not in kinds_of(ana)


@pytest.mark.parametrize("spoil", [lambda link: link[:-2], lambda link: link + "x", lambda link: "", lambda link: "1:2:3"])
def test_a_changed_link_confirms_nothing(spoil):
    ana = make.customer()
    link = consent.token(consent.give(ana, "news", source=FORM))
    with pytest.raises(consent.ExpiredLink):
        consent.confirm(spoil(link))


def test_a_link_made_for_something_else_confirms_nothing():
    asked = consent.give(make.customer(), "news", source=FORM)
    for salt in ("mail.unsubscribe", "customers.identity", "django.core.signing"):
        with pytest.raises(consent.ExpiredLink):
            consent.confirm(signing.dumps(asked.pk, salt=salt))


def test_a_link_is_good_for_two_weeks(monkeypatch):
    link = consent.token(consent.give(make.customer(), "news", source=FORM))
    monkeypatch.setattr(consent, "TOKEN_LIFETIME", timedelta(seconds=-1))
    with pytest.raises(consent.ExpiredLink):
        consent.confirm(link)


def test_a_link_outlives_a_change_of_the_secret_key(settings):
    ana = make.customer()
    link = consent.token(consent.give(ana, "news", source=FORM))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another long secret of today"
    consent.confirm(link)
    assert consent.is_given(ana, "news")


def test_who_agrees_is_one_query(django_assert_num_queries):
    yes, asked, no = make.customer(), make.customer(), make.customer()
    consent.give(yes, "news", source=FORM, confirmed_at=timezone.now())
    consent.give(asked, "news", source=FORM)
    consent.give(no, "news", source=FORM, confirmed_at=timezone.now())
    consent.withdraw(no, "news", source=FORM)
    with django_assert_num_queries(1):
        assert list(Customer.objects.agreeing_to("news")) == [yes]


def test_an_unknown_topic_is_an_error_not_a_row():
    with pytest.raises(ValueError):
        consent.give(make.customer(), "astrology", source=FORM)
    assert not Consent.objects.exists() and not Event.objects.exists()
