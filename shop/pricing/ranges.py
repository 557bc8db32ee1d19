"""Which products of a basket are in which ranges, for all ranges together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from shop.forks.catalogue.models import Category, Product
from shop.forks.offer.models import Range

Ids = frozenset[int]
Found = dict[tuple[str, int], set[int]]  # "named", "barred" or "category", and a product: the ranges or categories
NONE: Ids = frozenset()

# What the rows say of some products, in one statement: lists of products may be long, so they are asked, not kept.
_PLACES = (
    "SELECT 'named', product_id, range_id FROM offer_rangeproduct"
    " WHERE product_id = ANY(%(products)s) AND range_id = ANY(%(ranges)s)"
    " UNION ALL SELECT 'barred', product_id, range_id FROM offer_range_excluded_products"
    " WHERE product_id = ANY(%(products)s) AND range_id = ANY(%(ranges)s)"
    " UNION ALL SELECT 'category', product_id, category_id FROM catalogue_productcategory WHERE product_id = ANY(%(products)s)"
)


@dataclass(frozen=True)
class Span:
    """A range without its lists of products."""

    range: Range
    classes: Ids
    categories: Ids  # with all below them
    barred_categories: Ids


def compiled(ids: Iterable[int]) -> dict[int, Span]:
    """The ranges by id. Four queries and the tree of categories, however many there are."""
    ranges = list(Range.objects.filter(pk__in=set(ids)))
    below = _Tree() if ranges else None
    classes = _grouped(Range.classes.through, "productclass_id", ranges)
    included = _grouped(Range.included_categories.through, "category_id", ranges)
    barred = _grouped(Range.excluded_categories.through, "category_id", ranges)
    return {
        one.pk: Span(
            one,
            frozenset(classes.get(one.pk, ())),
            below.with_all_below(included.get(one.pk, ())) if below else NONE,
            below.with_all_below(barred.get(one.pk, ())) if below else NONE,
        )
        for one in ranges
    }


class _Tree:
    """The categories, read when a range names one."""

    def __init__(self) -> None:
        self.paths: dict[int, str] | None = None

    def with_all_below(self, tops: Iterable[int]) -> Ids:
        wanted = set(tops)
        if not wanted:
            return NONE
        if self.paths is None:
            self.paths = dict(Category.objects.order_by().values_list("pk", "path"))
        above = tuple(self.paths[pk] for pk in wanted)
        return frozenset(pk for pk, path in self.paths.items() if path.startswith(above))


def _grouped(model: type, value: str, ranges: list[Range]) -> dict[int, set[int]]:
    rows = model.objects.filter(range__in=ranges).values_list("range_id", value)  # type: ignore[attr-defined]
    groups: dict[int, set[int]] = defaultdict(set)
    for key, found in rows if ranges else ():
        groups[key].add(found)
    return groups


class Places:
    """Where some products are, for any number of ranges: one query, none where `found` is what was read of more of them."""

    def __init__(
        self, products: Iterable[Product], spans: Iterable[Span], reduced: Iterable[int] = (), found: Found | None = None
    ) -> None:
        self.products = {product.pk: product for product in products}
        self.reduced = frozenset(reduced)  # those that cost less than before
        # A variant is where its parent is.
        self.family = {pk: _family(product) for pk, product in self.products.items()}
        self.classes = {pk: product.get_product_class().pk for pk, product in self.products.items()}
        found = read(self.products.values(), spans) if found is None else found
        self.named, self.barred = self._of_families(found, "named"), self._of_families(found, "barred")
        self.categories = self._of_families(found, "category")
        self.all_named: Ids = NONE.union(*self.named.values())
        self.all_categories: Ids = NONE.union(*self.categories.values())
        self.all_classes = frozenset(self.classes.values())

    def _of_families(self, found: Found, kind: str) -> dict[int, Ids]:
        return {pk: NONE.union(*(found.get((kind, one), ()) for one in family)) for pk, family in self.family.items()}

    def may_hold(self, span: Span) -> bool:
        """Whether any of the products may be in it: quick, and never wrongly no."""
        return bool(
            span.range.proxy_class
            or span.range.includes_all_products
            or span.range.pk in self.all_named
            or not span.categories.isdisjoint(self.all_categories)
            or not span.classes.isdisjoint(self.all_classes)
        )

    def members(self, span: Span) -> Ids:
        """Those of the products that are in it."""
        return frozenset(pk for pk in self.products if self._holds(span, pk))

    def _holds(self, span: Span, pk: int) -> bool:
        if span.range.pk in self.barred[pk] or not span.barred_categories.isdisjoint(self.categories[pk]):
            return False
        return bool(
            span.range.includes_all_products
            or span.range.pk in self.named[pk]
            or self.classes[pk] in span.classes
            or not span.categories.isdisjoint(self.categories[pk])
        )


def read(products: Iterable[Product], spans: Iterable[Span]) -> Found:
    """Where products and their parents are. One query, none where no range is asked for."""
    ids = sorted({pk for product in products for pk in _family(product)})
    ranges = [span.range.pk for span in spans if not span.range.proxy_class]
    found: Found = defaultdict(set)
    if not ranges:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"products": ids, "ranges": ranges})
        for kind, product, place in cursor.fetchall():
            found[kind, product].add(place)
    return found


def _family(product: Product) -> list[int]:
    return [one for one in (product.pk, product.parent_id) if one]
