"""What stands in the demo's TOML files, read once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(__file__).resolve().parent
PICTURES = FOLDER / "pictures"
LANGUAGES = [code for code, _name in settings.LANGUAGES]

Table = dict[str, Any]


@dataclass(frozen=True)
class Ware:
    """One thing that can be put into a basket, as the invented buyers see it."""

    sku: str
    product: str  # slug of the product it is a variant of
    category: str
    subcategory: str
    price: Decimal
    weight_g: int
    lifetime_days: int | None
    popularity: int
    season: frozenset[int]
    related: tuple[str, ...]
    share: float  # of the product's buyers who take this variant
    is_gone: bool  # sold out today

    @property
    def is_used_up(self) -> bool:
        return self.lifetime_days is not None


@cache
def read(name: str) -> Table:
    """One file beside this module; amounts are exact decimals."""
    return tomllib.loads((FOLDER / name).read_text(), parse_float=Decimal)


@cache
def categories() -> list[Table]:
    """The category files in the order in which the shop shows them."""
    files = [read(f"catalogue/{path.name}") for path in sorted((FOLDER / "catalogue").glob("*.toml"))]
    return sorted(files, key=lambda file: int(file["category"]["position"]))


def products() -> list[tuple[Table, Table]]:
    """Every product with the file it stands in."""
    return [(product, file) for file in categories() for product in file["product"]]


def forms_of(product: Table) -> list[Table]:
    """What can be bought of a product: its variants, or itself."""
    return list(product.get("variants", [product]))


@cache
def wares() -> list[Ware]:
    """Everything that can be bought."""
    return [ware for product, file in products() for ware in _wares(product, file["category"]["slug"])]


def _wares(product: Table, category: str) -> list[Ware]:
    forms = forms_of(product)
    # The stock the merchant keeps tells how the variants sell; none left today means that it sold well.
    weights = [max(int(form["stock"]), 12) for form in forms]
    return [
        Ware(
            sku=form["sku"],
            product=product["slug"],
            category=category,
            subcategory=product["subcategory"],
            price=Decimal(form["price"]),
            weight_g=int(form["weight_g"]),
            lifetime_days=form.get("lifetime_days"),
            popularity=int(product["popularity"]),
            season=frozenset(product.get("season", ())),
            related=tuple(product["related"]),
            share=weight / sum(weights),
            is_gone=int(form["stock"]) == 0,
        )
        for form, weight in zip(forms, weights, strict=True)
    ]


def texts(field: str, table: Table) -> dict[str, str]:
    """`{"en": …}` as the fields of a translated model: `title_en`, …"""
    return {f"{field}_{language}": str(table[language]).strip() for language in LANGUAGES}


def day_before(today: date, days: int) -> date:
    return date.fromordinal(today.toordinal() - days)
