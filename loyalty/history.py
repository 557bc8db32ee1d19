"""The history of somebody's points in their words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from loyalty.models import Account, Entry
from shop.forks.order.models import Order

Kind = Entry.Kind
Reason = Entry.Reason

EARNED: dict[str, Promise] = {
    Reason.SIGN_UP: gettext_lazy("For opening an account"),
    Reason.REVIEW: gettext_lazy("For your review"),
    Reason.SURVEY: gettext_lazy("For your answers"),
    Reason.BIRTHDAY: gettext_lazy("For your birthday"),
    Reason.REFERRAL: gettext_lazy("A friend you sent has ordered"),
    Reason.REFERRED: gettext_lazy("For your first order with a friend's link"),
    Reason.GOODWILL: gettext_lazy("A present from us"),
    Reason.CORRECTION: gettext_lazy("A correction"),
}
OTHERS: dict[str, Promise] = {
    Kind.TAKE: gettext_lazy("A correction"),
    Kind.EXPIRE: gettext_lazy("Not spent in time"),
    Kind.REPAY: gettext_lazy("Set off against points you owed"),
    Kind.REVERSE: gettext_lazy("Taken back: what they were for was undone"),
    Kind.HOLD: gettext_lazy("Set aside for an order"),
}
OF_ORDERS: dict[str, Promise] = {
    Kind.EARN: gettext_lazy("Order %(number)s"),
    Kind.SPEND: gettext_lazy("Paid for order %(number)s"),
    Kind.RETURN: gettext_lazy("Back from order %(number)s"),
    Kind.REVERSE: gettext_lazy("Returned goods of order %(number)s"),
    Kind.HOLD: gettext_lazy("Set aside for order %(number)s"),
}
COMING = (Kind.EARN, Kind.ADJUST, Kind.RETURN)


@dataclass(frozen=True)
class Row:
    """One line: `points` below zero where they went away; `pending_until` while they cannot be spent yet."""

    happened_at: datetime
    words: str
    points: int
    order: Order | None
    pending_until: datetime | None = None

    @property
    def size(self) -> int:
        """So many, whichever way."""
        return abs(self.points)


def of(account: Account, start: int = 0, count: int = 20) -> list[Row]:
    """What came and went, the latest first; one query, one row more than asked for where there is more."""
    ended = [Kind.SPEND, Kind.RELEASE]
    silent = Entry.objects.filter(account=account, kind__in=ended).values("undoes")
    entries = (
        Entry.objects.filter(account=account)
        .exclude(kind__in=[Kind.ACTIVATE, Kind.RELEASE])
        .exclude(kind=Kind.HOLD, pk__in=silent)
        .exclude(points=0)
        .select_related("order", "lot")
        .order_by("-happened_at", "-pk")[start : start + count + 1]
    )
    return [_row(entry) for entry in entries]


def _row(entry: Entry) -> Row:
    is_of_order = entry.order is not None and (entry.kind != Kind.EARN or entry.reason == Reason.ORDER)
    if is_of_order and entry.kind in OF_ORDERS and (entry.kind != Kind.REVERSE or entry.reason == Reason.ORDER):
        assert entry.order is not None
        words = OF_ORDERS[entry.kind] % {"number": entry.order.number}
    else:
        words = str(OTHERS.get(entry.kind) or EARNED.get(entry.reason) or entry.get_kind_display())
    lot = getattr(entry, "lot", None)
    return Row(
        happened_at=entry.happened_at,
        words=str(words),
        points=entry.points if entry.kind in COMING else -entry.points,
        order=entry.order if is_of_order else None,
        pending_until=lot.available_at if lot and lot.pending else None,
    )
