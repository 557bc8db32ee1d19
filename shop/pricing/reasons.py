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
from shop.pricing import groups
from shop.pricing.audience import Sorted
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


@dataclass(frozen=True)
class Barred:
    """A promotion that the basket may get once it is known whose it is. `needs`: what they can do, "login" or "proof"."""

    offer_id: int
    name: str
    why: str
    needs: str


def barred(worked: Worked, lines: Sequence[Line]) -> list[Barred]:
    """The shop's own promotions that somebody unknown might get: nobody is told of what is for others than them."""
    people = worked.people
    if people.is_proven:
        return []
    found = [
        Barred(offer.pk, str(offer.name), _for_whom(offer, people), "proof" if people.is_signed_in else "login")
        for offer in people.closed
        if _could_know(offer, people) and not offer.get_voucher() and offer.get_max_applications()
        if _shortfall(offer, lines)[0] >= 1
    ]
    return found[:MOST_SHOWN]


def of_audience(offer: ConditionalOffer, people: Sorted) -> str:
    """Why an offer is not for the person with the basket, and what they can do about it."""
    said = [_for_whom(offer, people)]
    if _could_know(offer, people):
        said.append(
            _("Confirm the e-mail address of your account, and we know you.")
            if people.is_signed_in
            else _("Log in, and we know you.")
        )
    return " ".join(said)


def _could_know(offer: ConditionalOffer, people: Sorted) -> bool:
    """Whether it is only not known that the person is one of those it is for."""
    if offer.audience == ConditionalOffer.Audience.SIGNED_IN:
        return not people.is_signed_in
    return offer.group in people.told and not people.is_proven


def _for_whom(offer: ConditionalOffer, people: Sorted) -> str:
    sentences: dict[str, str] = {
        ConditionalOffer.Audience.SIGNED_IN: _("It is for customers who are logged in."),
        ConditionalOffer.Audience.FIRST_ORDER: _("It is for a customer's first order."),
    }
    return sentences.get(offer.audience) or people.told.get(offer.group) or _("It is for other customers.")


def of_vouchers(vouchers: Sequence[Voucher], worked: Worked, lines: Sequence[Line]) -> dict[int, str]:
    """Voucher id -> why it takes nothing off, for those that do not."""
    working = {one.voucher.pk for one in worked.applications if one.voucher}
    by_voucher = {voucher.pk: offer for offer in worked.candidates if (voucher := offer.get_voucher())}
    closed = {voucher.pk: offer for offer in worked.people.closed if (voucher := offer.get_voucher())}
    reasons = {}
    for voucher in vouchers:
        if voucher.pk in by_voucher and voucher.pk not in working:
            reasons[voucher.pk] = of(by_voucher[voucher.pk], lines)
        elif voucher.pk in closed:
            reasons[voucher.pk] = of_audience(closed[voucher.pk], worked.people)
        elif voucher.pk not in working:
            reasons[voucher.pk] = _("It is for other things or another time.")
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
    if offer.group and not groups.name_of(offer.group):
        return _("The group of customers that it is for is gone: nobody gets it.")
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
