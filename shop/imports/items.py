"""What every source format is turned into before anything is written."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Picture:
    """A picture the file names, by address or file name; only the file name is looked for."""

    source: str
    alt: str = ""


@dataclass
class Variant:
    """What is put into a basket. `options` is empty where the product comes in one form only."""

    place: str
    sku: str
    price: Decimal
    options: dict[str, str] = field(default_factory=dict)
    compare_at: Decimal | None = None
    cost: Decimal | None = None
    stock: int | None = None  # None: not counted, always for sale
    weight_g: int = 0
    barcode: str = ""
    picture: Picture | None = None
    is_public: bool = True


@dataclass
class Item:
    """A product as the source describes it. `key` names it for ever: the same key is the same product at the next import."""

    place: str
    key: str
    title: str
    variants: list[Variant]
    description: str = ""
    summary: str = ""
    meta_title: str = ""
    meta_description: str = ""
    brand: str = ""
    categories: list[tuple[str, ...]] = field(default_factory=list)
    characteristics: dict[str, list[str]] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    is_public: bool = True
    needs_shipping: bool = True

    @property
    def counts_stock(self) -> bool:
        return any(variant.stock is not None for variant in self.variants)

    @property
    def has_choices(self) -> bool:
        return any(variant.options for variant in self.variants)
