"""Products as cards: small, complete, and read from one row each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from shop.forks.catalogue.pictures import Picture
from shop.search.models import Listing

NEW_FOR = timedelta(days=45)
COLUMNS = [field.attname for field in Listing._meta.concrete_fields]
_AVAILABILITY = {0: "out", 1: "low", 2: "in_stock"}


@dataclass(frozen=True)
class Card:
    """One product in one language, ready for `components/card.html`."""

    product_id: int
    title: str
    summary: str
    url: str
    picture: Picture | None
    price: Decimal | None
    price_is_from: bool
    compare_at: Decimal | None
    currency: str
    rating: float | None
    review_count: int
    availability: str  # in_stock, low, out
    units_left: int | None
    badges: Sequence[str]
    expected_on: date | None = None  # sold out, and more are coming about then


def of(row: Listing, language: str) -> Card:
    """The card of a listing."""
    text = _text(row.card.get("texts", {}), language)
    return Card(
        product_id=row.product_id,
        title=text["title"],
        summary=text["summary"],
        url=reverse("catalogue:detail", kwargs={"product_slug": row.card["slug"], "pk": row.product_id}),
        picture=Picture.of(row.card.get("picture") or {}, text["title"]),
        price=row.price,
        price_is_from=row.price_is_from,
        compare_at=row.compare_at,
        currency=row.card.get("currency", settings.OSCAR_DEFAULT_CURRENCY),
        rating=row.rating,
        review_count=row.review_count,
        availability=_AVAILABILITY[row.availability],
        units_left=row.units_left,
        badges=_badges(row),
        expected_on=_expected_on(row),
    )


def for_products(ids: Iterable[int], language: str) -> list[Card]:
    """The cards of those of the products that are listed, in this order; one query."""
    wanted = list(ids)
    found = {row.product_id: row for row in Listing.objects.filter(pk__in=wanted)} if wanted else {}
    with override(language):
        return [of(found[pk], language) for pk in wanted if pk in found]


def newest(count: int, language: str) -> list[Card]:
    """What came last and can be bought."""
    return _first(_for_sale().order_by("-created_at", "-product_id"), count, language)


def best_sellers(count: int, language: str) -> list[Card]:
    """What sold most in the last ninety days and can be bought."""
    return _first(_for_sale().order_by("-sold", "-popularity", "-product_id"), count, language)


def reduced(count: int, language: str) -> list[Card]:
    """What costs less than before, the most popular first."""
    return _first(_for_sale().filter(compare_at__isnull=False).order_by("-popularity", "-product_id"), count, language)


def _for_sale() -> QuerySet[Listing]:
    return Listing.objects.filter(availability__gt=0)


def _first(rows: QuerySet[Listing], count: int, language: str) -> list[Card]:
    with override(language):
        return [of(row, language) for row in rows[:count]]


def _text(texts: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    """The texts in this language, else in the shop's, else in any."""
    found = texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), {})
    return {"title": "", "summary": "", **found}


def _expected_on(row: Listing) -> date | None:
    if row.availability or "expected_on" not in row.card:
        return None
    day = date.fromisoformat(row.card["expected_on"])
    return day if day > timezone.localdate() else None


def _badges(row: Listing) -> list[str]:
    found: list[str] = []
    if row.compare_at and row.price is not None:
        found.append(gettext("−%(percent)d %%") % {"percent": round(100 * (1 - row.price / row.compare_at))})
    if timezone.now() - row.created_at < NEW_FOR:
        found.append(gettext("New"))
    return found
