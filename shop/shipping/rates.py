"""What delivery costs and when it comes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from shop.shipping.models import Method

SATURDAY = 5


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
    description: str = ""


def options_for(goods_total: Decimal, weight_g: int, country: str, *, today: date | None = None) -> list[Option]:
    """Ways of delivery to a country (ISO code) for a basket of this value and weight, in the merchant's order."""
    today = today or timezone.localdate()
    options = [_option(method, goods_total, weight_g, today) for method in Method.objects.to_country(country)]
    return [option for option in options if option is not None]


def _option(method: Method, goods_total: Decimal, weight_g: int, today: date) -> Option | None:
    price = method.price_for(weight_g)
    if price is None:
        return None
    if method.free_over is not None and goods_total >= method.free_over:
        price = Decimal(0)
    return Option(
        code=method.code,
        name=method.name,
        price=price,
        days_min=method.days_min,
        days_max=method.days_max,
        free_over=method.free_over,
        delivery_from=after_working_days(today, method.days_min),
        delivery_to=after_working_days(today, method.days_max),
        description=method.description,
    )


def after_working_days(start: date, days: int) -> date:
    """The day so many working days (Monday to Friday) later."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            days -= 1
    return day
