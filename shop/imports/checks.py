"""What must hold between the products of a file, and what the database could not store."""

from collections.abc import Iterator

from shop.imports.items import Item, Variant
from shop.imports.report import Report

LONGEST_TITLE, LONGEST_SKU, LONGEST_CODE, LONGEST_BARCODE = 255, 128, 200, 64
DEEPEST = 20  # levels of categories
HEAVIEST = 2_000_000_000  # grams: what the database holds


def sound(items: list[Item], report: Report) -> list[Item]:
    """The items without those that contradict an earlier one or do not fit; each left out is an error in the report."""
    seen = _Seen()
    kept = []
    for item in items:
        faults = list(_faults(item, seen))
        for place, text in faults:
            report.error(place, text)
        if not faults:
            _tidy(item, report)
            kept.append(item)
    return kept


class _Seen:
    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.skus: dict[str, str] = {}
        self.barcodes: dict[str, str] = {}


def _faults(item: Item, seen: _Seen) -> Iterator[tuple[str, str]]:
    if len(item.title) > LONGEST_TITLE:
        yield item.place, f"the title has {len(item.title)} letters; at most {LONGEST_TITLE} fit."
    if len(item.key) > LONGEST_CODE:
        yield item.place, f"the handle or SKU has {len(item.key)} letters; at most {LONGEST_CODE} fit."
    if any(len(path) > DEEPEST for path in item.categories):
        yield item.place, f"the category has more than {DEEPEST} levels. Join some of them."
    if item.key in seen.keys:
        yield item.place, f"“{item.key}” stands on {seen.keys[item.key]} already. Remove one of the two."
    seen.keys[item.key] = item.place
    choices: dict[tuple[str, ...], str] = {}
    for variant in item.variants:
        yield from _variant_faults(variant, item, seen)
        choice = tuple(value.casefold() for value in variant.options.values())
        if choice in choices:
            what = f"the choice {', '.join(variant.options.values())}" if choice else f"“{item.title}”"
            yield variant.place, f"{what} stands on {choices[choice]} already. Each variant needs options of its own."
        choices[choice] = variant.place


def _variant_faults(variant: Variant, item: Item, seen: _Seen) -> Iterator[tuple[str, str]]:
    if len(variant.sku) > LONGEST_SKU:
        yield variant.place, f"the SKU has {len(variant.sku)} letters; at most {LONGEST_SKU} fit."
    if variant.sku in seen.skus:
        yield variant.place, f"the SKU “{variant.sku}” stands on {seen.skus[variant.sku]} already. Each variant needs its own."
    seen.skus[variant.sku] = variant.place
    if any(len(value) > 255 for value in variant.options.values()):
        yield variant.place, "an option has more than 255 letters."
    if variant.barcode in seen.barcodes and variant.barcode and not _is_cut(variant.barcode):
        yield (
            variant.place,
            f"the barcode {variant.barcode} stands on {seen.barcodes[variant.barcode]} already. Each variant needs its own.",
        )
    seen.barcodes[variant.barcode] = variant.place
    if variant.weight_g < 0:
        yield variant.place, "the weight is below zero."
    if variant.weight_g > HEAVIEST:
        yield variant.place, "the weight is more than any parcel's. Write it in the unit that the column names."
    if item.has_choices and not variant.options:
        yield variant.place, f"this variant of “{item.title}” has no option value, so that nobody could choose it."


def _is_cut(barcode: str) -> bool:
    """Whether a spreadsheet took it for a number and left the first digits: all barcodes of a maker then look the same."""
    return "e+" in barcode.casefold() or len(barcode) > LONGEST_BARCODE


def _tidy(item: Item, report: Report) -> None:
    """Small things that need no refusal."""
    item.summary = item.summary[:255]
    item.meta_title = item.meta_title[:255]
    item.categories = [tuple(name[:255] for name in path) for path in dict.fromkeys(item.categories) if path]
    item.characteristics = {name: values for name, values in item.characteristics.items() if name and len(name) <= 128}
    for variant in item.variants:
        if _is_cut(variant.barcode):
            report.note(
                variant.place,
                f"the barcode “{variant.barcode[:30]}” was cut by a spreadsheet; it is left out. Format that column as text.",
            )
            variant.barcode = ""
        if variant.compare_at is not None and variant.compare_at <= variant.price:
            if variant.compare_at < variant.price:
                report.note(
                    variant.place, f"the old price {variant.compare_at} is below the price {variant.price}; it is left out."
                )
            variant.compare_at = None
        if item.counts_stock and variant.stock is None:
            report.note(
                variant.place,
                f"the stock of “{variant.sku}” is not counted, while that of its siblings is; 0 is taken. Fill in a number.",
            )
            variant.stock = 0
