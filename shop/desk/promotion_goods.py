"""What a promotion is for, kept as one of Oscar's ranges."""

from dataclasses import dataclass, field

from django.utils import timezone

from shop.forks.offer.models import Range, RangeProduct

EVERYTHING = "Everything"


@dataclass
class Goods:
    """By id; categories with all inside them. Nothing chosen is everything."""

    category_ids: list[int] = field(default_factory=list)
    product_ids: list[int] = field(default_factory=list)
    without_category_ids: list[int] = field(default_factory=list)
    without_product_ids: list[int] = field(default_factory=list)

    @property
    def is_everything(self) -> bool:
        return not (self.category_ids or self.product_ids or self.without_category_ids or self.without_product_ids)


def read(span: Range) -> Goods:
    return Goods(
        category_ids=sorted(span.included_categories.values_list("pk", flat=True)),
        product_ids=named(span),
        without_category_ids=sorted(span.excluded_categories.values_list("pk", flat=True)),
        without_product_ids=sorted(span.excluded_products.values_list("pk", flat=True)),
    )


def named(span: Range) -> list[int]:
    """The products of a range, in the order in which they were chosen."""
    return list(RangeProduct.objects.filter(range=span).order_by("display_order", "pk").values_list("product_id", flat=True))


def write(present: Range | None, goods: Goods, name: str) -> Range:
    """The range for these goods: the one that a promotion has, unless that is everybody's."""
    if goods.is_everything:
        plain = Range.objects.filter(includes_all_products=True, proxy_class=None)
        shared = plain.filter(excluded_categories=None, excluded_products=None).first()
        # A merchant may have called another range so.
        free = _stamped(EVERYTHING) if Range.objects.filter(name=EVERYTHING).exists() else EVERYTHING
        everything: Range = shared or Range.objects.create(name=free, includes_all_products=True)
        return everything
    if present is None or read(present).is_everything:
        present = Range.objects.create(name=_stamped(name))
    present.includes_all_products = not (goods.category_ids or goods.product_ids)
    present.save()
    present.included_categories.set(goods.category_ids)
    present.excluded_categories.set(goods.without_category_ids)
    present.excluded_products.set(goods.without_product_ids)
    if named(present) != goods.product_ids:
        RangeProduct.objects.filter(range=present).delete()
        rows = [RangeProduct(range=present, product_id=pk, display_order=at) for at, pk in enumerate(goods.product_ids)]
        RangeProduct.objects.bulk_create(rows)
    return present


def _stamped(name: str) -> str:
    return f"{name[:100]} {timezone.now():%y%m%d%H%M%S%f}"
