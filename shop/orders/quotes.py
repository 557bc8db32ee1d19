"""What a basket costs, with every part of the total: the one place where prices are added up."""

from dataclasses import dataclass, field
from decimal import Decimal

from shop.forks.basket.models import Basket, Line
from shop.shipping.rates import Option


@dataclass
class QuoteLine:
    """One line of the basket with its prices. Amounts are what the shopper is shown (before added tax)."""

    line: Line  # with product, its parent and stockrecord loaded
    quantity: int
    unit_price: Decimal
    price: Decimal  # quantity x unit price
    discount: Decimal
    total: Decimal  # price - discount
    tax: Decimal  # contained in `total` or to be added to it, see Quote.tax_is_included
    units_left: int | None  # None where stock is not counted
    problem: str = ""  # why this line cannot be ordered as it is, in the shopper's language


@dataclass
class QuoteDiscount:
    """What one offer takes off."""

    offer_id: int
    name: str
    amount: Decimal
    frequency: int
    voucher_id: int | None = None
    voucher_code: str = ""
    is_shipping: bool = False


@dataclass
class Quote:
    """Every part of the total."""

    currency: str
    country: str
    lines: list[QuoteLine]
    goods: Decimal  # before discounts
    discounts: list[QuoteDiscount]  # shipping discounts too
    discount_total: Decimal  # on goods only
    shipping_option: Option | None
    shipping_options: list[Option]
    shipping: Decimal  # after shipping discounts
    surcharge: Decimal  # of the way to pay
    tax: Decimal
    tax_is_included: bool
    total: Decimal
    missing_for_free_shipping: Decimal | None
    problems: list[str] = field(default_factory=list)  # in the shopper's language; empty when it can be ordered

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)


def quote(basket: Basket, *, country: str, shipping_code: str | None = None, payment_code: str | None = None) -> Quote:
    """What the basket costs delivered to a country; without `shipping_code` the first way of delivery."""
    raise NotImplementedError
