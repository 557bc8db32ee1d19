"""How products look as lines of a basket, an order or a mail: name, variant, picture, address."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language

from shop.forks.catalogue.models import Product, ProductAttributeValue, ProductImage
from shop.forks.catalogue.pictures import Picture

NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Face:
    """One product in the active language. `variant` is empty where there is only one kind of it."""

    title: str
    variant: str
    url: str
    picture: Picture | None

    def __str__(self) -> str:
        return f"{self.title}, {self.variant}" if self.variant else self.title


def faces_of(products: Iterable[Product]) -> dict[int, Face]:
    """The faces by product id, in at most two queries however many there are. Parents should be loaded with them."""
    found = {product.pk: product for product in products}
    pictures = _pictures_of(found.values())
    variants = _variants_of([product for product in found.values() if product.is_child and not product.title])
    return {pk: _face(product, pictures, variants) for pk, product in found.items()}


def _face(product: Product, pictures: dict[int, Picture], variants: dict[int, str]) -> Face:
    whole = product.parent if product.is_child else product
    own_title = product.title if product.is_child and product.title != whole.title else ""
    return Face(
        title=whole.title,
        variant=own_title or variants.get(product.pk, ""),
        url=whole.get_absolute_url() if whole.is_public else "",
        picture=pictures.get(product.pk) or pictures.get(whole.pk),
    )


def _pictures_of(products: Iterable[Product]) -> dict[int, Picture]:
    """The first picture of each product and of each parent; of a variant the first that is its own, if there is one."""
    ids = {pk for product in products for pk in (product.pk, product.parent_id) if pk}
    images = ProductImage.objects.filter(product__in=ids).distinct("product_id", "variant_id")
    # What belongs to no variant comes first: another variant's picture stands for the product only where there is no other.
    images = images.order_by("product_id", F("variant_id").asc(nulls_first=True), "display_order")
    shown: dict[int, Picture] = {}
    for product_id, variant_id, renditions in images.values_list("product_id", "variant_id", "renditions"):
        # The name stands beside the picture: an empty alt keeps a screen reader from saying it twice.
        if picture := Picture.of(renditions, ""):
            shown.setdefault(product_id, picture)
            if variant_id:
                shown[variant_id] = picture
    return shown


def _variants_of(products: list[Product]) -> dict[int, str]:
    """What tells variants without a title of their own apart: `100 g`, `Blue, large`."""
    if not products:
        return {}
    values = (
        ProductAttributeValue.objects.filter(product__in=products)
        .select_related("attribute", "value_option")
        .order_by("attribute__position", "attribute__pk")
    )
    words: dict[int, list[str]] = defaultdict(list)
    for value in values:
        words[value.product_id].append(_worded(value))
    return {pk: ", ".join(parts) for pk, parts in words.items()}


def _worded(value: ProductAttributeValue) -> str:
    """The value in the active language; a number with its unit."""
    if value.value_option:
        return str(value.value_option.option)
    unit = value.attribute.unit if value.attribute.type in ("integer", "float") else ""
    return f"{value.value_as_text}{NO_BREAK}{unit}" if unit else str(value.value_as_text)


def days_between(first: date, last: date, language: str = "") -> str:
    """`24–26 November`: a span of days as the language writes it (the active one if none is given)."""
    locale = (language or get_language() or settings.LANGUAGE_CODE).replace("-", "_")
    locale = "en_GB" if locale == "en" else locale  # the day first, as shop/formats writes all other dates
    # With the month in full: the spans of CLDR shorten it in some languages, to "лист.", which no sentence can end with.
    since, until = (str(format_skeleton("MMMMd", day, locale=locale)) for day in (first, last))
    if first == last:
        return until
    is_one_month = (first.year, first.month) == (last.year, last.month) and until.startswith(str(last.day))
    return f"{first.day}–{until}" if is_one_month else f"{since} – {until}"


def country_name(code: str, language: str = "") -> str:
    """A country by its ISO code, in a language (the active one if none is given)."""
    locale = Locale.parse((language or get_language() or settings.LANGUAGE_CODE).replace("-", "_"))
    return str(locale.territories.get(code, code))
