"""Which products of a basket are in which ranges, for all ranges together."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from shop.forks.catalogue.models import Product, ProductCategory
from shop.forks.offer.models import Range, RangeProduct

PARTS = ("excluded_products", "excluded_categories", "rangeproduct", "classes", "included_categories")


def with_members(ids: Iterable[int], products: Iterable[Product]) -> dict[int, Range]:
    """The ranges by id, knowing which of these products they hold. At most seven queries, however many there are."""
    has = {f"has_{part}": Exists(Range.objects.filter(pk=OuterRef("pk"), **{f"{part}__isnull": False})) for part in PARTS}
    ranges = {found.pk: found for found in Range.objects.filter(pk__in=set(ids)).annotate(**has)}
    plain = [found for found in ranges.values() if not found.proxy_class]
    if plain:
        facts = _Facts(plain, list({product.pk: product for product in products}.values()))
        for found in plain:
            found.members = facts.members(found)
    return ranges


class _Facts:
    """What the database says of ranges and products, read once, and only of the parts that some range has."""

    def __init__(self, ranges: list[Range], products: list[Product]) -> None:
        self.products, self.ranges = products, ranges
        # A variant is where its parent is.
        self.family = {product.pk: {product.pk, product.parent_id} - {None} for product in products}
        self.relatives = {pk for family in self.family.values() for pk in family}
        here = {"product__in": self.relatives}
        self.excluded = self._read("excluded_products", Range.excluded_products.through, "product_id", **here)
        self.excluded_paths = self._read("excluded_categories", Range.excluded_categories.through, "category__path")
        self.included = self._read("rangeproduct", RangeProduct, "product_id", **here)
        self.classes = self._read("classes", Range.classes.through, "productclass_id")
        self.included_paths = self._read("included_categories", Range.included_categories.through, "category__path")
        self.paths: dict[int, set[Any]] = {}
        if self.excluded_paths or self.included_paths:
            rows = ProductCategory.objects.filter(product__in=self.relatives)
            self.paths = _grouped(rows.values_list("product_id", "category__path"))

    def _read(self, part: str, model: Any, value: str, **where: Any) -> dict[int, set[Any]]:
        """Range id -> what it has of a part."""
        ids = [found.pk for found in self.ranges if getattr(found, f"has_{part}")]
        return _grouped(model.objects.filter(range__in=ids, **where).values_list("range_id", value)) if ids else {}

    def members(self, range_: Range) -> frozenset[int]:
        return frozenset(product.pk for product in self.products if self._holds(range_, product))

    def _holds(self, range_: Range, product: Product) -> bool:
        family = self.family[product.pk]
        if family & self.excluded.get(range_.pk, set()) or self._is_below(family, self.excluded_paths.get(range_.pk)):
            return False
        if range_.includes_all_products:
            return True
        return bool(
            family & self.included.get(range_.pk, set())
            or product.get_product_class().pk in self.classes.get(range_.pk, ())
            or self._is_below(family, self.included_paths.get(range_.pk))
        )

    def _is_below(self, family: set[int], tops: set[str] | None) -> bool:
        """Whether a product is in one of these categories or in one below them."""
        paths = {path for pk in family for path in self.paths.get(pk, ())}
        return any(path.startswith(top) for top in tops or () for path in paths)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, set[Any]]:
    groups: dict[int, set[Any]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups
