"""Which stock record and which price a shopper gets: the first record, its price as it is shown."""

from decimal import Decimal
from typing import Any

from oscar.apps.partner import prices, strategy

from shop.forks.partner.models import StockRecord


class Selector:
    """One strategy for everybody: what a price contains of tax depends on the country, and `shop.pricing.tax` says it."""

    def strategy(self, request: Any = None, user: Any = None, **_: Any) -> "ShownPrice":
        return ShownPrice(request)


class ShownPrice(strategy.StockRequired, strategy.Structured):
    """The price as the merchant entered it. Offers take from this price; tax is worked out after them."""

    def select_stockrecord(self, product: Any) -> StockRecord | None:
        # In Python, because the records of a list are prefetched.
        return min(product.stockrecords.all(), key=lambda record: record.pk, default=None)

    def fetch_for_line(self, line: Any, stockrecord: StockRecord | None = None) -> Any:
        """The line's own record: the first of the product may be another by now."""
        return self.fetch_for_product(line.product, stockrecord or line.stockrecord)

    def pricing_policy(self, product: Any, stockrecord: StockRecord | None) -> Any:
        if stockrecord is None or stockrecord.price is None:
            return prices.Unavailable()
        return prices.TaxInclusiveFixedPrice(currency=stockrecord.price_currency, excl_tax=stockrecord.price, tax=Decimal(0))

    def parent_pricing_policy(self, product: Any, children_stock: list[tuple[Any, StockRecord | None]]) -> Any:
        """The lowest price among the variants."""
        records = [record for _, record in children_stock if record is not None and record.price is not None]
        return self.pricing_policy(product, min(records, key=lambda record: record.price, default=None))
