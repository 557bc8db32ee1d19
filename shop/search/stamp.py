"""The stamp of what is listed now: whatever is computed from listings may be cached under it."""

import uuid

from django.db.models import F

from shop.search.models import State

ROW = 1


def state() -> State:
    """The stamp with how much is listed; one query."""
    found = State.objects.filter(pk=ROW).only("stamp", "listings")[:1]
    return next(iter(found), None) or State(pk=ROW, stamp=renew(), listings=0)


def current() -> str:
    """Another text after each change that a shopper could see."""
    return str(state().stamp)


def renew(more_listings: int = 0) -> str:
    """From now on nothing cached before is used."""
    fresh = uuid.uuid4()  # never seen before, also when the transaction of an earlier one was rolled back
    if not State.objects.filter(pk=ROW).update(stamp=fresh, listings=F("listings") + more_listings):
        State.objects.bulk_create([State(pk=ROW, stamp=fresh, listings=max(0, more_listings))], ignore_conflicts=True)
    return str(fresh)
