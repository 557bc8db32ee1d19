"""The request as the shop's middleware hands it to a page."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shop.customers.models import User
from shop.forks.basket.models import Basket


class ShopRequest(HttpRequest):
    """For type checkers: what is on every request of the shop."""

    basket: Basket
    htmx: HtmxDetails
    user: User
