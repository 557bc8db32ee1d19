"""Whose basket a request has."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.signing import Signer
from django.http import HttpResponse
from django.test import RequestFactory

from shop.forks.basket.middleware import COOKIE, SIGNER, BasketMiddleware
from shop.forks.basket.models import Basket
from tests import make

pytestmark = pytest.mark.django_db


def visit(act=lambda request: request.basket.item_count, *, cookie=None, user=None):
    """One request; what `act` returned, and the response."""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if cookie:
        request.COOKIES[COOKIE] = cookie
    seen = []

    def view(request):
        seen.append(act(request))
        return HttpResponse()

    return seen, BasketMiddleware(view)(request)


def test_looking_makes_no_basket_and_no_cookie(django_assert_num_queries):
    with django_assert_num_queries(0):
        seen, response = visit()
    assert seen == [0]
    assert COOKIE not in response.cookies
    assert not Basket.objects.exists()


def test_a_guest_finds_their_basket_by_a_cookie_that_is_kept_from_scripts():
    tea = make.product()
    _seen, response = visit(lambda request: request.basket.add_product(tea))
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert visit(cookie=cookie.value)[0] == [1]


def test_the_header_takes_one_query(django_assert_num_queries):
    basket = make.basket(make.product())
    with django_assert_num_queries(1):
        assert visit(cookie=SIGNER.sign(basket.pk))[0] == [1]


@pytest.mark.parametrize(
    "forge", [str, lambda pk: Signer().sign(pk), lambda pk: SIGNER.sign(pk)[:-1], lambda pk: SIGNER.sign(f"x{pk}")]
)
def test_a_cookie_that_we_did_not_make_for_this_opens_no_basket(forge):
    basket = make.basket(make.product())
    assert visit(cookie=forge(basket.pk))[0] == [0]


def test_an_account_keeps_its_basket_and_takes_over_the_guests():
    ana, tea = make.user(), make.product()
    guests = make.basket(tea)
    seen, response = visit(cookie=SIGNER.sign(guests.pk), user=ana)
    assert seen == [1]
    assert response.cookies[COOKIE].value == ""
    assert Basket.open.get(owner=ana).item_count == 1
    assert visit(user=ana)[0] == [1]


def test_the_basket_of_an_account_is_not_found_by_cookie():
    theirs = make.basket(make.product(), owner=make.user())
    assert visit(cookie=SIGNER.sign(theirs.pk))[0] == [0]
