"""From basket to order: everything scarce is reserved and the order written in one transaction, before any payment."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from shop.customers.models import User
from shop.forks.order.models import Order
from shop.orders.quotes import Quote


@dataclass(frozen=True)
class Details:
    """What the shopper typed at the checkout. `line4` is the city, `country` an ISO code."""

    email: str
    first_name: str
    last_name: str
    line1: str
    line4: str
    country: str
    shipping_code: str
    payment_code: str
    line2: str = ""
    state: str = ""
    postcode: str = ""
    phone: str = ""
    note: str = ""
    language: str = "en"
    wants_news: bool = False
    news_wording: str = ""
    ip: str | None = None


class CannotPlace(Exception):
    """The basket stays open; `str()` tells the shopper why, in their language."""

    message = _("The order could not be placed.")

    def __str__(self) -> str:
        return str(self.message)


class BasketIsEmpty(CannotPlace):
    message = _("Your basket is empty.")


class SoldOut(CannotPlace):
    """`lines`: (product title, units left) of what is short."""

    message = _("Some things in your basket have just sold out.")

    def __init__(self, lines: list[tuple[str, int]]) -> None:
        super().__init__()
        self.lines = lines


class PriceChanged(CannotPlace):
    """`quote`: what the basket costs now."""

    message = _("The total has changed since you saw it. Please look at it again.")

    def __init__(self, quote: Quote) -> None:
        super().__init__()
        self.quote = quote


class VoucherNotValid(CannotPlace):
    message = _("A voucher in your basket is not valid any more. It was taken out.")


class NoSuchShipping(CannotPlace):
    message = _("This way of delivery is not possible for your basket. Please choose another.")


class NoSuchPayment(CannotPlace):
    message = _("This way to pay is not possible for your basket. Please choose another.")


class TooBusy(CannotPlace):
    message = _("Many people are buying this right now. Please try again.")


def place(basket_id: int, *, details: Details, user: User | AnonymousUser | None, seen_total: Decimal | None) -> Order:
    """The order of this basket: written now, or the one that it already has. Raises subclasses of `CannotPlace`."""
    raise NotImplementedError
