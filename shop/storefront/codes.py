"""Codes that are no vouchers, typed where vouchers are: an app says what its own mean."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from django.http import HttpResponse

from shop.storefront.shopping import ShopRequest


class Answer(NamedTuple):
    """What the shopper reads of their code, as good news or as an error, and what the page's answer has to keep of it."""

    said: str = ""
    error: str = ""
    keep: Callable[[HttpResponse], None] | None = None


Knows = Callable[[ShopRequest, str], Answer | None]
K = TypeVar("K", bound=Knows)

_known: list[Knows] = []


def known(knows: K) -> K:
    """Register who answers for a kind of code; None for a code that is no such one."""
    _known.append(knows)
    return knows


def answer(request: ShopRequest, code: str) -> Answer | None:
    """What the first who knows the code says of it."""
    return next((found for knows in _known if (found := knows(request, code))), None)
