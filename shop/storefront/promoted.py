"""How promotions show outside the basket: the banner of the first page, badges of products."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.content.kept import kept
from shop.customers.models import User
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import audience, live
from shop.pricing.live import Live
from shop.pricing.ranges import Places, Span
from shop.pricing.reading import Reading
from shop.search.cards import Card

MOST_BADGES = 2
Shopper = User | AnonymousUser


@dataclass(frozen=True)
class Banner:
    """A sentence on top of the first page. `left` says how long it is until `ends_at`; both empty without a countdown."""

    text: str
    ends_at: datetime | None
    left: str


def banners() -> list[Banner]:
    """Those of the promotions that everybody can have now, the first to go first."""
    now = timezone.now()
    if not _is_any("banner"):
        return []
    return [_banner(one.offer, now) for one in live.running() if one.offer.banner and is_for_all(one)]


def badges(products: Iterable[Product], user: Shopper, reduced: Iterable[int] = ()) -> dict[int, list[str]]:
    """Product id -> what promotions say on it to the user; two queries at most, none where none says anything.

    Who is logged in is asked for their groups besides, if a promotion for groups says something. `reduced` are those of
    the products that cost less than before.
    """
    said = _telling(user) if _is_any_badge(user) else []
    if not said:
        return {}
    places = Places(products, [span for one in said if (span := _goods(one))])
    found: dict[int, list[str]] = {}
    for one in said:
        span, barred = _goods(one), frozenset(reduced if one.offer.skips_reduced else ())
        for pk in places.members(span) - barred if span else ():
            found.setdefault(pk, []).append(str(one.offer.badge))
    return {pk: list(dict.fromkeys(texts))[:MOST_BADGES] for pk, texts in found.items()}


def _telling(user: Shopper) -> list[Live]:
    """Promotions with a badge that the user may have."""
    known = [one for one in live.running() if one.offer.badge and _is_left(one) and _goods(one)]
    theirs = audience.groups_of(user, {one.offer.group for one in known if one.offer.group})
    return [one for one in known if audience.is_shown(one.offer, user, theirs)]


def on_cards(cards: Sequence[Card], user: Shopper) -> list[Card]:
    """The cards with the badges of promotions behind their own. Without any promotion that has one: no query."""
    if not cards or not _is_any_badge(user):
        return list(cards)
    rows = Product.objects.filter(pk__in=[card.product_id for card in cards]).select_related("product_class").order_by()
    reduced = [card.product_id for card in cards if card.compare_at]
    said = badges(rows.only("structure", "parent_id", "product_class"), user, reduced)
    return [replace(card, badges=[*card.badges, *said.get(card.product_id, ())]) for card in cards]


def _is_any_badge(user: Shopper) -> bool:
    """Whether a badge may be shown to the user: a guest needs no look at what is for some people only."""
    return _is_any("badge") or (_is_any("badge for some") and user.is_authenticated)


def _is_any(text: str) -> bool:
    """Whether a promotion that runs says so much. Half a minute late at most, so that pages need not ask each time."""
    return text in kept("texts of promotions", _texts, _half_minute())


def _texts() -> set[str]:
    known = live.running()
    found = {text for one in known if is_for_all(one) for text in ("badge", "banner") if getattr(one.offer, text)}
    return found | {"badge for some" for one in known if one.offer.badge and not is_for_all(one)}


def is_for_all(one: Live) -> bool:
    """Used up promotions and those for some people are not promised to everybody."""
    return one.offer.audience == ConditionalOffer.Audience.EVERYBODY and _is_left(one)


def _is_left(one: Live) -> bool:
    """Whether it has something to give. Half a minute late at most: the basket knows it at once."""
    return not one.offer.is_counted or one.offer.pk not in kept("promotions used up", _used_up, _half_minute())


def _used_up() -> frozenset[int]:
    """Of the promotions that run, those that were used as often as they may be, or have given their budget."""
    counted = {one.offer.pk: copy(one.offer) for one in live.running() if one.offer.is_counted}
    for pk, (uses, total) in Reading().counters(list(counted)).items():
        counted[pk].num_applications, counted[pk].total_discount = uses, total
    return frozenset(pk for pk, offer in counted.items() if not offer.get_max_applications())


def _half_minute() -> str:
    return str(int(timezone.now().timestamp() // 30))


def _goods(one: Live) -> Span | None:
    return one.condition_span


def _banner(offer: ConditionalOffer, now: datetime) -> Banner:
    ends = offer.end_datetime if offer.has_countdown else None
    return Banner(str(offer.banner), ends, _left(ends - now) if ends else "")


def _left(time: timedelta) -> str:
    """In the largest whole unit: nobody counts seconds."""
    if time >= timedelta(days=2):
        return ngettext("%(count)d day left", "%(count)d days left", time.days) % {"count": time.days}
    hours = int(time.total_seconds() // 3600)
    if hours:
        return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
    return _("less than an hour left")
