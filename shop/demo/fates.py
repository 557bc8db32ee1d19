"""What becomes of each order: how it is paid, when it leaves and arrives, and what goes wrong. No database here."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shop.demo import source
from shop.demo.habits import Purchase

CARD, CASH, TRANSFER = "test", "cash_on_delivery", "bank_transfer"
_PAYMENTS = {"RO": {CARD: 54, CASH: 39, TRANSFER: 7}, "MD": {CARD: 62, CASH: 33, TRANSFER: 5}}
_ELSEWHERE = {CARD: 93, TRANSFER: 7}
_MOST_CASH = 240
_FRAGILE = {"teaware", "honey", "kitchen", "coffee-gear"}
_REASONS = {True: "Arrived broken", False: "Did not suit"}
_SATURDAY = 5


class End(StrEnum):
    """How a payment attempt ended."""

    CAPTURED = "captured"
    DECLINED = "declined"
    CLOSED = "closed"
    WAITING = "waiting"


@dataclass(frozen=True)
class Try:
    begun_at: datetime
    end: End
    settled_at: datetime | None = None


@dataclass(frozen=True)
class GoingBack:
    """A refund: of these lines, or of everything with the delivery."""

    at: datetime
    lines: tuple[int, ...]
    is_all: bool
    reason: str
    restock: bool


@dataclass
class Fate:
    """One order's way, as far as it has come by now."""

    payment: str
    delivery: str
    tries: list[Try]
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_for: str = ""
    parcels: list[tuple[datetime, tuple[int, ...]]] = field(default_factory=list)  # when, which lines
    delivered_at: datetime | None = None
    is_late: bool = False
    refund: GoingBack | None = None


class Courier:
    """Decides fates; `now` is when the history ends."""

    def __init__(self, now: datetime, seed: int, days: Mapping[str, tuple[int, int]]) -> None:
        self.now, self.days = now, days
        self.random = random.Random(f"{seed} fates")
        self.ways = {entry["code"]: entry["countries"] for entry in source.read("rules.toml")["delivery"]}

    def fate(self, purchase: Purchase) -> Fate:
        """What becomes of this purchase."""
        chance = self.random
        fate = self._paid(purchase, self._payment(purchase), self._way(purchase.person.country))
        if fate.cancelled_at or not (fate.paid_at or fate.payment == CASH):
            return fate
        ready = fate.paid_at or purchase.moment
        if fate.paid_at and chance.random() < 0.006:
            fate.refund = self._known(
                GoingBack(ready + timedelta(hours=chance.uniform(1, 5)), (), True, "Ordered by mistake", True)
            )
            if fate.refund:
                return fate
        self._send(fate, ready, len(purchase.lines))
        self._complain(fate, purchase)
        return fate

    def _way(self, country: str) -> str:
        ways: list[str] = [code for code, countries in self.ways.items() if country in countries]
        shares = (3, 2) if country == "RO" else (9, 1)
        return self.random.choices(ways, shares[: len(ways)])[0]

    def _payment(self, purchase: Purchase) -> str:
        shares = _PAYMENTS.get(purchase.person.country, _ELSEWHERE)
        payment = self.random.choices(list(shares), list(shares.values()))[0]
        worth = sum(ware.price * units for ware, units in purchase.lines)
        return CARD if payment == CASH and worth > _MOST_CASH else payment

    def _paid(self, purchase: Purchase, payment: str, way: str) -> Fate:
        begun = purchase.moment
        if payment == CASH:
            return Fate(payment, way, [Try(begun, End.WAITING)])
        return self._by_card(begun, way) if payment == CARD else self._by_transfer(begun, way)

    def _by_card(self, begun: datetime, way: str) -> Fate:
        chance, tries = self.random, []
        if chance.random() < 0.03:
            begun_again = min(begun + timedelta(minutes=chance.uniform(2, 6)), self.now - timedelta(seconds=50))
            tries.append(Try(begun, End.DECLINED, max(begun, begun_again - timedelta(seconds=40))))
            begun = max(begun, begun_again)
        if chance.random() < 0.022:
            given_up = min(begun + timedelta(hours=1), self.now)
            return Fate(CARD, way, [*tries, Try(begun, End.CLOSED, given_up)], cancelled_at=given_up)
        paid = min(begun + timedelta(seconds=chance.uniform(35, 200)), self.now)
        return Fate(CARD, way, [*tries, Try(begun, End.CAPTURED, paid)], paid_at=paid)

    def _by_transfer(self, begun: datetime, way: str) -> Fate:
        if self.random.random() < 0.08:
            given_up = begun + timedelta(days=8)
            if given_up < self.now:
                tries = [Try(begun, End.CLOSED, given_up)]
                return Fate(TRANSFER, way, tries, cancelled_at=given_up, cancelled_for="The transfer did not arrive.")
            return Fate(TRANSFER, way, [Try(begun, End.WAITING)])
        paid = self._working(begun.date(), self.random.randint(1, 3), 9, 12)
        if paid >= self.now:
            return Fate(TRANSFER, way, [Try(begun, End.WAITING)])
        return Fate(TRANSFER, way, [Try(begun, End.CAPTURED, paid)], paid_at=paid)

    def _send(self, fate: Fate, ready: datetime, count: int) -> None:
        """Parcels, arrival and, for cash on delivery, the money, as far as they lie before now."""
        chance = self.random
        is_early = ready.hour < 14 and ready.weekday() < _SATURDAY
        busy = ready.month == 12 and chance.random() < 0.35
        leaves = self._working(ready.date(), (0 if is_early else 1) + busy, 15 if is_early else 10, 18)
        parts = [tuple(range(count))]
        if count > 1 and chance.random() < 0.04:
            parts = [tuple(range(count - 1)), (count - 1,)]
        for part in parts:
            if leaves < self.now:
                fate.parcels.append((leaves, part))
            leaves = self._working(leaves.date(), chance.randint(2, 4), 10, 17) if part is not parts[-1] else leaves
        low, high = self.days[fate.delivery]
        fate.is_late = chance.random() < (0.14 if ready.month == 12 else 0.055)
        days = chance.randint(low, high) + (chance.randint(3, 8) if fate.is_late else 0)
        arrives = self._working(leaves.date(), days, 9, 19)
        if len(fate.parcels) < len(parts) or arrives >= self.now:
            fate.is_late = False
            return
        fate.delivered_at = arrives
        handed_over = self._working(arrives.date(), 1, 9, 12)
        if fate.payment == CASH and handed_over < self.now:
            fate.paid_at = handed_over
            fate.tries = [Try(fate.tries[0].begun_at, End.CAPTURED, handed_over)]

    def _complain(self, fate: Fate, purchase: Purchase) -> None:
        """Some things break, some do not suit, some come too late."""
        if not (fate.delivered_at and fate.paid_at) or self.random.random() >= (0.16 if fate.is_late else 0.022):
            return
        chance = self.random
        line = chance.randrange(len(purchase.lines))
        is_all = len(purchase.lines) == 1 or chance.random() < 0.25
        breaks = purchase.lines[line][0].category in _FRAGILE and chance.random() < 0.7
        reason = "Came too late" if fate.is_late and chance.random() < 0.7 else _REASONS[breaks]
        back = max(fate.delivered_at, fate.paid_at) + timedelta(days=chance.uniform(2, 14))
        fate.refund = self._known(GoingBack(back, (line,), is_all, reason, not breaks))

    def _known(self, refund: GoingBack) -> GoingBack | None:
        return refund if refund.at < self.now else None

    def _working(self, day: date, days: int, first: int, last: int) -> datetime:
        """So many working days after a day, at some minute between two hours."""
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
        for _step in range(days):
            day += timedelta(days=1)
            while day.weekday() >= _SATURDAY:
                day += timedelta(days=1)
        minute = self.random.randrange(first * 60, last * 60)
        return datetime.combine(day, time(minute // 60, minute % 60, self.random.randrange(60)), self.now.tzinfo)
