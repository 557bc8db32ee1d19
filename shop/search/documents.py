"""What the catalogue says of its products, read in bulk: the facts of a listing and the texts that the index is made of."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from shop.forks.catalogue.models import Category, Product, ProductAttributeValue, ProductCategory, ProductImage
from shop.forks.order.models import Line
from shop.forks.partner.models import StockRecord
from shop.search import popularity
from shop.search.language import LANGUAGES
from shop.search.models import Listing

FEW = 5  # units, where the stock record names no threshold of its own
SALES_WINDOW = timedelta(days=90)
MAKERS = frozenset({"brand", "maker", "manufacturer", "producer", "supplier", "vendor", "author"})
TEXTS = ("title", "summary", "description")

Texts = dict[str, str]  # field -> text


@dataclass
class Document:
    """One product: its listing, and its texts for each language that it has a title in."""

    listing: Listing
    texts: dict[str, Texts] = field(default_factory=dict)

    def fingerprint(self) -> str:
        return hashlib.md5(json.dumps(self.texts, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def load(ids: Sequence[int]) -> list[Document]:
    """The documents of those of the products that shoppers may see, in about ten queries however many they are."""
    products = Product.objects.filter(pk__in=ids, parent=None, is_public=True)
    columns = [f"{name}_{code}" for name in TEXTS for code in LANGUAGES]
    rows = list(
        products.values(
            "pk", "slug", "upc", "rating", "review_count", "priority", "date_created", "product_class__track_stock", *columns
        )
    )
    family = _family([row["pk"] for row in rows])
    stock = _stock(family)
    categories = _Categories([row["pk"] for row in rows])
    attributes = _attributes(family)
    pictures = _pictures(family)
    sold = _sold(family)
    made = []
    for row in rows:
        pk = row["pk"]
        listing = Listing(
            product_id=pk,
            rating=row["rating"],
            review_count=row["review_count"],
            created_at=row["date_created"],
            sold=sold[pk],
            categories=categories.with_ancestors(pk),
            filters=sorted(attributes[pk].filters),
        )
        currency = _put_price(listing, stock[pk], is_tracked=row["product_class__track_stock"] is not False)
        listing.popularity = popularity.of(listing, priority=row["priority"])
        texts, shown = _texts(row, categories, attributes[pk])
        for text in texts.values():
            text["sku"] = " ".join([row["upc"] or "", *(record["partner_sku"] for record in stock[pk])])
        listing.card = {"texts": shown, "slug": row["slug"], "picture": pictures.get(pk, {}), "currency": currency}
        if expected := min((record["expected_on"] for record in stock[pk] if record["expected_on"]), default=None):
            listing.card["expected_on"] = expected.isoformat()
        made.append(Document(listing, texts))
    return made


def _family(ids: list[int]) -> dict[int, int]:
    """Each product and public variant -> the product it is listed as."""
    children = Product.objects.filter(parent__in=ids, is_public=True).order_by("pk").values_list("pk", "parent")
    return {**{pk: pk for pk in ids}, **dict(children)}


def _stock(family: dict[int, int]) -> dict[int, list[dict[str, Any]]]:
    """The record that each product or variant sells from: its first."""
    records = StockRecord.objects.filter(product__in=family).order_by("product", "pk").distinct("product")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record in records.values(
        "product",
        "price",
        "price_currency",
        "compare_at_price",
        "num_in_stock",
        "num_allocated",
        "partner_sku",
        "low_stock_threshold",
        "expected_on",
    ):
        found[family[record["product"]]].append(dict(record))
    return found


def _put_price(listing: Listing, records: list[dict[str, Any]], *, is_tracked: bool) -> str:
    """Fill in price and availability from what is sold; the currency is returned."""
    priced = [record for record in records if record["price"] is not None]
    free = {id(record): max(0, (record["num_in_stock"] or 0) - (record["num_allocated"] or 0)) for record in priced}
    for_sale = [record for record in priced if not is_tracked or free[id(record)]]
    if not priced:
        return str(settings.OSCAR_DEFAULT_CURRENCY)
    cheapest = min(for_sale or priced, key=lambda record: record["price"])
    listing.price = cheapest["price"]
    listing.price_is_from = len({record["price"] for record in priced}) > 1
    compare_at: Decimal | None = cheapest["compare_at_price"]
    listing.compare_at = compare_at if compare_at and compare_at > cheapest["price"] else None
    units = sum(free.values())
    few = max((record["low_stock_threshold"] or FEW) for record in priced)
    if for_sale:
        is_low = is_tracked and units <= few
        listing.availability = Listing.Availability.LOW if is_low else Listing.Availability.IN_STOCK
        listing.units_left = units if is_low else None
    return str(cheapest["price_currency"])


class _Categories:
    """The public categories of products, and the words on the way to them."""

    def __init__(self, ids: list[int]) -> None:
        names = [f"name_{code}" for code in LANGUAGES]
        everything = list(Category.objects.values("pk", "path", "is_public", "ancestors_are_public", *names))
        by_path = {row["path"]: row for row in everything}
        self._way = {
            row["pk"]: [by_path[row["path"][:end]] for end in range(Category.steplen, len(row["path"]) + 1, Category.steplen)]
            for row in everything
            if row["is_public"] and row["ancestors_are_public"]
        }
        self._of: dict[int, list[int]] = defaultdict(list)
        for product, category in (
            ProductCategory.objects.filter(product__in=ids).order_by("pk").values_list("product", "category")
        ):
            if category in self._way:
                self._of[product].append(category)

    def with_ancestors(self, product: int) -> list[int]:
        return sorted({step["pk"] for category in self._of[product] for step in self._way[category]})

    def words(self, product: int, language: str) -> str:
        steps = {step["pk"]: step[f"name_{language}"] for category in self._of[product] for step in self._way[category]}
        return " ".join(name for name in steps.values() if name)


@dataclass
class _Attributes:
    filters: set[str] = field(default_factory=set)
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # language -> values
    makers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _attributes(family: dict[int, int]) -> dict[int, _Attributes]:
    found: dict[int, _Attributes] = defaultdict(_Attributes)
    names = [f"attribute__name_{code}" for code in LANGUAGES]
    options = [f"option_{code}" for code in LANGUAGES]
    shared = ["product", "attribute__code", "attribute__type", "attribute__is_filter", *names]
    values = ProductAttributeValue.objects.filter(product__in=family)
    plain = values.exclude(attribute__type="multi_option").values(
        *shared, "value_text", "value_integer", "value_float", "value_boolean",
        code=F("value_option__code"), option=F("value_option"),
        **{name: F(f"value_option__{name}") for name in options},
    )  # fmt: skip
    several = values.filter(attribute__type="multi_option", value_multi_option__isnull=False).values(
        *shared,
        code=F("value_multi_option__code"),
        option=F("value_multi_option"),
        **{name: F(f"value_multi_option__{name}") for name in options},
    )
    for row in [*plain, *several]:
        _put_attribute(found[family[row["product"]]], row)
    return found


def _put_attribute(to: _Attributes, row: dict[str, Any]) -> None:
    kind, code = row["attribute__type"], row["attribute__code"]
    key = _key(row)
    if key is None:
        return
    if row["attribute__is_filter"]:
        to.filters.add(f"{code}:{key}"[:120])
    for language in LANGUAGES:
        name = row[f"attribute__name_{language}"] or ""
        said = {
            "boolean": name if row.get("value_boolean") else "",
            "text": row.get("value_text") or "",
        }.get(kind, row.get(f"option_{language}") or (key if kind in ("integer", "float") else ""))
        if said:
            (to.makers if code in MAKERS else to.said)[language].append(said)


def _key(row: dict[str, Any]) -> str | None:
    """What stands for the value in a query string; None for what cannot be chosen from."""
    kind = row["attribute__type"]
    if kind in ("option", "multi_option"):
        return option_key(row["attribute__code"], row["code"], row["option"]) if row["option"] else None
    if kind == "boolean":
        return "yes" if row["value_boolean"] else None
    value = row.get({"integer": "value_integer", "float": "value_float"}.get(kind, "value_text"))
    return f"{value:g}" if isinstance(value, float) else str(value).strip() if value not in (None, "") else None


def option_key(attribute: str, code: str | None, pk: int) -> str:
    """`china` for the option coded `origin-china` of the attribute `origin`; its number where it has no code."""
    return (code.removeprefix(f"{attribute}-").removeprefix(f"{attribute}_") or str(pk)) if code else str(pk)


def _pictures(family: dict[int, int]) -> dict[int, dict[str, Any]]:
    """The renditions of the first picture of the product, else of its first variant that has one."""
    rows = ProductImage.objects.filter(product__in=family).order_by("product", "display_order", "pk").distinct("product")
    own: dict[int, dict[str, Any]] = {}
    of_variants: dict[int, dict[str, Any]] = {}
    for product, renditions in rows.values_list("product", "renditions"):
        (own if product == family[product] else of_variants).setdefault(family[product], renditions)
    return {**of_variants, **own}


def _sold(family: dict[int, int]) -> dict[int, int]:
    lines = Line.objects.filter(product__in=family, order__date_placed__gte=timezone.now() - SALES_WINDOW)
    found: dict[int, int] = defaultdict(int)
    for product, units in lines.exclude(order__status="cancelled").values_list("product").annotate(Sum("quantity")):
        found[family[product]] += units
    return found


def _texts(row: dict[str, Any], categories: _Categories, attributes: _Attributes) -> tuple[dict[str, Texts], dict[str, Texts]]:
    """What is indexed, for each language with a title of its own, and what cards show."""
    indexed, shown = {}, {}
    for language in LANGUAGES:
        if not row[f"title_{language}"]:
            continue
        texts = {name: row[f"{name}_{language}"] or "" for name in TEXTS}
        shown[language] = {"title": texts["title"], "summary": texts["summary"]}
        indexed[language] = {
            **texts,
            "categories": categories.words(row["pk"], language),
            "makers": " ".join(_values(attributes.makers, language)),
            "attributes": " ".join(_values(attributes.said, language)),
        }
    return indexed, shown


def _values(by_language: dict[str, list[str]], language: str) -> Iterable[str]:
    return by_language.get(language) or by_language.get(settings.LANGUAGE_CODE, [])
