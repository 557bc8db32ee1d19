"""A plain CSV, one product or variant a row.

The columns are named in README.md beside this module. Only `title` (or `name`) and `price` are needed; `sku` makes the
product findable at the next import. Rows with the same `parent` are the variants of one product: the cells of the first
of them describe it, and the `option …` columns tell the variants apart.
"""

from shop.imports import numbers, texts
from shop.imports.items import Item, Picture, Variant
from shop.imports.report import BadRow, Report
from shop.imports.tables import Row, Table

_NAMES = {
    "title": ("title", "name", "product", "product name"),
    "sku": ("sku", "code", "article", "id"),
    "price": ("price",),
    "compare_at": ("compare at", "compare_at", "old price", "compare-at price"),
    "cost": ("cost", "cost price"),
    "stock": ("stock", "quantity", "qty", "in stock"),
    "category": ("category", "categories"),
    "description": ("description",),
    "summary": ("summary", "short description"),
    "brand": ("brand", "maker", "vendor"),
    "weight": ("weight_g", "weight (g)", "weight g"),
    "barcode": ("barcode", "ean", "gtin", "upc"),
    "pictures": ("pictures", "picture", "images", "image"),
    "parent": ("parent", "group"),
    "published": ("published", "public", "visible"),
}


def is_plain(table: Table) -> bool:
    return any(name in table.columns for name in _NAMES["title"]) and "price" in table.columns


def cell(row: Row, name: str) -> str:
    """The first filled cell under any of the column's names."""
    return next((row[column] for column in _NAMES[name] if row[column]), "")


def read(table: Table, report: Report) -> list[Item]:
    """The products of the file; those that cannot be read are errors in the report."""
    mark = numbers.decimal_mark_of([cell(row, name) for row in table.rows for name in ("price", "compare_at", "cost")])
    _tell_of_unknown(table, report)
    items: dict[str, Item] = {}
    refused: set[str] = set()
    for row in table.rows:
        try:
            _take(row, mark, items, report)
        except BadRow as error:
            report.error(row.place, str(error))
            refused.add(cell(row, "parent").casefold())
    return [item for item in items.values() if item.key not in refused]


def _tell_of_unknown(table: Table, report: Report) -> None:
    known = {column for columns in _NAMES.values() for column in columns}
    unknown = [name for name in table.columns if name and name not in known and not name.startswith(("option ", "attribute "))]
    if unknown:
        report.note(
            "line 1", f"these columns are not known and not imported: {', '.join(unknown)}. README.md names the known ones."
        )


def _take(row: Row, mark: str, items: dict[str, Item], report: Report) -> None:
    """Turn the row into a product, or into one more variant of the product that its `parent` names."""
    parent, sku = cell(row, "parent"), cell(row, "sku")
    key = parent.casefold() or sku.casefold() or texts.key([cell(row, "title")])
    known = items.get(key)
    if known and not parent:
        same = f"the SKU “{sku}”" if sku else f"the title “{known.title}”"
        raise BadRow(f"{same} stands on {known.place} already. Remove one of the two, or join them with a “parent” column.")
    item = known or _item(row, key, mark)
    variant = _variant(row, item, mark, report)
    if parent and not variant.options:
        raise BadRow(f"a variant of “{parent}” needs a column such as “option size” that tells it from the others.")
    item.variants.append(variant)
    items[key] = item


def _item(row: Row, key: str, mark: str) -> Item:
    title = texts.plain(cell(row, "title"))
    if not title:
        raise BadRow("the product has no title. Fill it in, or remove the row.")
    description = cell(row, "description")
    return Item(
        place=row.place,
        key=key,
        title=title,
        variants=[],
        description=texts.rich(description),
        summary=texts.plain(cell(row, "summary")) or texts.opening(description),
        brand=texts.plain(cell(row, "brand")),
        categories=[_path(text) for text in cell(row, "category").split("|") if text.strip()],
        characteristics={name: _parts(text) for name, text in _named(row, "attribute ").items()},
        pictures=[Picture(part) for part in _parts(cell(row, "pictures"))],
        is_public=numbers.yes(cell(row, "published"), "Published"),
    )


def _variant(row: Row, item: Item, mark: str, report: Report) -> Variant:
    price = numbers.amount(cell(row, "price"), "The price", mark)
    if price is None:
        raise BadRow("the price is empty. Fill it in; 0 is a price too.")
    stock = numbers.units(cell(row, "stock"), "The stock", mark)
    if stock is not None and stock < 0:
        report.note(row.place, f"the stock {stock} is below zero; 0 is taken.")
    options = {name: texts.plain(text) for name, text in _named(row, "option ").items()}
    return Variant(
        place=row.place,
        sku=cell(row, "sku") or texts.key([item.key, *options.values()]),
        price=price,
        options=options,
        compare_at=numbers.amount(cell(row, "compare_at"), "The old price", mark),
        cost=numbers.amount(cell(row, "cost"), "The cost", mark),
        stock=None if stock is None else max(stock, 0),
        weight_g=max(numbers.units(cell(row, "weight"), "The weight in grams", mark) or 0, 0),
        barcode=cell(row, "barcode"),
    )


def _named(row: Row, start: str) -> dict[str, str]:
    """`option size` → size, for the filled cells."""
    return {
        name[len(start) :].strip().capitalize(): text for name, text in row.cells.items() if name.startswith(start) and text
    }


def _path(text: str) -> tuple[str, ...]:
    return tuple(texts.plain(part) for part in text.replace(" / ", ">").split(">") if part.strip())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", "|").split("|") if part.strip()]
