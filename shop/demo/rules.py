"""How Teapot Lane delivers, is paid, is taxed, and what it gives away."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from shop.demo import source
from shop.demo.source import Table
from shop.forks.catalogue.models import Category
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.voucher.models import Voucher
from shop.orders.models import PaymentMethod
from shop.pricing.models import TaxRate
from shop.shipping.models import Band, Method


@dataclass(frozen=True)
class SeasonalOffer:
    """An offer of the window, with what the history needs to know of it. `percent` is None for three for two."""

    offer: ConditionalOffer
    subcategory: str
    months: frozenset[int]
    percent: int | None


@dataclass(frozen=True)
class Rules:
    offers: list[SeasonalOffer]
    voucher: Voucher
    voucher_offer: ConditionalOffer
    methods: dict[str, Method]


def lay_down(today: date, categories: dict[str, Category]) -> Rules:
    """Countries, delivery, payment, tax, offers and the welcome voucher, as rows."""
    table = source.read("rules.toml")
    for place, entry in enumerate(table["delivery"]):
        _method(entry, place)
    methods = {method.code: method for method in Method.objects.prefetch_related("bands")}
    for place, entry in enumerate(table["payment"]):
        _payment(entry, place)
    TaxRate.objects.bulk_create(
        TaxRate(country=country, rate=Decimal(str(rate)), is_included=country not in table["tax"]["added"])
        for country, rate in table["tax"]["rates"].items()
    )
    offers = [_offer(entry, today, categories, place) for place, entry in enumerate(source.read("shop.toml")["offer"])]
    voucher, voucher_offer = _voucher(table["voucher"], today)
    return Rules(offers, voucher, voucher_offer, methods)


def _method(entry: Table, place: int) -> None:
    method = Method.objects.create(
        code=entry["code"],
        countries=entry["countries"],
        free_over=Decimal(entry["free_over"]),
        days_min=entry["days"][0],
        days_max=entry["days"][1],
        position=place,
        **source.texts("name", entry["name"]),
        **source.texts("description", entry["description"]),
    )
    Band.objects.bulk_create(
        Band(method=method, up_to_g=grams or None, price=Decimal(price)) for grams, price in entry["bands"]
    )


def _payment(entry: Table, place: int) -> None:
    PaymentMethod.objects.create(
        code=entry["code"],
        countries=entry["countries"],
        max_total=Decimal(entry["max_total"]) if "max_total" in entry else None,
        position=place,
        **source.texts("name", entry["name"]),
        **source.texts("description", entry["description"]),
        **(source.texts("instructions", entry["instructions"]) if "instructions" in entry else {}),
    )


def _offer(entry: Table, today: date, categories: dict[str, Category], place: int) -> SeasonalOffer:
    goods = Range.objects.create(name=f"{entry['title']['en']} ({entry['subcategory']})", is_public=False)
    goods.included_categories.add(categories[entry["subcategory"]])
    is_multibuy = entry["kind"] == "multibuy"
    months = frozenset(entry.get("months", range(1, 13)))
    start, end = _window(months, today) if len(months) < 12 else (None, None)
    offer = ConditionalOffer.objects.create(
        slug=entry["slug"],
        priority=10 - place,
        condition=Condition.objects.create(range=goods, type=Condition.COUNT, value=entry["quantity"] if is_multibuy else 1),
        benefit=Benefit.objects.create(
            range=goods,
            type=Benefit.BUNDLE if is_multibuy else Benefit.PERCENTAGE,
            value=100 if is_multibuy else entry["percent"],
            max_affected_items=1 if is_multibuy else None,
        ),
        start_datetime=start,
        end_datetime=end,
        **source.texts("name", entry["title"]),
        **source.texts("description", entry["text"]),
        **(source.texts("badge", entry["badge"]) if "badge" in entry else {}),
    )
    return SeasonalOffer(offer, entry["subcategory"], months, entry.get("percent"))


def _window(months: frozenset[int], today: date) -> tuple[datetime, datetime]:
    """The season that runs now, or the next one."""
    day = today.replace(day=1)
    if day.month in months:
        while (day - timedelta(days=1)).month in months:
            day = (day - timedelta(days=1)).replace(day=1)
    while day.month not in months:
        day = (day + timedelta(days=32)).replace(day=1)
    end = day
    while end.month in months:
        end = (end + timedelta(days=32)).replace(day=1)
    zone = timezone.get_current_timezone()
    return datetime.combine(day, time(), zone), datetime.combine(end, time(), zone) - timedelta(seconds=1)


def _voucher(entry: Table, today: date) -> tuple[Voucher, ConditionalOffer]:
    everything = Range.objects.create(name="Everything", includes_all_products=True, is_public=False)
    offer = ConditionalOffer.objects.create(
        slug="welcome",
        offer_type=ConditionalOffer.VOUCHER,
        priority=20,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=entry["percent"]),
        **{f"name_{language}": entry["name"] for language in source.LANGUAGES},
    )
    zone = timezone.get_current_timezone()
    voucher = Voucher.objects.create(
        name=entry["name"],
        code=entry["code"],
        usage=Voucher.ONCE_PER_CUSTOMER,
        start_datetime=datetime.combine(source.day_before(today, 800), time(), zone),
        end_datetime=datetime.combine(today + timedelta(days=365), time(), zone),
    )
    voucher.offers.add(offer)
    return voucher, offer
