"""How promotions show outside the basket: the banner of the first page, badges of products."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.content.kept import kept
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import live
from shop.pricing.live import Live
from shop.pricing.ranges import Places, Span
from shop.search.cards import Card

MOST_BADGES = 2


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


def badges(products: Iterable[Product], reduced: Iterable[int] = ()) -> dict[int, list[str]]:
    """Product id -> what promotions say on it; two queries at most, none where no promotion says anything.

    `reduced` are those of them that cost less than before.
    """
    wanted = list(products) if _is_any("badge") else []
    if not wanted:
        return {}
    said = [one for one in live.running() if one.offer.badge and is_for_all(one) and _goods(one)]
    if not said:
        return {}
    places = Places(wanted, [span for one in said if (span := _goods(one))])
    found: dict[int, list[str]] = {}
    for one in said:
        span, barred = _goods(one), frozenset(reduced if one.offer.skips_reduced else ())
        for pk in places.members(span) - barred if span else ():
            found.setdefault(pk, []).append(str(one.offer.badge))
    return {pk: list(dict.fromkeys(texts))[:MOST_BADGES] for pk, texts in found.items()}


def on_cards(cards: Sequence[Card]) -> list[Card]:
    """The cards with the badges of promotions behind their own. Without any promotion that has one: no query."""
    if not cards or not _is_any("badge"):
        return list(cards)
    rows = Product.objects.filter(pk__in=[card.product_id for card in cards]).select_related("product_class").order_by()
    said = badges(rows.only("pk", "parent_id", "product_class"), [card.product_id for card in cards if card.compare_at])
    return [replace(card, badges=[*card.badges, *said.get(card.product_id, ())]) for card in cards]


def _is_any(text: str) -> bool:
    """Whether a promotion that runs says so much. Half a minute late at most, so that pages need not ask each time."""
    half_minute = str(int(timezone.now().timestamp() // 30))
    return text in kept("texts of promotions", _texts, half_minute)


def _texts() -> set[str]:
    return {text for one in live.running() for text in ("badge", "banner") if getattr(one.offer, text)}


def is_for_all(one: Live) -> bool:
    """Used up promotions and those for some people are not promised to everybody."""
    return one.offer.audience == ConditionalOffer.Audience.EVERYBODY and one.offer.status != ConditionalOffer.CONSUMED


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
