"""One product with its variants as its page shows them, read in a handful of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from shop.forks.catalogue.models import Product, ProductImage
from shop.forks.catalogue.pictures import Picture
from shop.forks.partner.models import StockRecord
from shop.storefront import characteristics
from shop.storefront.characteristics import Said

FEW = 5  # from here on the page counts what is left; a stock record may say otherwise
MOST_AT_ONCE = 20


# As SQL: put together from models they cost more than all the rest of the page's queries.
_LISTS = {
    "in_categories": RawSQL(
        "ARRAY(SELECT category_id FROM catalogue_productcategory c WHERE c.product_id = catalogue_product.id ORDER BY c.id)", ()
    ),
    "recommended": RawSQL(
        "ARRAY(SELECT recommendation_id FROM catalogue_productrecommendation r"
        " WHERE r.primary_id = catalogue_product.id ORDER BY r.id)",
        (),
    ),
}


@dataclass
class Variant:
    """One thing that can be bought: a product without variants is its own only one."""

    product: Product
    sku: str = ""
    price: Decimal | None = None
    compare_at: Decimal | None = None
    currency: str = ""
    units: int | None = None  # None: not counted
    few: int = FEW
    expected_on: date | None = None  # more are coming about then
    says: dict[str, str] = field(default_factory=dict)  # attribute code: what this variant says of it

    @property
    def can_be_bought(self) -> bool:
        return self.price is not None and self.units != 0 and bool(self.product.is_public)

    @property
    def availability(self) -> str:
        """As on a card: in_stock, low or out."""
        if not self.can_be_bought:
            return "out"
        return "low" if self.units is not None and self.units <= self.few else "in_stock"

    @property
    def most(self) -> int:
        """The largest number to put into the basket at once."""
        return MOST_AT_ONCE if self.units is None else min(self.units, MOST_AT_ONCE)

    @property
    def saved(self) -> int:
        """The reduction in per cent; 0 where there is none."""
        if self.price is None or not self.compare_at:
            return 0
        return int((1 - self.price / self.compare_at) * 100)


@dataclass(frozen=True)
class Choice:
    """A button among the variants."""

    label: str
    variant: Variant
    is_present: bool


@dataclass(frozen=True)
class Axis:
    """What the variants differ in, e.g. the size, and the buttons to choose it."""

    name: str
    choices: list[Choice]


@dataclass(frozen=True)
class Goods:
    """A product, its variants and the one that is looked at."""

    product: Product
    variants: list[Variant]
    present: Variant
    axes: list[Axis]
    characteristics: list[tuple[str, str]]
    pictures: list[Picture]

    @property
    def lowest_price(self) -> Decimal | None:
        return min((variant.price for variant in self.variants if variant.price is not None), default=None)

    @property
    def highest_price(self) -> Decimal | None:
        return max((variant.price for variant in self.variants if variant.price is not None), default=None)


def load(pk: int, chosen: int | None = None) -> Goods | None:
    """The product's page: 4 queries. None where nothing may be seen; a variant's own number gives its family."""
    rows = Product.objects.filter(Q(pk=pk) | Q(parent_id=pk)).select_related("product_class").annotate(**_LISTS).order_by()
    family = sorted(rows, key=lambda one: one.pk)
    head = next((one for one in family if one.pk == pk), None)
    if head is None or not head.is_public:
        return None
    if head.parent_id is not None:
        return load(head.parent_id, pk)
    children = [one for one in family if one.pk != pk and one.is_public]
    said = characteristics.said_of([head.pk, *(child.pk for child in children)])
    variants = _variants(head, children, said)
    present = _present(variants, chosen)
    return Goods(
        product=head,
        variants=variants,
        present=present,
        axes=_axes(variants, present, said),
        characteristics=_characteristics(said.get(head.pk, []), said.get(present.product.pk, []) if children else []),
        pictures=_pictures(head, present),
    )


def _present(variants: list[Variant], chosen: int | None) -> Variant:
    by_id = {variant.product.pk: variant for variant in variants}
    if chosen in by_id:
        return by_id[chosen]
    return next((variant for variant in variants if variant.can_be_bought), variants[0])


def _variants(head: Product, children: list[Product], said: dict[int, list[Said]]) -> list[Variant]:
    sold = children or [head]
    is_counted = bool(head.product_class is None or head.product_class.track_stock)
    records: dict[int, StockRecord] = {}
    for record in StockRecord.objects.filter(product_id__in=[one.pk for one in sold]).order_by("pk"):
        records.setdefault(record.product_id, record)
    return [_variant(one, records.get(one.pk), said.get(one.pk, []), is_counted=is_counted) for one in sold]


def _variant(product: Product, record: StockRecord | None, said: list[Said], *, is_counted: bool) -> Variant:
    variant = Variant(product, says={one.code: one.value for one in said})
    if record and record.price is not None:
        variant.sku, variant.price, variant.currency = record.partner_sku, record.price, record.price_currency
        variant.compare_at = record.compare_at_price if (record.compare_at_price or 0) > record.price else None
        variant.units = max((record.num_in_stock or 0) - (record.num_allocated or 0), 0) if is_counted else None
        variant.few = record.low_stock_threshold or FEW
        variant.expected_on = record.coming_on
    return variant


def _axes(variants: list[Variant], present: Variant, said: dict[int, list[Said]]) -> list[Axis]:
    """What differs between the variants. Each button leads to the variant that differs least in everything else."""
    if len(variants) < 2:
        return []
    names = {one.code: one for variant in variants for one in said.get(variant.product.pk, [])}
    codes = [code for code in names if len({variant.says.get(code, "") for variant in variants}) > 1]
    codes.sort(key=lambda code: (names[code].position, code))
    if not codes:
        return [Axis(_("Variant"), [Choice(variant.product.get_title(), variant, variant is present) for variant in variants])]
    return [Axis(names[code].name, _choices(code, codes, variants, present)) for code in codes]


def _choices(code: str, codes: list[str], variants: list[Variant], present: Variant) -> list[Choice]:
    choices: dict[str, Variant] = {}
    for variant in variants:
        label = variant.says.get(code, "")
        rival = choices.get(label)
        if label and (rival is None or _likeness(variant, present, codes) > _likeness(rival, present, codes)):
            choices[label] = variant
    return [Choice(label, variant, label == present.says.get(code)) for label, variant in choices.items()]


def _likeness(one: Variant, other: Variant, codes: Iterable[str]) -> tuple[int, bool]:
    return sum(one.says.get(code) == other.says.get(code) for code in codes), one.can_be_bought


def _characteristics(of_product: list[Said], of_variant: list[Said]) -> list[tuple[str, str]]:
    together = {one.code: one for one in (*of_product, *of_variant)}
    return [(one.name, one.value) for one in sorted(together.values(), key=lambda one: (one.position, one.code))]


def _pictures(head: Product, present: Variant) -> list[Picture]:
    """The variant's own pictures first, then the product's, then those of other variants."""
    rows = ProductImage.objects.filter(product_id__in={head.pk, present.product.pk}).order_by("display_order", "pk")
    title, own = head.get_title(), present.product.pk
    ordered = sorted(
        rows.values_list("product_id", "variant_id", "renditions", "caption"),
        key=lambda row: (own not in row[:2], row[1] not in (own, None)),
    )
    shown = (Picture.of(renditions, caption or title) for _product, _variant, renditions, caption in ordered)
    return [picture for picture in shown if picture]
