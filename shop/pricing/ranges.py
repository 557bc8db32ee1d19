"""Which products of a basket are in which ranges, for all ranges together."""

from collections import defaultdict
from collections.abc import Iterable

from shop.forks.catalogue.models import Product, ProductCategory
from shop.forks.offer.models import Range, RangeProduct


def with_members(ids: Iterable[int], products: Iterable[Product]) -> dict[int, Range]:
    """The ranges by id, knowing which of these products they hold. At most seven queries, however many there are."""
    ranges = {found.pk: found for found in Range.objects.filter(pk__in=set(ids))}
    plain = [found for found in ranges.values() if not found.proxy_class]
    if plain:
        facts = _Facts(plain, list({product.pk: product for product in products}.values()))
        for found in plain:
            found.members = facts.members(found)
    return ranges


class _Facts:
    """What the database says of ranges and products, read once."""

    def __init__(self, ranges: list[Range], products: list[Product]) -> None:
        self.products = products
        # A variant is where its parent is.
        self.family = {product.pk: {product.pk, product.parent_id} - {None} for product in products}
        ids = [range_.pk for range_ in ranges]
        members = {pk for family in self.family.values() for pk in family}
        some_only = any(not range_.includes_all_products for range_ in ranges)
        through = Range.excluded_products.through.objects.filter(range__in=ids, product__in=members)
        self.excluded = _grouped(through.values_list("range_id", "product_id"))
        through = Range.excluded_categories.through.objects.filter(range__in=ids)
        self.excluded_paths = _grouped(through.values_list("range_id", "category__path"))
        self.included: dict[int, set[int]] = {}
        self.classes: dict[int, set[int]] = {}
        self.included_paths: dict[int, set[str]] = {}
        if some_only:
            rows = RangeProduct.objects.filter(range__in=ids, product__in=members)
            self.included = _grouped(rows.values_list("range_id", "product_id"))
            self.classes = _grouped(
                Range.classes.through.objects.filter(range__in=ids).values_list("range_id", "productclass_id")
            )
            through = Range.included_categories.through.objects.filter(range__in=ids)
            self.included_paths = _grouped(through.values_list("range_id", "category__path"))
        self.paths: dict[int, set[str]] = {}
        if self.excluded_paths or self.included_paths:
            rows = ProductCategory.objects.filter(product__in=members)
            self.paths = _grouped(rows.values_list("product_id", "category__path"))

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


def _grouped(pairs: Iterable[tuple[int, object]]) -> dict[int, set]:  # type: ignore[type-arg]
    groups: dict[int, set] = defaultdict(set)  # type: ignore[type-arg]
    for key, value in pairs:
        groups[key].add(value)
    return groups
