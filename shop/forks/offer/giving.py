"""What an offer can give beside what Oscar knows: so many for the price of fewer, and a gift."""

from decimal import Decimal
from typing import Any

from oscar.apps.offer.results import ZERO_DISCOUNT, ApplicationResult, BasketDiscount

from shop.forks.offer.models import Benefit

HUNDRED = Decimal(100)


class BundleBenefit(Benefit):
    """Of each so many units (the condition's count) the cheapest `max_affected_items` are `value` per cent cheaper.

    The dearest units are taken together: of six the shopper gets the third and the sixth, not the two cheapest.
    """

    class Meta:
        proxy = True
        app_label = "offer"

    @property
    def name(self) -> str:
        return f"The cheapest {self.max_affected_items or 1} at {self.value} % off"

    def apply(self, basket: Any, condition: Any, offer: Any, **kwargs: Any) -> Any:
        size = int(condition.value)
        units = self._units(basket, offer, size)
        if len(units) < size:
            return ZERO_DISCOUNT
        cheaper = min(self.max_affected_items or 1, size)
        total = Decimal(0)
        for at, (price, line) in enumerate(units):
            if at < size - cheaper:
                line.consume(1, offer=offer)
                continue
            off = self.round(price * (self.value or HUNDRED) / HUNDRED, basket.currency)
            line.discount(off, 1, incl_tax=True, offer=offer)
            total += off
        return BasketDiscount(total)

    def _units(self, basket: Any, offer: Any, size: int) -> list[tuple[Decimal, Any]]:
        """The next units for one bundle, the dearest first."""
        found: list[tuple[Decimal, Any]] = []
        for price, line in reversed(self.get_applicable_lines(offer, basket)):
            found += [(price, line)] * min(line.quantity_without_offer_discount(offer), size - len(found))
            if len(found) == size:
                break
        return found


class Given(ApplicationResult):
    """A gift: `shop.pricing.gifts` finds out which."""

    is_successful = is_final = True
    affects = 9  # beside Oscar's basket, delivery and after the order
    discount = Decimal(0)
    description = ""


class GiftBenefit(Benefit):
    """A thing for nothing: one of the products named in the range."""

    class Meta:
        proxy = True
        app_label = "offer"

    @property
    def name(self) -> str:
        return "A gift"

    def apply(self, basket: Any, condition: Any, offer: Any, **kwargs: Any) -> Any:
        return Given()
