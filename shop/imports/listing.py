"""A JSON list of products, `[{"Id": 1, "Name": …, "Type": …, "Brand": …, "Description": …, "Price": 9.90}, …]`.

Keys may be spelled in any case. `Id` (or `Sku`), `Name` (or `Title`) and `Price` are needed. A picture is a file named
after the id, or the one that `Picture` names.
"""

import json
from decimal import Decimal
from typing import Any

from shop.imports import numbers, texts
from shop.imports.items import Item, Picture, Variant
from shop.imports.report import BadRow, CannotImport, Report


def read(text: str, report: Report) -> list[Item]:
    """The products of the list; raises CannotImport where it is no such list."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise CannotImport(f"The JSON is broken on line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise CannotImport("The JSON is nested too deeply. A flat list of products is expected.") from None
    except ValueError as error:  # numbers of thousands of digits
        raise CannotImport(f"The JSON has a number that cannot be read: {error}.") from None
    if isinstance(data, dict):
        data = data.get("products", data.get("items"))
    if not isinstance(data, list):
        raise CannotImport("A list of products is expected: [{…}, {…}], or an object with such a list as “products”.")
    if not data:
        raise CannotImport("The list has no products in it.")
    found = [_item_or_error(entry, f"entry {number}", report) for number, entry in enumerate(data, start=1)]
    return [item for item in found if item]


def _refuse(constant: str) -> None:
    raise CannotImport(f"The JSON has {constant} for a number.")


def _item_or_error(entry: Any, place: str, report: Report) -> Item | None:
    if not isinstance(entry, dict):
        report.error(place, "is not an object. Each product is written {…}.")
        return None
    try:
        return _item({str(name).casefold(): _text(name, value) for name, value in entry.items()}, place)
    except BadRow as error:
        report.error(place, str(error))
        return None


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | Decimal | str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise BadRow(f"“{name}” is a {type(value).__name__}; a text or a number is expected.")


def _item(entry: dict[str, str], place: str) -> Item:
    title = texts.plain(entry.get("name", "") or entry.get("title", ""))
    if not title:
        raise BadRow("has no Name.")
    key = entry.get("id", "") or entry.get("sku", "")
    if not key:
        raise BadRow(f"“{title}” has no Id, so that the next import could not find it again.")
    price = numbers.amount(entry.get("price", ""), "The Price", ".")
    if price is None:
        raise BadRow(f"“{title}” has no Price.")
    stock = numbers.units(entry.get("stock", ""), "The Stock", ".")
    variant = Variant(
        place=place,
        sku=entry.get("sku", "") or f"item-{key}",
        price=price,
        compare_at=numbers.amount(entry.get("compareat", ""), "CompareAt", "."),
        cost=numbers.amount(entry.get("cost", ""), "The Cost", "."),
        stock=None if stock is None else max(stock, 0),
        barcode=entry.get("barcode", ""),
    )
    category = texts.plain(entry.get("type", "") or entry.get("category", ""))
    return Item(
        place=place,
        key=key,
        title=title,
        variants=[variant],
        description=texts.rich(entry.get("description", "")),
        summary=texts.opening(entry.get("description", "")),
        brand=texts.plain(entry.get("brand", "")),
        categories=[(category,)] if category else [],
        pictures=[Picture(entry.get("picture", "") or key)],
    )
