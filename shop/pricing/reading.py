"""What has to be read to work out what a basket gets: for one basket when it is asked for, for many ahead."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from shop.forks.catalogue.models import Product
from shop.forks.offer.models import Benefit, ConditionalOffer
from shop.forks.partner.models import StockRecord
from shop.pricing import gifts, ranges
from shop.pricing.live import Live
from shop.pricing.ranges import Places, Span

Counters = dict[int, tuple[int, Decimal]]  # offer id: how often it was used, what it has given
Records = dict[int, list[StockRecord]]  # by range


class Reading:
    """For one basket: one query where products are, one for counters, two for gifts, each only if it is needed."""

    def places(self, products: Sequence[Product], spans: Sequence[Span], reduced: Iterable[int]) -> Places:
        return Places(products, spans, reduced)

    def counters(self, offer_ids: Sequence[int]) -> Counters:
        """What these have given so far, as it stands now."""
        rows = ConditionalOffer.objects.filter(pk__in=offer_ids).order_by()
        return {pk: (uses, total) for pk, uses, total in rows.values_list("pk", "num_applications", "total_discount")}

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

    def gifts(self, range_ids: Sequence[int]) -> Records:
        return self._gifts
