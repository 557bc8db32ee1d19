"""What a change of a promotion does to the baskets that are open now. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shop.desk import promotion, promotion_replay
from shop.desk.promotion_replay import OpenBaskets, Replay
from shop.forks import money
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import live
from shop.pricing.live import Live
from shop.pricing.offers import Application


@dataclass
class Effect:
    """The newest open baskets: how many have it before and after, and what all promotions take off their goods.

    `given` is what it gives itself afterwards, gifts at their price. What delivery costs is not counted.
    """

    looked_at: int = 0
    before: int = 0
    after: int = 0
    off_before: Decimal = money.ZERO
    off_after: Decimal = money.ZERO
    given: Decimal = money.ZERO

    @property
    def change(self) -> Decimal:
        """What their shoppers pay more; below nothing: less."""
        return self.off_before - self.off_after

    @property
    def less(self) -> Decimal:
        return -self.change

    @property
    def is_cut(self) -> bool:
        return self.looked_at >= promotion_replay.MOST


def of(present: ConditionalOffer, becoming: ConditionalOffer | None, now: datetime) -> Effect:
    """With the promotion as it runs, and as it would be; `becoming` None: without it. Of a code: on baskets that have it."""
    others = [one for one in live.running() if one.offer.pk != present.pk]
    first = promotion_replay.among(others, present)
    second = promotion_replay.among(others, becoming) if becoming else others
    return _compared(promotion_replay.open_baskets(now, promotion.voucher_of(present)), first, second, present, becoming)


def of_trial(offer: ConditionalOffer, others: Sequence[Live], now: datetime) -> Effect:
    """Without a promotion and with it, beside these others: on all open baskets, as if a code had been typed."""
    return _compared(promotion_replay.open_baskets(now), others, promotion_replay.among(others, offer), None, offer)


def _compared(
    baskets: OpenBaskets,
    first: Sequence[Live],
    second: Sequence[Live],
    present: ConditionalOffer | None,
    becoming: ConditionalOffer | None,
) -> Effect:
    goods = [line.product for basket, _person in baskets for line in basket.all_lines()]
    replay = Replay(goods, [person for _basket, person in baskets], [*first, *second])
    effect = Effect(looked_at=len(baskets))
    for basket, person in baskets:
        before = replay.worked_out(basket, person, first).applications
        after = replay.worked_out(basket, person, second).applications
        effect.before += _own(before, present) is not None
        effect.off_before += _taken(before)
        effect.off_after += _taken(after)
        own = _own(after, becoming)
        effect.after += own is not None
        effect.given += own.amount if own else money.ZERO
    if becoming is not None and becoming.budget_left is not None:
        effect.given = min(effect.given, becoming.budget_left)
    return effect


def _own(applications: Sequence[Application], offer: ConditionalOffer | None) -> Application | None:
    return next((one for one in applications if offer and one.offer.pk == offer.pk), None)


def _taken(applications: Sequence[Application]) -> Decimal:
    return sum((one.amount for one in applications if not one.is_gift), money.ZERO)
