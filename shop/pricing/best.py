"""In which order offers of the same place are used, so that the shopper gets the most.

A merchant's priority comes first. Among equals that keep each other off goods the order decides what the shopper gets:
up to four of them are tried in every order, more in the order of what each gives alone and as they were made.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby, permutations
from typing import TYPE_CHECKING

from shop.forks import money
from shop.forks.offer.models import ConditionalOffer

if TYPE_CHECKING:
    from shop.pricing.offers import Application

FEW = 4  # in every order: 24 at most
Offers = Sequence[ConditionalOffer]
Run = Callable[[Offers], "list[Application]"]


def of_orders(offers: Offers, run: Run) -> "list[Application]":
    """What `run` says for the best order. Offers that share all goods are run once, as they stand."""
    if not _compete(offers):
        return run(offers)
    found: list[ConditionalOffer] = []
    for _priority, group in groupby(offers, key=lambda offer: offer.priority):
        found += _best(found, list(group), run)
    return run(found)


def _best(before: Offers, group: Offers, run: Run) -> Offers:
    if not _compete(group):
        return group
    alone = {offer.pk: _total(run([*before, offer])) for offer in group}
    least = _total(run(before))
    # One that gives nothing even alone waits at the end: it might with what is left.
    useful = sorted((offer for offer in group if alone[offer.pk] > least), key=lambda offer: -alone[offer.pk])
    useless = [offer for offer in group if alone[offer.pk] <= least]
    orders = permutations(useful) if len(useful) <= FEW else [tuple(useful), tuple(one for one in group if one in useful)]
    return [*max(orders, key=lambda order: _total(run([*before, *order]))), *useless]


def _compete(offers: Offers) -> bool:
    return len(offers) > 1 and any(offer.exclusive or offer.names_partners or offer.partner_ids for offer in offers)


def _total(applications: "Sequence[Application]") -> Decimal:
    return sum((one.amount for one in applications), money.ZERO)
