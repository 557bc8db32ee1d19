"""Prices and stock from a file. What orders have reserved is theirs: the stock is never set below it."""

from django.utils import timezone

from shop.forks.catalogue.models import Product
from shop.forks.partner.models import Partner, StockRecord
from shop.imports.items import Variant
from shop.imports.job import Job, assign

_FIELDS = ["product", "price", "price_currency", "compare_at_price", "cost_price", "num_in_stock", "date_updated"]
_SHOWN = {"price": "price", "compare_at_price": "old price", "cost_price": "cost", "num_in_stock": "stock"}


def locked(partner: Partner, skus: list[str]) -> dict[str, StockRecord]:
    """The stock records with these SKUs, locked in the order in which checkout locks them."""
    rows = StockRecord.objects.filter(partner=partner, partner_sku__in=skus).select_related("product__parent")
    return {row.partner_sku: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def write(targets: list[tuple[Variant, Product]], partner: Partner, known: dict[str, StockRecord], job: Job) -> set[int]:
    """Write price and stock of each variant's product; return the ids of the products that changed."""
    new, changed = [], []
    for variant, product in targets:
        record = known.get(variant.sku)
        if record is None:
            record = StockRecord(partner=partner, partner_sku=variant.sku, num_allocated=0)
            new.append(record)
            _fill(record, variant, product, job)
        elif _fill(record, variant, product, job):
            record.date_updated = timezone.now()
            changed.append(record)
    StockRecord.objects.bulk_create(new, batch_size=500)
    StockRecord.objects.bulk_update(changed, _FIELDS, batch_size=500)
    return {record.product_id for record in [*new, *changed]}


def _fill(record: StockRecord, variant: Variant, product: Product, job: Job) -> bool:
    """Set what differs; say it in the report where the record is not new."""
    before = {name: getattr(record, name) for name in _SHOWN}
    values = {
        "product_id": product.pk,
        "price": variant.price,
        "price_currency": job.currency,
        "compare_at_price": variant.compare_at,
        "cost_price": variant.cost if variant.cost is not None else record.cost_price,
    }
    names = assign(record, values)
    # Nought units and uncounted units are not the same, as they would be for assign().
    units = _units(record, variant, job)
    if record.num_in_stock != units:
        record.num_in_stock = units
        names.append("num_in_stock")
    if record.pk:
        for name in names:
            if name in _SHOWN:
                job.report.change(
                    "changed prices and stock",
                    f"changed: {variant.sku}: {_SHOWN[name]} {before[name]} → {getattr(record, name)}",
                )
    return bool(names)


def _units(record: StockRecord, variant: Variant, job: Job) -> int | None:
    reserved = record.num_allocated or 0
    if variant.stock is None or variant.stock >= reserved:
        return variant.stock
    job.report.note(
        variant.place,
        f"orders have reserved {reserved} units of “{variant.sku}”; its stock becomes {reserved} instead of {variant.stock}.",
    )
    return reserved
