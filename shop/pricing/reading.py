"""What has to be read to work out what a basket gets: for one basket when it is asked for, for many ahead."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Sum

from shop.customers.models import Customer
from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import Benefit, ConditionalOffer
from shop.forks.order.models import Order, OrderDiscount
from shop.forks.partner.models import StockRecord
from shop.pricing import gifts, ranges
from shop.pricing.live import Live
from shop.pricing.ranges import Places, Span

Counters = dict[int, tuple[int, Decimal]]  # offer id: how often it was used, what it has given
Uses = dict[int, int]  # by offer
Records = dict[int, list[StockRecord]]  # by range


class Reading:
    """For one basket: a query for places, one for counters, one for uses, two for gifts, each only if it is needed."""

    def places(self, products: Sequence[Product], spans: Sequence[Span], reduced: Iterable[int]) -> Places:
        return Places(products, spans, reduced)

    def counters(self, offer_ids: Sequence[int]) -> Counters:
        """What these have given so far, as it stands now."""
        rows = ConditionalOffer.objects.filter(pk__in=offer_ids).order_by()
        return {pk: (uses, total) for pk, uses, total in rows.values_list("pk", "num_applications", "total_discount")}

    def uses(self, offer_ids: Sequence[int], basket: Basket, customer: Customer | None) -> Uses:
        """How often the person used these in orders that came to something, with or without an account."""
        if customer is None and not basket.owner_id:
            return {}
        theirs = Order.objects.filter(customer=customer) if customer else Order.objects.filter(customer__user=basket.owner_id)
        rows = OrderDiscount.objects.filter(order__in=theirs.standing(), offer_id__in=offer_ids)
        return {pk: uses or 0 for pk, uses in rows.order_by().values_list("offer_id").annotate(Sum("frequency"))}

    def gifts(self, range_ids: Sequence[int]) -> Records:
        return gifts.records(range_ids)


class Ahead(Reading):
    """For many baskets with these products, and these offers: the same four queries however many there are."""

    def __init__(self, products: Iterable[Product], known: Iterable[Live]) -> None:
        offers = {one.offer.pk: one for one in known}.values()
        self._found = ranges.read(products, [span for one in offers for span in one.spans])
        limited = [one.offer.pk for one in offers if one.offer.is_counted]
        self._counters = super().counters(limited) if limited else {}
        given = [one.offer.benefit.range_id for one in offers if one.offer.benefit.type == Benefit.GIFT]
        self._gifts = super().gifts(given) if given else {}

    def places(self, products: Sequence[Product], spans: Sequence[Span], reduced: Iterable[int]) -> Places:
        return Places(products, spans, reduced, self._found)

    def counters(self, offer_ids: Sequence[int]) -> Counters:
        return self._counters

    def uses(self, offer_ids: Sequence[int], basket: Basket, customer: Customer | None) -> Uses:
        """Nobody's: what would be given to people as they come."""
        return {}

    def gifts(self, range_ids: Sequence[int]) -> Records:
        return self._gifts
