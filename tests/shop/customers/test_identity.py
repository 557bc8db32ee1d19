"""Who is asking, and how sure we are."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from shop.customers import accounts, identity, privacy
from tests import make

pytestmark = pytest.mark.django_db


def ask(user=None, cookies=()):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    request.COOKIES.update(cookies)
    return request


def cookie_of(customer):
    response = HttpResponse()
    identity.remember(ask(), response, customer)
    return {identity.COOKIE: response.cookies[identity.COOKIE].value}


def test_a_stranger_is_nobody():
    assert identity.of(ask()) is None


def test_a_browser_in_which_an_address_was_typed_is_known_but_proves_nothing():
    ana = make.customer()
    request = ask(cookies=cookie_of(ana))
    assert identity.of(request) == ana
    assert identity.proven(request) is None


def test_the_cookie_is_for_the_shop_alone():
    response = HttpResponse()
    identity.remember(ask(), response, make.customer())
    cookie = response.cookies[identity.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and "@" not in cookie.value


def test_an_account_proves_who_asks_once_its_address_is_confirmed():
    ana = make.user()
    assert identity.of(ask(ana)).email == ana.email
    assert identity.proven(ask(ana)) is None
    accounts.confirm(ana)
    assert identity.proven(ask(ana)).user == ana


def test_somebody_elses_account_with_the_address_of_a_subscriber_proves_nothing():
    """The subscriber confirmed the address for news; that says nothing about who opened the account."""
    guest = make.customer("ana@example.com")
    guest.email_confirmed_at = guest.created_at
    guest.save()
    assert identity.proven(ask(make.user("ana@example.com"))) is None


def test_the_account_counts_more_than_the_cookie_of_who_sat_here_before():
    ana, ben = make.customer(), make.user()
    assert identity.of(ask(ben, cookie_of(ana))).email == ben.email


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "e30:1:1", "\0"])
def test_a_made_up_cookie_is_nobodys(value):
    assert identity.of(ask(cookies={identity.COOKIE: value})) is None


def test_a_cookie_signed_for_something_else_is_nobodys():
    ana = make.customer()
    forged = signing.dumps(ana.uid.hex, salt="mail.unsubscribe")
    assert identity.of(ask(cookies={identity.COOKIE: forged})) is None


def test_an_erased_person_is_nobody_to_their_old_browser():
    ana = make.customer()
    cookies = cookie_of(ana)
    privacy.erase(ana)
    assert identity.of(ask(cookies=cookies)) is None


def test_logging_out_makes_the_browser_a_strangers(django_assert_num_queries):
    response = HttpResponse()
    request = ask(cookies=cookie_of(make.customer()))
    identity.forget(request, response)
    assert identity.of(request) is None
    assert response.cookies[identity.COOKIE]["max-age"] == 0


def test_asking_twice_costs_one_query(django_assert_num_queries):
    request = ask(cookies=cookie_of(make.customer()))
    with django_assert_num_queries(1):
        identity.of(request)
        identity.of(request)
