"""Pages that mails lead to: a scanner that opens every link changes nothing."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from shop.customers import consent, privacy
from shop.mail import suppression, unsubscribing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    """A mail program: no cookies, and no CSRF token."""
    client.handler.enforce_csrf_checks = True
    return client


def subscriber(**fields):
    customer = make.customer(**fields)
    consent.give(customer, "news", source="form", confirmed_at=timezone.now())
    consent.give(customer, "stock", source="form")
    return customer


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_stops_nothing(reader, method):
    ana = subscriber()
    response = getattr(reader, method)(unsubscribing.path(ana, "news"))
    assert response.status_code == 200
    assert consent.is_given(ana, "news")


def test_the_button_of_the_mailbox_stops_at_once_without_cookies(reader):
    ana = subscriber()
    response = reader.post(unsubscribing.path(ana, "news"), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200, "a redirect would break RFC 8058"
    assert not consent.is_given(ana, "news")
    assert consent.is_given(ana, "stock")
    assert ana.consents.first().source == "unsubscribe"


def test_everything_is_everything_that_comes_by_mail(reader):
    ana = subscriber()
    reader.post(unsubscribing.path(ana, "news"), {"what": "everything"})
    assert not consent.is_given(ana, "news") and not consent.is_given(ana, "stock")


def test_pressing_twice_is_pressing_once(reader):
    ana = subscriber()
    for _ in range(2):
        assert reader.post(unsubscribing.path(ana, "news")).status_code == 200
    assert ana.events.filter(kind="customer.consent_withdrawn").count() == 1


def test_the_page_speaks_the_readers_language(reader):
    ana = subscriber(language="uk")
    assert 'lang="uk"' in reader.get(unsubscribing.path(ana, "news")).content.decode()


def test_the_page_does_not_tell_whose_mail_it_is(reader):
    ana = subscriber(first_name="Annabella")
    page = reader.get(unsubscribing.path(ana, "news")).content.decode()
    assert ana.email not in page and "Annabella" not in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_tampered_with_gets_a_helpful_page(reader, method):
    ana = subscriber()
    good = unsubscribing.token(ana, "news")
    swapped = [
        good[:-3],
        good + "A",
        "x",
        consent.token(consent.give(ana, "news", source="form")),
        signing.dumps([ana.uid.hex, "news"], salt="customers.identity"),
        signing.dumps([ana.uid.hex, "nonsense"], salt="mail.unsubscribe"),
        signing.dumps(["no-uid", "news"], salt="mail.unsubscribe"),
        signing.dumps({"a": 1}, salt="mail.unsubscribe"),
    ]
    for token in swapped:
        response = getattr(reader, method)(f"/unsubscribe/{token}/")
        assert response.status_code == 404
        assert "no longer good" in response.content.decode()
    assert consent.is_given(ana, "news")


def test_a_link_is_good_for_years_but_not_for_ever(reader, monkeypatch):
    path = unsubscribing.path(subscriber(), "news")
    monkeypatch.setattr(unsubscribing, "LIFETIME", timedelta(seconds=-1))
    assert reader.get(path).status_code == 404


def test_the_erased_have_nothing_to_stop(reader):
    ana = subscriber()
    path = unsubscribing.path(ana, "news")
    privacy.erase(ana)
    assert reader.post(path).status_code == 404


def test_opening_the_confirmation_link_confirms_nothing(reader):
    ana = make.customer()
    asked = consent.give(ana, "news", source="form")
    assert reader.get(f"/subscribe/{consent.token(asked)}/").status_code == 200
    assert not consent.is_given(ana, "news")


def test_the_button_confirms_and_lifts_an_old_complaint(reader):
    ana = make.customer()
    suppression.suppress(ana.email, "complaint")
    asked = consent.give(ana, "news", source="form")
    assert reader.post(f"/subscribe/{consent.token(asked)}/").status_code == 200
    assert consent.is_given(ana, "news")
    assert suppression.find(ana.email) is None


def test_what_staff_have_blocked_no_link_lifts(reader):
    ana = make.customer()
    suppression.suppress(ana.email, "staff")
    reader.post(f"/subscribe/{consent.token(consent.give(ana, 'news', source='form'))}/")
    assert suppression.find(ana.email)


def test_a_bad_confirmation_link_gets_a_helpful_page(reader):
    assert reader.post("/subscribe/nonsense/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_verbs_are_refused(reader, method):
    ana = subscriber()
    assert getattr(reader, method)(unsubscribing.path(ana, "news")).status_code == 405
    assert consent.is_given(ana, "news")
