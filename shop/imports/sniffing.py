"""Whose file this is."""

from collections.abc import Callable

from shop.imports import listing, plain, shopify, woocommerce
from shop.imports.items import Item
from shop.imports.report import CannotImport, Report
from shop.imports.tables import Table, table_of

Reader = Callable[[Table, Report], list[Item]]

TABLES: list[tuple[str, Callable[[Table], bool], Reader]] = [
    ("Shopify", shopify.is_new, shopify.read),
    ("Shopify", shopify.is_old, shopify.read),
    ("WooCommerce", woocommerce.is_export, woocommerce.read),
    ("plain CSV", plain.is_plain, plain.read),
]
_OTHER_EXPORTS = {
    ("financial status", "lineitem name"): "This is Shopify's export of orders",
    ("accepts email marketing", "total orders"): "This is Shopify's export of customers",
    ("order number", "order total"): "This is WooCommerce's export of orders",
}


def items_of(text: str, report: Report) -> list[Item]:
    """The products of the text, in whichever known format it is; the report is told which. Raises CannotImport."""
    if not text.strip():
        raise CannotImport("The file is empty.")
    if text.lstrip()[:1] in "[{":
        report.format = "JSON list"
        return listing.read(text, report)
    table = table_of(text, report)
    for name, fits, read in TABLES:
        if fits(table):
            report.format = name
            if not table.rows and not report.errors:
                raise CannotImport("The file has a header and no products below it.")
            return read(table, report)
    raise CannotImport(_stranger(table))


def _stranger(table: Table) -> str:
    for columns, what in _OTHER_EXPORTS.items():
        if table.has(*columns):
            return f"{what}. Export the products instead."
    shown = ", ".join(f"“{name}”" for name in table.columns[:8])
    return (
        "This is neither a product export of Shopify or WooCommerce nor a CSV with the columns “title” and “price”. "
        f"Its first columns are {shown}. Rename them, or save the file with a comma or semicolon between the columns."
    )
