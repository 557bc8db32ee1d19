"""Shopify's product export: the old layout (`Handle`, `Variant Price`) and the one of 2025 (`URL handle`, `Price`).

A product stands on its first row; the rows below with the same handle are further variants and pictures.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shop.imports import numbers, texts
from shop.imports.items import Item, Picture, Variant
from shop.imports.report import BadRow, Report
from shop.imports.tables import Row, Table

OLD = {
    "handle": "handle", "body": "body (html)", "sku": "variant sku", "grams": "variant grams",
    "tracker": "variant inventory tracker", "quantity": "variant inventory qty", "policy": "variant inventory policy",
    "price": "variant price", "compare_at": "variant compare at price", "ships": "variant requires shipping",
    "barcode": "variant barcode", "picture": "image src", "variant_picture": "variant image", "published": "published",
}  # fmt: skip
NEW = {
    "handle": "url handle", "body": "description", "sku": "sku", "grams": "weight value (grams)",
    "tracker": "inventory tracker", "quantity": "inventory quantity", "policy": "continue selling when out of stock",
    "price": "price", "compare_at": "compare-at price", "ships": "requires shipping",
    "barcode": "barcode", "picture": "product image url", "variant_picture": "variant image url",
    "published": "published on online store",
}  # fmt: skip
_ONLY_ONE = ("title", "default title")  # the option of a product that has no options
_METAFIELD = re.compile(r"^(.+?) \(product\.metafields\.")


def is_old(table: Table) -> bool:
    return table.has("handle", "title", "variant price")


def is_new(table: Table) -> bool:
    return table.has("url handle", "title", "price")


@dataclass
class _Layout:
    columns: dict[str, str]
    mark: str

    def get(self, row: Row, name: str) -> str:
        return row[self.columns.get(name, name)]


def read(table: Table, report: Report) -> list[Item]:
    """The products of the file; those that cannot be read are errors in the report."""
    columns = NEW if is_new(table) else OLD
    money = [row[columns[name]] for row in table.rows for name in ("price", "compare_at")]
    layout = _Layout(columns, numbers.decimal_mark_of(money, "."))
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        handle = layout.get(row, "handle")
        if not handle:
            report.error(row.place, f"has no {columns['handle']}. Each row needs the handle of its product.")
            continue
        groups.setdefault(handle.casefold(), []).append(row)
    found = [_item_or_error(handle, rows, layout, report) for handle, rows in groups.items()]
    return [item for item in found if item]


def _item_or_error(handle: str, rows: list[Row], layout: _Layout, report: Report) -> Item | None:
    first = rows[0]
    try:
        if numbers.yes(first["gift card"], "Gift card", default=False):
            report.skip(first.place, f"“{first['title']}” is a gift card; the shop does not sell them yet.")
            return None
        item = _item(handle, first, layout)
    except BadRow as error:
        report.error(first.place, str(error))
        return None
    names = [first[f"option{number} name"] for number in (1, 2, 3)]
    has_errors = False
    for row in rows:
        try:
            _read_row(row, item, names, layout, report)
        except BadRow as error:
            report.error(row.place, str(error))
            has_errors = True
    if not item.variants and not has_errors:
        report.error(first.place, f"“{item.title}” has no row with a price. Add the price of at least one variant.")
    return item if item.variants and not has_errors else None


def _item(handle: str, row: Row, layout: _Layout) -> Item:
    title = texts.plain(row["title"])
    if not title:
        raise BadRow(f"the first row of “{handle}” has no Title. Fill it in, or remove the product's rows.")
    published = numbers.yes(layout.get(row, "published"), "Published")
    return Item(
        place=row.place,
        key=handle,
        title=title,
        variants=[],
        description=texts.rich(layout.get(row, "body")),
        summary=texts.plain(row["seo description"]) or texts.opening(layout.get(row, "body")),
        meta_title=texts.plain(row["seo title"]),
        meta_description=texts.plain(row["seo description"]),
        brand=texts.plain(row["vendor"]),
        categories=_categories(row),
        characteristics=_metafields(row),
        is_public=published and row["status"].casefold() in ("", "active"),
        needs_shipping=numbers.yes(layout.get(row, "ships"), "Requires shipping"),
    )


def _categories(row: Row) -> list[tuple[str, ...]]:
    """The merchant's own type; else Shopify's category; else the tags."""
    if row["type"]:
        return [(texts.plain(row["type"]),)]
    if row["product category"]:
        return [tuple(texts.plain(part) for part in row["product category"].split(">") if part.strip())]
    tags = (texts.plain(tag) for tag in row["tags"].split(","))
    return [(tag[0].upper() + tag[1:],) for tag in tags if tag]


def _metafields(row: Row) -> dict[str, list[str]]:
    """Columns such as `Color (product.metafields.shopify.color-pattern)`."""
    named = ((_METAFIELD.match(column), cell) for column, cell in row.cells.items())
    return {match[1].capitalize(): _parts(cell, ";") for match, cell in named if match and cell}


def _parts(text: str, separator: str) -> list[str]:
    return [texts.plain(part) for part in text.split(separator) if part.strip()]


def _read_row(row: Row, item: Item, names: Iterable[str], layout: _Layout, report: Report) -> None:
    if address := layout.get(row, "picture"):
        item.pictures.append(Picture(address, texts.plain(row["image alt text"])))
    values = [row[f"option{number} value"] for number in (1, 2, 3)]
    price = numbers.amount(layout.get(row, "price"), "The price", layout.mark)
    if price is None:
        if any(values) or layout.get(row, "sku"):
            raise BadRow("this variant has no price. Fill it in; 0 is a price too.")
        return
    options = {
        texts.plain(name or f"Option {number}"): texts.plain(value)
        for number, (name, value) in enumerate(zip(names, values, strict=True), start=1)
        if value and (name.casefold(), value.casefold()) != _ONLY_ONE
    }
    item.variants.append(
        Variant(
            place=row.place,
            sku=layout.get(row, "sku") or texts.key([item.key, *options.values()]),
            price=price,
            options=options,
            compare_at=numbers.amount(layout.get(row, "compare_at"), "The compare-at price", layout.mark),
            cost=numbers.amount(row["cost per item"], "The cost", layout.mark),
            stock=_stock(row, layout, report),
            weight_g=int(numbers.number(layout.get(row, "grams") or "0", "The weight in grams", ".")),
            barcode=layout.get(row, "barcode"),
            picture=Picture(address) if (address := layout.get(row, "variant_picture")) else None,
        )
    )


def _stock(row: Row, layout: _Layout, report: Report) -> int | None:
    """Units in stock; None where Shopify does not count them or sells on when they are gone.

    Shopify ignores the quantity where no tracker is named; a quantity above zero was yet meant by somebody, and counts.
    """
    quantity = numbers.units(layout.get(row, "quantity"), "The quantity", ".")
    if layout.get(row, "policy").casefold() in ("continue", "true"):
        return None
    if not layout.get(row, "tracker") and not (quantity and quantity > 0):
        return None
    if quantity is not None and quantity < 0:
        report.note(row.place, f"the stock {quantity} is below zero (sold, but not there); 0 is taken.")
    return max(quantity or 0, 0)
