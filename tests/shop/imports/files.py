"""Files to import, written as a person's spreadsheet would write them."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"
OLD = ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value", "Variant SKU"]
OLD += ["Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price"]
OLD += ["Variant Barcode", "Image Src", "Gift Card", "Variant Image", "Cost per item", "Status"]
WOO = [
    "ID",
    "Type",
    "SKU",
    "Name",
    "Published",
    "Stock",
    "In stock?",
    "Regular price",
    "Sale price",
    "Categories",
    "Parent",
    "Images",
]
WOO += ["Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)", "Description", "Weight (kg)"]
WOO += ["Date sale price starts", "Date sale price ends"]
PLAIN = ["sku", "title", "price", "stock", "category", "description", "parent", "option size", "old price", "cost", "barcode"]


def table(columns: list[str], rows: Iterable[dict[str, object]], separator: str = ",") -> str:
    """CSV text with these rows; columns that a row does not name are empty."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, delimiter=separator, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def plain(*rows: dict[str, object], separator: str = ",") -> str:
    return table(PLAIN, rows, separator)


def shopify(*rows: dict[str, object]) -> str:
    return table(OLD, rows)


def woo(*rows: dict[str, object]) -> str:
    return table(WOO, rows)


def bring_in(folder: Path, content: str | bytes, name: str = "catalogue.csv", **options: object) -> str:
    """Write the file, run the command on it, return what it printed."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    printed = io.StringIO()
    call_command("import_catalogue", path, stdout=printed, no_color=True, **options)
    return printed.getvalue()


def shared(name: str) -> Path:
    """A file of the data that lies beside the repository; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real catalogue {path} is not here")
    return path
