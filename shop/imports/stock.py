"""Prices and stock from a file. What orders have reserved is theirs: the stock is never set below it.

Rows that sales need are locked last, all at once and in the order in which checkout locks them: while a long file is
being read and written, people go on buying.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from shop.forks.catalogue.models import Product
from shop.forks.partner.models import Partner, StockRecord
from shop.imports.items import Variant
from shop.imports.job import Job, assign

_SHOWN = {
    "partner_sku": "SKU",
    "price": "price",
    "compare_at_price": "old price",
    "cost_price": "cost",
    "num_in_stock": "stock",
}
_UPDATE = """
    UPDATE partner_stockrecord s
    SET product_id = v.product_id, partner_sku = v.sku, price = v.price, price_currency = %s, compare_at_price = v.compare_at,
        cost_price = v.cost, num_in_stock = greatest(v.units, CASE WHEN v.units IS NOT NULL THEN s.num_allocated END),
        date_updated = %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::integer[])
        AS v (id, product_id, sku, price, compare_at, cost, units)
    WHERE s.id = v.id
"""


@dataclass(frozen=True)
class _Change:
    """A record as the file wants it."""

    record: StockRecord
    variant: Variant


class Stock:
    """Creates records as the file is written, and keeps changes of those that sell already for `settle()`."""

    def __init__(self, partner: Partner, job: Job) -> None:
        self.partner, self.job = partner, job
        self.changes: list[_Change] = []

    def known(self, skus: list[str]) -> dict[str, StockRecord]:
        """The stock records with these SKUs."""
        rows = StockRecord.objects.filter(partner=self.partner, partner_sku__in=skus)
        return {row.partner_sku: row for row in rows.select_related("product__parent")}

    def renamed(self, wanted: Iterable[tuple[str, int]], known: Iterable[str]) -> dict[str, StockRecord]:
        """The records of these products (SKU, product id) under a SKU not `known`: each goes on under the file's."""
        skus = {product: sku for sku, product in wanted}
        rows = StockRecord.objects.filter(partner=self.partner, product__in=skus).exclude(partner_sku__in=known)
        # Of several the first counts, as in the shop.
        return {skus[row.product_id]: row for row in rows.select_related("product__parent").order_by("-pk")}

    def write(self, targets: list[tuple[Variant, Product]], known: dict[str, StockRecord]) -> set[int]:
        """Records for new SKUs; what differs at the others is kept for later. Returns the ids of the products it is about."""
        new, changed = [], []
        for variant, product in targets:
            record = known.get(variant.sku)
            if record is None:
                record = StockRecord(partner=self.partner, partner_sku=variant.sku, num_allocated=0)
                self._fill(record, variant, product)
                new.append(record)
            elif self._fill(record, variant, product):
                changed.append(_Change(record, variant))
        StockRecord.objects.bulk_create(new, batch_size=500)
        self.changes += changed
        return {record.product_id for record in [*new, *(change.record for change in changed)]}

    def settle(self) -> None:
        """Write the changes. Locks the records, so it is the last thing before the commit."""
        if not self.changes:
            return
        rows = StockRecord.objects.filter(pk__in=[change.record.pk for change in self.changes])
        locked = rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", "num_allocated")
        reserved = {pk: units or 0 for pk, units in locked}
        for change in self.changes:
            self._tell_of_reserved(change, reserved.get(change.record.pk, 0))
        columns = ("pk", "product_id", "partner_sku", "price", "compare_at_price", "cost_price", "num_in_stock")
        values = [[getattr(change.record, column) for change in self.changes] for column in columns]
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, [self.job.currency, timezone.now(), *values])

    def _fill(self, record: StockRecord, variant: Variant, product: Product) -> bool:
        """Set what differs; say it in the report where the record is not new."""
        before = {name: getattr(record, name) for name in _SHOWN}
        values: dict[str, Any] = {
            "product_id": product.pk,
            "partner_sku": variant.sku,
            "price": variant.price,
            "price_currency": self.job.currency,
            "compare_at_price": variant.compare_at,
            "cost_price": variant.cost if variant.cost is not None else record.cost_price,
        }
        names = assign(record, values)
        # Nought units and uncounted units are not the same, as they would be for assign().
        units = None if variant.stock is None else max(variant.stock, record.num_allocated or 0)
        if record.num_in_stock != units:
            record.num_in_stock = units
            names.append("num_in_stock")
        if record.pk:
            for name in (name for name in names if name in _SHOWN):
                text = f"changed: {variant.sku}: {_SHOWN[name]} {before[name]} → {getattr(record, name)}"
                self.job.report.change("changed prices and stock", text)
        return bool(names)

    def _tell_of_reserved(self, change: _Change, reserved: int) -> None:
        wanted = change.variant.stock
        if wanted is not None and wanted < reserved:
            self.job.report.note(
                change.variant.place,
                f"orders have reserved {reserved} units of “{change.variant.sku}”; its stock becomes {reserved}, not {wanted}.",
            )
