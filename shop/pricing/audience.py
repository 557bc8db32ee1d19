"""For whom an offer is, and for which things: what is asked about the basket as a whole."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from shop.customers.models import Customer, User
from shop.forks.basket.models import Basket, Line
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Order
from shop.pricing import groups

Audience = ConditionalOffer.Audience


@dataclass
class Sorted:
    """Offers that are for the person with a basket, and those that are not."""

    open: list[ConditionalOffer] = field(default_factory=list)
    closed: list[ConditionalOffer] = field(default_factory=list)
    is_signed_in: bool = False
    is_proven: bool = False  # only looked at where an offer is for a group

    @cached_property
    def told(self) -> dict[str, str]:
        """For whom those are that are for other groups, by key, in words for shoppers; not of groups that are gone."""
        return groups.reasons({offer.group for offer in self.closed if offer.group})


def sort(offers: Sequence[ConditionalOffer], basket: Basket, customer: Customer | None) -> Sorted:
    """Which are for the person with this basket. Somebody unknown may be new: the order, which knows them, decides.

    Groups are of proven people only: no address that is typed brings the price of somebody else.
    """
    asked = {offer.audience for offer in offers}
    is_new = Audience.FIRST_ORDER not in asked or not has_ordered(basket, customer)
    named = {offer.group for offer in offers if offer.group}
    person = holder_of(basket, customer) if named else None
    theirs = groups.of(person, named) if person else set()
    found = Sorted(is_signed_in=basket.owner_id is not None, is_proven=person is not None)
    for offer in offers:
        is_theirs = offer.group in theirs if offer.group else _is_for(offer, found.is_signed_in, is_new)
        (found.open if is_theirs else found.closed).append(offer)
    return found


def holder_of(basket: Basket, customer: Customer | None) -> Customer | None:
    """The confirmed owner of the account that a basket belongs to: who may have what only they have.

    `customer` is who orders, where that is known already: nobody gets what another has.
    """
    if not basket.owner_id:
        return None
    if customer is not None:
        return customer if customer.user_id == basket.owner_id else None
    return Customer.objects.filter(user_id=basket.owner_id).first()


def is_shown(offer: ConditionalOffer, user: User | AnonymousUser, theirs: Collection[str]) -> bool:
    """Whether somebody who looks around may be told of an offer; `theirs` are the groups they are in, see `groups_of`.

    A first order is not promised: who may have ordered is known when they order.
    """
    if offer.audience == Audience.SIGNED_IN:
        return user.is_authenticated
    return offer.audience == Audience.EVERYBODY or offer.group in theirs


def groups_of(user: User | AnonymousUser, keys: Collection[str]) -> set[str]:
    """Those of the groups that the owner of a confirmed account is in. No query for a guest, nor where none is asked for."""
    customer = Customer.objects.filter(user_id=user.pk).first() if keys and user.is_authenticated else None
    return groups.of(customer, keys) if customer else set()


def has_ordered(basket: Basket, customer: Customer | None) -> bool:
    """Whether the person has an order that came to something."""
    if customer is not None:
        theirs = Q(customer=customer)
    elif basket.owner_id:
        theirs = Q(user=basket.owner_id) | Q(customer__user=basket.owner_id)
    else:
        return False
    return bool(Order.objects.filter(theirs).standing().exists())


def reduced(lines: Iterable[Line]) -> list[int]:
    """The products of lines that cost less than before."""
    records = [(line.product_id, line.stockrecord) for line in lines]
    return [pk for pk, record in records if record.compare_at_price and record.compare_at_price > (record.price or 0)]


def _is_for(offer: ConditionalOffer, is_signed_in: bool, is_new: bool) -> bool:
    if offer.audience == Audience.SIGNED_IN:
        return is_signed_in
    return is_new if offer.audience == Audience.FIRST_ORDER else True
