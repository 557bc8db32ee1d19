"""Why a promotion gives nothing to a basket, and how little would be missing, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop import money
from shop.forks.basket.models import Line
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer
from shop.forks.voucher.models import Voucher
from shop.pricing.offers import Worked

MOST_SHOWN = 2
NEAR = Decimal("0.5")  # of what is asked for


@dataclass(frozen=True)
class Nearly:
    """A promotion that a little more would bring. One of `amount` and `units` is missing."""

    offer_id: int
    name: str
    amount: Decimal | None
    units: int


def nearly(worked: Worked, lines: Sequence[Line]) -> list[Nearly]:
    """The shop's own promotions that the basket has half of what it takes for, the nearest first."""
    given = {one.offer.pk for one in worked.applications}
    found = []
    for offer in worked.candidates:
        if offer.pk in given or offer.get_voucher() or not offer.get_max_applications():
            continue
        share, missing, units = _shortfall(offer, lines)
        if NEAR <= share < 1:
            found.append((share, Nearly(offer.pk, offer.name, missing, units)))
    return [one for _share, one in sorted(found, key=lambda pair: -pair[0])[:MOST_SHOWN]]


def of_vouchers(vouchers: Sequence[Voucher], worked: Worked, lines: Sequence[Line]) -> dict[int, str]:
    """Voucher id -> why it takes nothing off, for those that do not."""
    working = {one.voucher.pk for one in worked.applications if one.voucher}
    by_voucher = {voucher.pk: offer for offer in worked.candidates if (voucher := offer.get_voucher())}
    reasons = {}
    for voucher in vouchers:
        if voucher.pk not in working:
            offer = by_voucher.get(voucher.pk)
            reasons[voucher.pk] = of(offer, lines) if offer else _("It is for other things, times or customers.")
    return reasons


def of(offer: ConditionalOffer, lines: Sequence[Line]) -> str:
    """Why an offer that might touch the basket gives nothing to it."""
    if not offer.get_max_applications():
        return _("It has been used as often as it may be, or its budget is given away.")
    share, missing, units = _shortfall(offer, lines)
    if share < 1 and missing is not None:
        return _("%(amount)s more of the things it is for are needed.") % {"amount": money.shown(missing)}
    if share < 1:
        text = ngettext(
            "%(count)d more of the things it is for is needed.", "%(count)d more of the things it is for are needed.", units
        )
        return text % {"count": units}
    if offer.benefit.type == Benefit.GIFT:
        return _("The gift is not there any more.")
    return _("Another promotion is better here, and they do not go together.")


def nothing_for_it() -> str:
    """Why an offer is not even among those that might touch a basket."""
    return _("Nothing in the basket is what it is for.")


def outside(offer: ConditionalOffer) -> str:
    """Why an offer is not among those that a basket is looked at for; empty if nothing is against it."""
    now = timezone.now()
    if offer.is_draft:
        return _("It is a draft.")
    if offer.is_suspended:
        return _("It is paused.")
    if offer.start_datetime and offer.start_datetime > now:
        return _("It begins on %(day)s.") % {"day": _day(offer.start_datetime)}
    if offer.end_datetime and offer.end_datetime < now:
        return _("It ended on %(day)s.") % {"day": _day(offer.end_datetime)}
    return "" if offer.is_hour(now) else _("This is not its hour or day of the week.")


def _day(moment: object) -> str:
    return str(formats.date_format(timezone.localtime(moment), "DATE_FORMAT"))  # type: ignore[arg-type]


def _shortfall(offer: ConditionalOffer, lines: Sequence[Line]) -> tuple[Decimal, Decimal | None, int]:
    """How much of its condition is there, 1 when all; what is missing in money, or in units."""
    condition = offer.condition
    if condition.proxy_class or not condition.value or not condition.range:
        return Decimal(1), None, 0
    goods = [line for line in lines if (line.pk or 0) > 0 and condition.can_apply_condition(line)]
    wanted = Decimal(condition.value)
    if condition.type == Condition.VALUE:
        there = sum((line.quantity * (line.stockrecord.price or 0) for line in goods), Decimal(0))
        return min(there / wanted, Decimal(1)), max(wanted - there, Decimal(0)), 0
    there = Decimal(sum(line.quantity for line in goods) if condition.type == Condition.COUNT else len(goods))
    return min(there / wanted, Decimal(1)), None, int(max(wanted - there, Decimal(0)))
