"""Which basket a request has, read only when a page asks for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from shop.forks.basket.models import Basket
from shop.forks.partner.strategy import Selector

COOKIE = settings.OSCAR_BASKET_COOKIE_OPEN
SIGNER = Signer(salt="shop.basket.cookie")  # a purpose of its own: no other signed number makes a basket


class BasketMiddleware:
    """`request.basket`: the open basket of the account, else of the cookie, else a new one that is not saved yet.

    No offers are applied here: the header shows `item_count` and `shown_total` from the row, and a page that needs
    prices asks `shop.orders.quotes`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.strategy = Selector().strategy(request)
        request.basket = lazy = SimpleLazyObject(lambda: basket_of(request))
        response = self.get_response(request)
        if lazy._wrapped is not empty:
            _answer(request, response)
        return response


def basket_of(request: Any) -> Basket:
    """The basket that a request's owner has open; what a guest had is merged in when they log in."""
    guests = _cookie_basket(request)
    if not request.user.is_authenticated:
        basket = guests or Basket()
    else:
        basket = Basket.open.filter(owner=request.user).first() or Basket(owner=request.user)
        if guests:
            basket = _take_over(basket, guests)
    basket.strategy = request.strategy
    return basket


def _take_over(own: Basket, guests: Basket) -> Basket:
    if own.pk is None:
        own = Basket.open.get_or_create(owner=own.owner)[0]
    own.merge(guests)
    return own


def _cookie_basket(request: HttpRequest) -> Basket | None:
    """The open basket that the cookie names. A closed one keeps its cookie: it may be reopened when payment fails."""
    try:
        basket_id = int(SIGNER.unsign(request.COOKIES[COOKIE]))
    except (KeyError, BadSignature, ValueError):
        return None
    return next(iter(Basket.objects.filter(pk=basket_id, owner=None, status=Basket.OPEN)), None)


def _answer(request: Any, response: HttpResponse) -> None:
    basket = request.basket
    if request.user.is_authenticated:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        return
    if basket.pk is None:
        return
    value = SIGNER.sign(basket.pk)
    if request.COOKIES.get(COOKIE) != value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=settings.OSCAR_BASKET_COOKIE_LIFETIME,
            secure=settings.OSCAR_BASKET_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
