"""Trying to be paid."""

from dataclasses import dataclass
from typing import Any

from shop.forks.order.models import Order


@dataclass(frozen=True)
class Step:
    """Where the shopper goes now: to `redirect_url`, or straight to the thank-you page when it is None."""

    redirect_url: str | None
    attempt: Any


def start(order: Order, payment_code: str, return_url: str) -> Step:
    """Begin, resume or renew payment of an order. `return_url` is the page that the shopper comes back to, a path."""
    raise NotImplementedError
