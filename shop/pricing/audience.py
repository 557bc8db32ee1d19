"""For whom an offer is, and for which things: what is asked about the basket as a whole."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from shop.customers.models import Customer
from shop.forks.basket.models import Basket, Line
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Order

Audience = ConditionalOffer.Audience
CANCELLED = "cancelled"


def open_to(offers: Sequence[ConditionalOffer], basket: Basket, customer: Customer | None) -> list[ConditionalOffer]:
    """Those that are for the person with this basket. Somebody unknown may be new: the order, which knows them, decides."""
    asked = {offer.audience for offer in offers}
    is_new = Audience.FIRST_ORDER not in asked or not has_ordered(basket, customer)
    return [offer for offer in offers if _is_for(offer, is_signed_in=basket.owner_id is not None, is_new=is_new)]


def has_ordered(basket: Basket, customer: Customer | None) -> bool:
    """Whether the person has an order that was not given up."""
    if customer is not None:
        theirs = Q(customer=customer)
    elif basket.owner_id:
        theirs = Q(user=basket.owner_id) | Q(customer__user=basket.owner_id)
    else:
        return False
    return bool(Order.objects.filter(theirs).exclude(status=CANCELLED).exists())


def reduced(lines: Iterable[Line]) -> list[int]:
    """The products of lines that cost less than before."""
    records = [(line.product_id, line.stockrecord) for line in lines]
    return [pk for pk, record in records if record.compare_at_price and record.compare_at_price > (record.price or 0)]


def _is_for(offer: ConditionalOffer, *, is_signed_in: bool, is_new: bool) -> bool:
    if offer.audience == Audience.SIGNED_IN:
        return is_signed_in
    return is_new if offer.audience == Audience.FIRST_ORDER else True
