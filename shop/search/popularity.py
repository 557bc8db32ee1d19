"""Which products a list shows first when nobody asked for another order."""

from math import log1p

from shop.search.models import Listing


def of(listing: Listing, priority: int) -> float:
    """The merchant's priority first, then what is sold and well reviewed; what cannot be bought comes last."""
    reviews = log1p(listing.review_count) * ((listing.rating or 0) - 3) / 4
    is_gone = listing.availability == Listing.Availability.OUT
    return 100 * priority + log1p(listing.sold) + reviews - (10 if is_gone else 0)
