"""Which units of a line an offer may still take, without asking the database for each offer and line."""

from typing import Any

from oscar.apps.basket import utils


class LineDiscountRegistry(utils.LineDiscountRegistry):
    def available(self, offer: Any = None) -> int:
        """Oscar's rule: exclusive offers share no units, the others combine, or only with those that they name."""
        units = int(self._line.quantity)
        if offer is None:
            return units - int(self.num_consumed())
        for other in self.consumers:
            if other == offer:
                continue
            if offer.exclusive and other.exclusive:
                units -= self.num_consumed(other)
            elif offer.exclusive or other.exclusive or not _combine(offer, other):
                return 0
        return int(max(0, units - self.num_consumed(offer)))


def _combine(one: Any, other: Any) -> bool:
    """Offers that name partners combine with those only; shop.pricing fills in who names whom."""
    return bool(other.pk in one.partner_ids or not (one.names_partners or other.names_partners))
