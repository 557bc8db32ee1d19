"""Codes typed into the basket."""

import unicodedata
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.customers.models import User
from shop.forks.basket.models import Basket
from shop.forks.voucher.models import Voucher
from shop.orders.quotes import Quote


class NotAccepted(ValueError):
    """The code does nothing here. One message for every reason, or codes could be told apart by trying them."""

    def __str__(self) -> str:
        return str(_("This code is not valid for this basket. It may be mistyped, used up or out of date."))


class BelongsToSomebodyElse(NotAccepted):
    """Such a code is drawn by chance, too long to be guessed: saying whose it is not gives nothing away."""

    def __str__(self) -> str:
        return str(_("This voucher belongs to somebody else."))


def add(basket: Basket, code: str, user: User | AnonymousUser) -> Voucher:
    """Put a voucher on an open basket. Raises `NotAccepted`."""
    tidy = _tidy(code)
    voucher = Voucher.objects.filter(code__iexact=tidy).first() if tidy else None
    if voucher is None or not voucher.is_active() or not _is_for(voucher, user):
        raise NotAccepted if voucher is None or voucher.is_for(None, user) else BelongsToSomebodyElse
    with transaction.atomic():
        _hold(basket)
        basket.vouchers.add(voucher)
    return voucher


def _tidy(code: str) -> str:
    """As it is meant when it is copied from a mail or typed on another keyboard: without blanks and invisible marks."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", code) if letter.isprintable() and letter != " ").upper()


def remove(basket: Basket, voucher_id: int) -> None:
    """Take a voucher off an open basket; one that is not there is not missed. Raises `NotAccepted` when it is closed."""
    with transaction.atomic():
        _hold(basket)
        basket.vouchers.remove(*basket.vouchers.filter(pk=voucher_id))


@dataclass(frozen=True)
class OnBasket:
    """A voucher on a basket. `works` is false for one that takes nothing off (any more)."""

    voucher: Voucher
    works: bool
    why_not: str = ""


def of(quote: Quote) -> list[OnBasket]:
    """The vouchers on the basket that was quoted, in the order of their codes."""
    working = _working(quote)
    return [
        OnBasket(one, one.pk in working, quote.why_not.get(one.pk, ""))
        for one in sorted(quote.vouchers, key=lambda one: one.code)
    ]


def _working(quote: Quote) -> set[int | None]:
    """Vouchers that give something: off a price, or a gift."""
    return {one.voucher.pk for one in quote.applications if one.voucher and not one.is_shipping} | {
        discount.voucher_id for discount in quote.discounts
    }


def why_not(quote: Quote, voucher_id: int) -> str | None:
    """Why a voucher gives nothing to the basket that was quoted; None where it does."""
    return None if voucher_id in _working(quote) else quote.why_not.get(voucher_id, "")


class OfNoUse(NotAccepted):
    """A good code on a basket that it gives nothing to: saying why helps more than it gives away to a slow guesser."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(_("The code is good, but it gives nothing on this basket: %(reason)s")) % {"reason": self.reason}


def _is_for(voucher: Voucher, user: User | AnonymousUser) -> bool:
    """A guest may take a code that each customer can use once: the order knows who they are, and counts it there."""
    if voucher.usage == Voucher.ONCE_PER_CUSTOMER and user.is_anonymous:
        return True
    return bool(voucher.is_available_to_user(user=user)[0])


def _hold(basket: Basket) -> None:
    """Keep the order from being placed meanwhile: a voucher never goes once its discount is in an order."""
    if not Basket.objects.select_for_update().filter(pk=basket.pk, status=Basket.OPEN).exists():
        raise NotAccepted
