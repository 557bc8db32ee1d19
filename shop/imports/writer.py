"""Items into products, a batch at a time, in few queries, changing only what differs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from shop.forks.catalogue.models import Product, ProductClass
from shop.forks.partner.models import Partner, StockRecord
from shop.imports import texts
from shop.imports.attributes import BRAND, Attributes
from shop.imports.categories import Categories
from shop.imports.items import Item, Picture, Variant
from shop.imports.job import Job, assign
from shop.imports.pictures import Pictures
from shop.imports.stock import Stock

BATCH = 500
_TEXTS = ("title", "summary", "description", "meta_title", "meta_description")


@dataclass
class Draft:
    """An item, its product, and what each of its variants became."""

    item: Item
    code: str
    product: Product
    children: dict[int, Product] = field(default_factory=dict)
    targets: list[tuple[Variant, Product]] = field(default_factory=list)


class Writer:
    """Writes items of one source; the caller holds the transaction and the lock."""

    def __init__(self, source: str, job: Job, pictures: Pictures) -> None:
        self.source, self.job, self.pictures = source, job, pictures
        self.partner = Partner.objects.order_by("pk").first() or Partner.objects.create(name=settings.OSCAR_SHOP_NAME)
        self.stock = Stock(self.partner, job)
        self.categories = Categories(job)
        self.attributes = Attributes(job)
        self.kinds: dict[tuple[bool, bool], ProductClass] = {}
        self.new_ids: set[int] = set()
        self.changed: dict[int, list[str]] = {}  # of a product or of its variants

    def write(self, items: list[Item]) -> None:
        """Write all items; those that clash with products of the shop become errors in the report."""
        for start in range(0, len(items), BATCH):
            self._write_batch(items[start : start + BATCH])
        self.stock.settle()

    def _write_batch(self, items: list[Item]) -> None:
        drafts = self._drafts(items)
        stocks = self.stock.known([variant.sku for item in items for variant in item.variants])
        drafts = [draft for draft in drafts if not self._clashes(draft, stocks)]
        stocks |= self.stock.renamed([meant for draft in drafts for meant in _owners(draft, stocks)], stocks)
        _free_barcodes(drafts, stocks)
        self._save([self._fill(draft) for draft in drafts])
        self._save([child for draft in drafts for child in self._fill_children(draft, stocks)])
        touched = self.stock.write([target for draft in drafts for target in draft.targets], stocks)
        touched |= self.categories.put((draft.item, draft.product.pk) for draft in drafts)
        touched |= self._describe(drafts)
        touched |= self.pictures.write(dict(self._wanted_pictures(drafts)))
        self._account(drafts, touched)

    def _drafts(self, items: list[Item]) -> list[Draft]:
        codes = {f"{self.source}:{item.key}": item for item in items}
        products = {product.code: product for product in Product.objects.filter(code__in=codes)}
        drafts = [
            Draft(item, code, products.get(code) or Product(code=code, slug=texts.slug(item.title)))
            for code, item in codes.items()
        ]
        by_id = {draft.product.pk: draft for draft in drafts if draft.product.pk}
        for child in Product.objects.filter(parent__in=by_id):
            by_id[child.parent_id].children[child.pk] = child
        return drafts

    def _clashes(self, draft: Draft, stocks: dict[str, StockRecord]) -> bool:
        """Whether a SKU or barcode of the item is another product's already: an error, for that one would lose it."""
        own = {draft.product.pk, *draft.children}
        faults = [
            (
                variant.place,
                f"the SKU “{variant.sku}” belongs to the shop's product “{record.product}” already. Change one of the two.",
            )
            for variant in draft.item.variants
            if (record := stocks.get(variant.sku)) and record.product_id not in own
        ]
        codes = {variant.barcode: variant.place for variant in draft.item.variants if variant.barcode}
        others = Product.objects.filter(upc__in=codes).exclude(pk__in=[pk for pk in own if pk]) if codes else []
        faults += [
            (codes[str(other.upc)], f"the barcode {other.upc} belongs to the shop's product “{other}” already.")
            for other in others
        ]
        for place, text in faults:
            self.job.report.error(place, text)
        return bool(faults)

    def _kind(self, item: Item) -> ProductClass:
        """The product type with the same rules: whether units are counted, whether anything is sent."""
        rules = (item.counts_stock, item.needs_shipping)
        if rules not in self.kinds:
            known = ProductClass.objects.filter(track_stock=rules[0], requires_shipping=rules[1]).order_by("pk").first()
            name = " ".join(["Goods" if rules[1] else "Services", *([] if rules[0] else ["(not counted)"])])
            self.kinds[rules] = known or ProductClass.objects.create(
                track_stock=rules[0], requires_shipping=rules[1], slug=texts.slug(name), **self.job.text("name", name)
            )
        return self.kinds[rules]

    def _fill(self, draft: Draft) -> tuple[Product, list[str]]:
        item, product = draft.item, draft.product
        values: dict[str, Any] = {
            "structure": Product.PARENT if item.has_choices else Product.STANDALONE,
            "is_public": item.is_public,
            "product_class_id": self._kind(item).pk,
        }
        if not item.has_choices:
            values |= {"upc": item.variants[0].barcode or None, "weight_g": item.variants[0].weight_g}
        for name in _TEXTS:
            values |= self.job.text(name, getattr(item, name), product)
        return product, assign(product, values)

    def _fill_children(self, draft: Draft, stocks: dict[str, StockRecord]) -> Iterable[tuple[Product, list[str]]]:
        left = dict(draft.children)
        by_code = {child.code: child for child in draft.children.values()}
        claimed = {record.product_id for variant in draft.item.variants if (record := stocks.get(variant.sku))}
        for variant in draft.item.variants:
            if not draft.item.has_choices:
                draft.targets.append((variant, draft.product))
                continue
            record = stocks.get(variant.sku)
            child = left.pop(record.product_id, None) if record else None
            if child is None:
                code = _code_of(draft, variant)
                same = by_code.get(code)
                made = Product(slug=draft.product.slug, code=None if same else code)
                child = left.pop(same.pk) if same and same.pk not in claimed else made
            values = {
                "structure": Product.CHILD,
                "parent_id": draft.product.pk,
                "upc": variant.barcode or None,
                "weight_g": variant.weight_g,
                "is_public": variant.is_public,
            }
            draft.targets.append((variant, child))
            yield child, assign(child, values)
        for child in left.values():
            if child.is_public:
                self.job.report.change("hidden variants", f"hidden: {draft.item.title}: a variant that the file has no more")
                yield child, assign(child, {"is_public": False})

    def _save(self, rows: Iterable[tuple[Product, list[str]]]) -> None:
        """New rows in one statement, changed ones in one more; what has not changed is left alone."""
        pairs = list(rows)
        new = [product for product, _changed in pairs if product.pk is None]
        kept = [(product, names) for product, names in pairs if product.pk and names]
        Product.objects.bulk_create(new, batch_size=BATCH)
        self.new_ids |= {product.pk for product in new}
        fields = sorted({name for _product, names in kept for name in names})
        for product, names in kept:
            product.date_updated = timezone.now()
            self.changed.setdefault(product.parent_id or product.pk, []).extend(names)
        if kept:
            Product.objects.bulk_update([product for product, _names in kept], [*fields, "date_updated"], batch_size=BATCH)

    def _describe(self, drafts: list[Draft]) -> set[int]:
        wishes = []
        for draft in drafts:
            kind = self._kind(draft.item)
            brand = {BRAND: [draft.item.brand]} if draft.item.brand else {}
            said = [(draft.product.pk, {**brand, **draft.item.characteristics})]
            said += [
                (product.pk, {name: [text] for name, text in variant.options.items()}) for variant, product in draft.targets
            ]
            wishes += [self.attributes.wish(pk, kind, values) for pk, values in said if self._is_described_by(pk)]
        return self.attributes.write([wish for wish in wishes if wish.values])

    def _is_described_by(self, pk: int) -> bool:
        """Words of another language would take the place of those that a product has."""
        return not self.job.is_translation or pk in self.new_ids

    def _wanted_pictures(self, drafts: list[Draft]) -> Iterable[tuple[int, tuple[str, list[Picture]]]]:
        for draft in drafts:
            yield draft.product.pk, (draft.code, draft.item.pictures)
            for variant, product in draft.targets:
                if variant.picture and product.pk != draft.product.pk:
                    yield product.pk, (product.code or "", [variant.picture])

    def _account(self, drafts: list[Draft], touched: set[int]) -> None:
        """Say which products are new, changed or as they were."""
        for draft in drafts:
            ids = {draft.product.pk, *(product.pk for _variant, product in draft.targets)}
            count = len(draft.item.variants)
            if draft.product.pk in self.new_ids:
                variants = f" ({count} variants)" if draft.item.has_choices else ""
                self.job.report.change("new products", f"new: {draft.item.title}{variants}")
            elif draft.product.pk in self.changed or ids & (touched | self.new_ids):
                names = ", ".join(sorted(set(self.changed.get(draft.product.pk, ()))))
                self.job.report.change("changed products", f"changed: {draft.item.title}" + (f" ({names})" if names else ""))
            else:
                self.job.report.counts["unchanged products"] += 1
                continue
            self.job.report.changed_ids.add(draft.product.pk)


def _code_of(draft: Draft, variant: Variant) -> str:
    """By which a variant is known for ever, even if its SKU is written otherwise in the shop."""
    return f"{draft.code[:110]}#{variant.sku}"


def _owners(draft: Draft, stocks: dict[str, StockRecord]) -> Iterable[tuple[str, int]]:
    """SKUs that no record has, with the product of the shop that is meant: staff or the other shop has renamed it."""
    by_code = {child.code: child.pk for child in draft.children.values()}
    for variant in draft.item.variants:
        meant = by_code.get(_code_of(draft, variant)) if draft.item.has_choices else draft.product.pk
        if meant and variant.sku not in stocks:
            yield variant.sku, meant


def _free_barcodes(drafts: list[Draft], stocks: dict[str, StockRecord]) -> None:
    """A barcode may have gone from one row of a product to another; no two rows have one, not even for a moment."""
    rows = []
    for draft in drafts:
        own = {row.pk: row for row in (draft.product, *draft.children.values()) if row.pk}
        for variant in draft.item.variants:
            record = stocks.get(variant.sku)
            child = record.product_id if record and record.product_id in draft.children else None
            meant = child if draft.item.has_choices else draft.product.pk
            rows += [row for pk, row in own.items() if row.upc and row.upc == variant.barcode and pk != meant]
    Product.objects.filter(pk__in=[row.pk for row in rows]).update(upc=None)
    for row in rows:
        row.upc = None
