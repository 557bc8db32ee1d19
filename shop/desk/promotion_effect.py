"""What a change of a promotion does to the baskets that are open now. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from shop.desk import promotion
from shop.forks import money
from shop.forks.basket.models import Basket, Line
from shop.forks.offer.models import ConditionalOffer
from shop.forks.partner.strategy import Selector
from shop.pricing import live, offers
from shop.pricing.live import Live

DAYS = 30
MOST = 100  # baskets: a page must not take a minute


@dataclass
class Effect:
    """The newest open baskets: how many have it before and after, and what all promotions take off them."""

    looked_at: int = 0
    before: int = 0
    after: int = 0
    off_before: Decimal = money.ZERO
    off_after: Decimal = money.ZERO

    @property
    def change(self) -> Decimal:
        """What their shoppers pay more; below nothing: less."""
        return self.off_before - self.off_after

    @property
    def less(self) -> Decimal:
        return -self.change

    @property
    def is_cut(self) -> bool:
        return self.looked_at >= MOST


def of(present: ConditionalOffer, becoming: ConditionalOffer | None, now: datetime) -> Effect:
    """With the promotion as it runs, and as it would be; `becoming` None: without it. Not counting what delivery costs."""
    others = [one for one in live.running() if one.offer.pk != present.pk]
    first = _among(others, present)
    second = _among(others, becoming) if becoming else others
    effect = Effect()
    for basket in _open(present, now):
        had, taken = _applied(basket, first, present.pk)
        has, taken_then = _applied(basket, second, becoming.pk if becoming else None)
        effect.looked_at += 1
        effect.before += had
        effect.after += has
        effect.off_before += taken
        effect.off_after += taken_then
    return effect


def _among(others: Sequence[Live], offer: ConditionalOffer) -> list[Live]:
    found = live.compiled(Q(pk=offer.pk), even_suspended=True)
    return sorted([*others, *found], key=lambda one: (-one.offer.priority, one.offer.pk))


def _open(offer: ConditionalOffer, now: datetime) -> list[Basket]:
    """Those that somebody changed lately; for a code those that have it."""
    rows = Basket.objects.filter(Exists(Line.objects.filter(basket=OuterRef("pk"))), status=Basket.OPEN)
    voucher = promotion.voucher_of(offer)
    rows = rows.filter(vouchers=voucher) if voucher else rows
    baskets = list(rows.filter(changed_at__gte=now - timedelta(days=DAYS)).order_by("-changed_at")[:MOST])
    for basket in baskets:
        basket.strategy = Selector().strategy()
    return baskets


def _applied(basket: Basket, known: Sequence[Live], pk: int | None) -> tuple[bool, Decimal]:
    applications = offers.applied_to(basket, [], None, known)
    taken = sum((one.amount for one in applications if not one.is_gift), money.ZERO)
    return any(one.offer.pk == pk for one in applications), taken
