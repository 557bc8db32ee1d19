"""Ways to pay."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Provider:
    """A way to pay, as the checkout shows it."""

    code: str
    name: str
    description: str
    surcharge: Decimal = Decimal(0)


def available(total: Decimal, currency: str, country: str) -> list[Provider]:
    """Ways to pay this total from this country, in the merchant's order."""
    raise NotImplementedError
