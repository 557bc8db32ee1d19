"""What a payment provider has to be able to do.

Every call carries the key of the attempt or refund: asked twice, a provider acts once. No call is made inside a
transaction, because its answer cannot be rolled back and its wait would hold other people's locks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise

from shop.forks import money
from shop.payments.models import PaymentAttempt, Refund

P = ParamSpec("P")
R = TypeVar("R")


class Unreachable(Exception):
    """The provider did not answer, or not in a way that tells what it did. Ask again later."""


class Forged(Exception):
    """A webhook call that the provider did not make."""


class Result(Enum):
    PENDING = "pending"  # the shopper may still pay
    CAPTURED = "captured"
    DECLINED = "declined"
    ABSENT = "absent"  # the provider knows nothing of it, or has closed it: no money will come of it


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt. `amount` and `currency` are what the provider took, as it says itself."""

    result: Result
    charge: str = ""
    minor_units: int | None = None
    currency: str = ""
    error: str = ""


@dataclass(frozen=True)
class Started:
    """Where the shopper pays."""

    reference: str
    redirect_url: str


@dataclass(frozen=True)
class RefundOutcome:
    is_done: bool
    reference: str = ""
    error: str = ""


@dataclass(frozen=True)
class Notice:
    """A verified webhook call: something has happened to this attempt. What, the provider is asked."""

    event_id: str
    kind: str
    attempt_key: str | None
    reference: str = ""


def outside_transactions(call: Callable[P, R]) -> Callable[P, R]:
    """Refuse to be called inside a transaction (the one that a test is wrapped in does not count)."""

    @wraps(call)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if any(not getattr(block, "_from_testcase", False) for block in transaction.get_connection().atomic_blocks):
            raise RuntimeError("A payment provider was called inside a transaction.")
        return call(*args, **kwargs)

    return checked


class Gateway:
    """One provider."""

    code: str
    name: Promise | str
    description: Promise | str = ""
    is_offline = False  # paid outside the shop; staff say when
    unpaid_status = "pending_payment"  # where an order stands until it is paid this way
    # What only staff can do something about: kind of a webhook call -> the note that they find on the order, in English.
    worries: Mapping[str, str] = {}

    def is_on(self) -> bool:
        """Whether it is offered where the merchant has set up nothing."""
        raise NotImplementedError

    def takes(self, amount: Decimal, currency: str) -> bool:
        """Whether it can be asked for such an amount at all."""
        return True

    def start(self, attempt: PaymentAttempt) -> Started:
        """Open a payment page for an attempt, or the one that it already has. Raises `Unreachable`."""
        raise NotImplementedError

    def outcome(self, attempt: PaymentAttempt) -> Outcome:
        """What became of an attempt. Raises `Unreachable`."""
        raise NotImplementedError

    def close(self, attempt: PaymentAttempt) -> None:
        """See to it that no money comes of the attempt any more, unless it already has. Raises `Unreachable`."""
        raise NotImplementedError

    def refund(self, refund: Refund) -> RefundOutcome:
        """Give money back. Raises `Unreachable`."""
        raise NotImplementedError

    def units(self, amount: Decimal, currency: str) -> int:
        """An amount as the provider counts it."""
        return money.minor_units(amount, currency)

    def read_webhook(self, request: HttpRequest) -> Notice:
        """What a webhook call says. Raises `Forged`."""
        raise Forged(self.code)


def order_page(attempt: PaymentAttempt, base: str) -> str:
    """The full address that the shopper comes back to."""
    return base + (attempt.return_path or "/")


def plain(thing: Any) -> str:
    """A provider's message, short enough to be kept."""
    return str(thing)[:255]
