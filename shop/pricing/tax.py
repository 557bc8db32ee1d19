"""Tax in a country: contained in the prices or added to them."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from shop.forks import money
from shop.pricing.models import TaxRate
from shop.rules.kept import Kept


@dataclass(frozen=True)
class Taxes:
    """The rates of one country; `is_included` is one for the whole country, that of its general rate."""

    is_included: bool = True
    general: Decimal = Decimal(0)
    by_product_class: dict[int, Decimal] = field(default_factory=dict)

    def rate(self, product_class_id: int | None = None) -> Decimal:
        """The rate as a fraction: 0.19 for 19 %."""
        return self.by_product_class.get(product_class_id or 0, self.general) / 100

    def of(self, amount: Decimal, currency: str, product_class_id: int | None = None) -> Decimal:
        """The tax that is in a shown amount, or comes on top of it."""
        rate = self.rate(product_class_id)
        return money.rounded(amount - amount / (1 + rate) if self.is_included else amount * rate, currency)

    def with_and_without(self, amount: Decimal, currency: str, product_class_id: int | None = None) -> tuple[Decimal, Decimal]:
        """A shown amount (with tax, without tax)."""
        tax = self.of(amount, currency, product_class_id)
        return (amount, amount - tax) if self.is_included else (amount + tax, amount)


def taxes_of(country: str) -> Taxes:
    """The rates of a country (ISO code); all zero when the merchant has none for it."""
    return _by_country().get(country, _NONE)


def _read() -> dict[str, Taxes]:
    rows = TaxRate.objects.order_by("country").only("country", "product_class_id", "rate", "is_included")
    return {country: _taxes(list(some)) for country, some in groupby(rows, key=lambda row: row.country)}


def _taxes(rows: list[TaxRate]) -> Taxes:
    general = next((row for row in rows if row.product_class_id is None), None)
    return Taxes(
        is_included=general.is_included if general else all(row.is_included for row in rows),
        general=general.rate if general else Decimal(0),
        by_product_class={row.product_class_id: row.rate for row in rows if row.product_class_id},
    )


_NONE = Taxes()
_by_country = Kept(_read, "pricing_taxrate")
