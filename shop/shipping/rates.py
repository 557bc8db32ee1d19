"""What delivery costs and when it comes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Option:
    """One way to have a basket delivered; `price` is already 0 where the basket has earned free delivery."""

    code: str
    name: str
    price: Decimal
    days_min: int
    days_max: int
    free_over: Decimal | None
    delivery_from: date
    delivery_to: date


def options_for(goods_total: Decimal, weight_g: int, country: str) -> list[Option]:
    """Ways of delivery to a country (ISO code) for a basket of this value and weight, in the merchant's order."""
    raise NotImplementedError
