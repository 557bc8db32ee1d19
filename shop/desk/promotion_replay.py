"""Many baskets worked out under one set of promotions and another: as many queries for one as for hundreds.

Nothing is written. What belongs to somebody is left out: codes, and how often they used what may be used so many times.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from shop.customers.models import Customer
from shop.forks.basket.models import Basket, Line
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Order
from shop.forks.partner.strategy import Selector
from shop.forks.voucher.models import Voucher
from shop.pricing import groups, live, offers
from shop.pricing.live import Live
from shop.pricing.offers import Worked
from shop.pricing.reading import Ahead

DAYS = 30
MOST = 200  # baskets: a page must not take a minute
Audience = ConditionalOffer.Audience


@dataclass(frozen=True)
class Person:
    """Whose a basket is or was, as far as promotions ask. `proven_id`: the customer, if their account is confirmed."""

    is_signed_in: bool
    is_new: bool  # this would be, or was, their first order
    proven_id: int | None


OpenBaskets = list[tuple[Basket, Person]]


class Replay:
    """Works out baskets of these products and people; `known` are all promotions that will be tried."""

    def __init__(self, products: Iterable[Product], people: Iterable[Person], known: Sequence[Live]) -> None:
        proven = {person.proven_id for person in people if person.proven_id}
        asked = {one.offer.group for one in known if one.offer.group}
        self._members = {key: _members(key, proven) for key in asked} if proven else {}
        self._plain = {one.offer.pk: for_everybody(one) for one in known}
        self._reading = Ahead(products, known)

    def worked_out(self, basket: Basket, person: Person, known: Iterable[Live]) -> Worked:
        """What the basket gets if these promotions are on, each for whom it is for."""
        theirs = [self._plain[one.offer.pk] for one in known if self._is_for(person, one.offer)]
        return offers.worked_out(basket, [], None, theirs, self._reading)

    def _is_for(self, person: Person, offer: ConditionalOffer) -> bool:
        if offer.group:
            return person.proven_id in self._members.get(offer.group, ())
        if offer.audience == Audience.SIGNED_IN:
            return person.is_signed_in
        return person.is_new if offer.audience == Audience.FIRST_ORDER else True


def _members(key: str, ids: Iterable[int]) -> frozenset[int]:
    return frozenset(groups.customers(key).filter(pk__in=ids).values_list("pk", flat=True))


def for_everybody(one: Live) -> Live:
    """The same promotion without asking for whom it is."""
    offer = copy(one.offer)
    offer.audience = Audience.EVERYBODY
    return replace(one, offer=offer)


def among(others: Iterable[Live], offer: ConditionalOffer) -> list[Live]:
    """A promotion, even one that is off, with others in the order in which they are used."""
    found = live.compiled(Q(pk=offer.pk), even_suspended=True)
    return sorted([*others, *found], key=lambda one: (-one.offer.priority, one.offer.pk))


def open_baskets(now: datetime, voucher: Voucher | None = None) -> OpenBaskets:
    """The newest with something to buy in them that somebody changed lately, with this code if one is given."""
    rows = Basket.objects.filter(Exists(Line.objects.filter(basket=OuterRef("pk"))), status=Basket.OPEN)
    rows = rows.filter(vouchers=voucher) if voucher else rows
    baskets = list(rows.filter(changed_at__gte=now - timedelta(days=DAYS)).order_by("-changed_at")[:MOST])
    _fill(baskets)
    people = _people(basket.owner_id for basket in baskets)
    return [(basket, people[basket.owner_id]) for basket in baskets if basket.all_lines()]


def _fill(baskets: Sequence[Basket]) -> None:
    strategy = Selector().strategy()
    by_id = {basket.pk: basket for basket in baskets}
    for basket in baskets:
        basket.strategy, basket._lines = strategy, []
    for line in Line.objects.filter(basket__in=by_id).with_goods().order_by("pk"):
        if line.stockrecord and line.stockrecord.price:
            line.basket = by_id[line.basket_id]
            line.basket._lines.append(line)


def _people(owners: Iterable[int | None]) -> Mapping[int | None, Person]:
    """By account, as `audience` judges one basket: who nobody knows may be new."""
    known = {pk for pk in owners if pk}
    proven = dict(Customer.objects.filter(user__in=known).values_list("user_id", "pk"))
    orders = Order.objects.filter(Q(user__in=known) | Q(customer__user__in=known)).standing()
    ordered = {pk for pair in orders.order_by().values_list("user_id", "customer__user_id").distinct() for pk in pair}
    found: dict[int | None, Person] = {None: Person(is_signed_in=False, is_new=True, proven_id=None)}
    return found | {pk: Person(is_signed_in=True, is_new=pk not in ordered, proven_id=proven.get(pk)) for pk in known}
