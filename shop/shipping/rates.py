"""What delivery costs and when it comes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from shop.rules.kept import Kept
from shop.shipping.models import Band, Method

SATURDAY = 5

_methods = Kept(lambda: {method.code: method for method in Method.objects.all()}, "shipping_method")
_bands = Kept(lambda: list(Band.objects.offered()), "shipping_method", "shipping_band")


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


def method_called(code: str) -> Method | None:
    """A way of delivery by its code, also one that is not offered any more."""
    return _methods().get(code)


def options_for(goods_total: Decimal, weight_g: int, country: str, *, today: date | None = None) -> list[Option]:
    """Ways of delivery to a country (ISO code) for a basket of this value and weight, in the merchant's order."""
    today = today or timezone.localdate()
    fitting: dict[int, Band] = {}  # the first band of each way that holds the weight; one without is not offered
    for band in _bands():
        if band.method.goes_to(country) and band.holds(weight_g):
            fitting.setdefault(band.method_id, band)
    return [_option(band, goods_total, today) for band in fitting.values()]


def _option(band: Band, goods_total: Decimal, today: date) -> Option:
    method = band.method
    is_free = method.free_over is not None and goods_total >= method.free_over
    return Option(
        code=method.code,
        name=method.name,
        price=Decimal(0) if is_free else band.price,
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
