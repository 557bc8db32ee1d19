"""WooCommerce's product export: simple and variable products.

Left out, each with a line in the report: grouped products (their parts are imported), external ones (sold elsewhere) and
downloads (the shop delivers no files).
"""

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from shop.imports import numbers, texts
from shop.imports.items import Item, Picture, Variant
from shop.imports.report import BadRow, Report
from shop.imports.tables import Row, Table

_GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523")}
_SKIPPED = {
    "grouped": "is a group of other products, which are imported one by one; the group page itself is left out.",
    "external": "is sold on another website; the shop cannot take an order for it.",
    "downloadable": "is a download; the shop delivers no files.",
}
_AXES = range(1, 10)
_MOST_CHOICES = 500  # that one variation may stand for


def is_export(table: Table) -> bool:
    return table.has("type", "sku", "name", "regular price")


@dataclass
class _File:
    mark: str
    weight_column: str
    grams: Decimal
    today: date
    report: Report


def read(table: Table, report: Report) -> list[Item]:
    """The products of the file; those that cannot be read are errors in the report."""
    weight = next((name for name in table.columns if re.fullmatch(r"weight \((kg|g|lbs|oz)\)", name)), "")
    unit = weight[8:-1] or "kg"
    money = [row[name] for row in table.rows for name in ("regular price", "sale price")]
    file = _File(numbers.decimal_mark_of(money, "."), weight, _GRAMS[unit], timezone.localdate(), report)
    variations: dict[str, list[Row]] = {}
    for row in table.rows:
        if row["type"].startswith("variation"):
            variations.setdefault(row["parent"].casefold(), []).append(row)
    items = []
    for row in table.rows:
        if not row["type"].startswith("variation") and (item := _item_or_remark(row, variations, file)):
            items.append(item)
    for parent, rows in variations.items():
        report.error(rows[0].place, f"is a variation of “{parent}”, which is not in the file. Export the parent too.")
    return items


def _item_or_remark(row: Row, variations: dict[str, list[Row]], file: _File) -> Item | None:
    kinds = [part.strip().casefold() for part in row["type"].split(",")]
    own = variations.pop(row["sku"].casefold(), []) if row["sku"] else []
    own += variations.pop(f"id:{row['id']}", [])
    reason = next((text for kind, text in _SKIPPED.items() if kind in kinds), None)
    if reason:
        file.report.skip(row.place, f"“{row['name']}” {reason}")
        return None
    if not {"simple", "variable"} & set(kinds):
        file.report.skip(row.place, f"“{row['name']}” is of the type “{row['type']}”, which the shop does not know.")
        return None
    return _built(row, own if "variable" in kinds else [row], file, needs_shipping="virtual" not in kinds)


def _built(row: Row, rows: list[Row], file: _File, needs_shipping: bool) -> Item | None:
    errors = len(file.report.errors)
    try:
        item = _item(row, needs_shipping, file)
    except BadRow as error:
        file.report.error(row.place, str(error))
        return None
    values = {row[f"attribute {n} name"]: _values(row[f"attribute {n} value(s)"]) for n in _AXES}
    for variant_row in rows:
        try:
            item.variants += _variants(variant_row, row, values, file)
        except BadRow as error:
            file.report.error(variant_row.place, str(error))
    if not item.variants and len(file.report.errors) == errors:
        file.report.error(row.place, f"“{item.title}” has no variation with a price. Add one, or remove the row.")
    axes = {name for variant in item.variants for name in variant.options}
    item.characteristics = {
        texts.plain(name): parts for name, parts in values.items() if parts and texts.plain(name) not in axes
    }
    return item if len(file.report.errors) == errors else None


def _item(row: Row, needs_shipping: bool, file: _File) -> Item:
    title = texts.plain(row["name"])
    if not title:
        raise BadRow("the product has no Name. Fill it in, or remove the row.")
    if not (row["id"] or row["sku"]):
        raise BadRow(f"“{title}” has neither ID nor SKU. Give it a SKU, so that the next import finds it again.")
    is_public = numbers.yes(row["published"], "Published")
    if is_public and row["visibility in catalog"].casefold() == "hidden":
        file.report.note(row.place, f"“{title}” is hidden in the catalogue there; it is imported, but not shown.")
        is_public = False
    return Item(
        place=row.place,
        key=row["sku"] or f"id-{row['id']}",
        title=title,
        variants=[],
        description=texts.rich(row["description"] or row["short description"]),
        summary=texts.opening(row["short description"] or row["description"]),
        brand=texts.plain(row["brands"] or row["brand"]),
        categories=_categories(row["categories"] or row["tags"]),
        pictures=[Picture(part.strip()) for part in row["images"].split(",") if part.strip()],
        is_public=is_public,
        needs_shipping=needs_shipping,
    )


def _categories(text: str) -> list[tuple[str, ...]]:
    """`Clothing, Clothing > Shirts` as paths; an escaped comma belongs to the name."""
    paths = re.split(r"(?<!\\),", text)
    return [
        tuple(texts.plain(part.replace("\\,", ",")) for part in path.split(">") if part.strip())
        for path in paths
        if path.strip()
    ]


def _values(text: str) -> list[str]:
    return [texts.plain(part.replace("\\,", ",")) for part in re.split(r"(?<!\\),", text) if part.strip()]


def _variants(row: Row, parent: Row, values: dict[str, list[str]], file: _File) -> Iterator[Variant]:
    """One variant; or several where the variation leaves an attribute open (“any size”), which here must be chosen."""
    regular = numbers.amount(row["regular price"], "The regular price", file.mark)
    sale = _sale_price(row, file)
    if regular is None and sale is None:
        raise BadRow(f"“{row['name']}” has no Regular price. Fill it in; 0 is a price too.")
    price = sale if sale is not None else regular
    assert price is not None
    stock = _stock(row, file)
    choices = _choices(row, values) if row is not parent else [{}]
    shares = [stock] if len(choices) == 1 else _shares(stock, len(choices))
    if stock and len(choices) > 1:
        file.report.note(
            row.place, f"“{row['name']}” stands for {len(choices)} choices; its {stock} units are shared out among them."
        )
    for options, share in zip(choices, shares, strict=True):
        open_values = [value for name, value in options.items() if value not in _chosen(row)]
        own = row["sku"] or f"{parent['sku'] or parent['id']}-{row['id']}"
        yield Variant(
            place=row.place,
            sku=f"{own}-{texts.key(open_values)}" if open_values else own,
            price=price,
            options=options,
            compare_at=regular if sale is not None and regular is not None and regular > sale else None,
            cost=numbers.amount(row["cost of goods"] or row["meta: _wc_cog_cost"], "The cost", file.mark),
            stock=share,
            weight_g=round(
                numbers.number(row[file.weight_column] or parent[file.weight_column] or "0", "The weight", ".") * file.grams
            ),
            barcode=row["gtin, upc, ean, or isbn"],
            picture=Picture(row["images"].split(",")[0].strip()) if row is not parent and row["images"] else None,
            is_public=numbers.yes(row["published"], "Published"),
        )


def _sale_price(row: Row, file: _File) -> Decimal | None:
    """The reduced price, unless its days have not come yet or are over."""
    sale = numbers.amount(row["sale price"], "The sale price", file.mark)
    starts, ends = (_day(row[f"date sale price {edge}"], edge) for edge in ("starts", "ends"))
    if sale is None or ((starts is None or starts <= file.today) and (ends is None or ends >= file.today)):
        return sale
    file.report.note(row.place, f"the sale price of “{row['name']}” does not hold today; the regular price is taken.")
    return None


def _day(text: str, edge: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise BadRow(f"the day on which the sale {edge}, “{text}”, is not written like 2026-11-30.") from None


def _chosen(row: Row) -> set[str]:
    return {part for n in _AXES for part in _values(row[f"attribute {n} value(s)"])}


def _choices(row: Row, values: dict[str, list[str]]) -> list[dict[str, str]]:
    named = {row[f"attribute {n} name"]: _values(row[f"attribute {n} value(s)"]) for n in _AXES if row[f"attribute {n} name"]}
    parts = [[(texts.plain(name), value) for value in own or values.get(name, [])] for name, own in named.items()]
    if (count := math.prod(len(part) for part in parts if part)) > _MOST_CHOICES:
        raise BadRow(f"“{row['name']}” stands for {count:,} choices; at most {_MOST_CHOICES} fit. Make variations of its own.")
    return [dict(choice) for choice in itertools.product(*[part for part in parts if part])]


def _shares(stock: int | None, count: int) -> list[int | None]:
    """The units shared out as evenly as they go: together never more than there are."""
    if stock is None:
        return [None] * count
    return [stock // count + (1 if place < stock % count else 0) for place in range(count)]


def _stock(row: Row, file: _File) -> int | None:
    """Units in stock; None where WooCommerce does not count them or takes orders beyond them."""
    if row["stock"].casefold() in ("", "parent"):
        return None if numbers.yes(row["in stock?"], "In stock?") else 0
    quantity = numbers.units(row["stock"], "The stock", ".")
    if row["backorders allowed?"].casefold() in ("1", "notify", "yes"):
        return None
    if quantity is not None and quantity < 0:
        file.report.note(row.place, f"the stock {quantity} is below zero (sold, but not there); 0 is taken.")
    return max(quantity or 0, 0)
