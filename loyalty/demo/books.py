"""The books of points in memory, kept by the same moves as `loyalty.ledger` keeps them, and written at once."""

from datetime import date, datetime
from typing import Any

from loyalty import programme
from loyalty.models import Account, Entry, Lot, Posting, Pot
from shop.customers.models import Customer
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.events.catalog import PointsAvailable, PointsEarned, PointsExpired, PointsReversed, PointsSpent
from shop.forks.order.models import Order

Kind = Entry.Kind


class Books:
    """Accounts, lots and the journal, in the order in which things happened."""

    def __init__(self, diary: Diary, lasts_months: int) -> None:
        self.diary, self.lasts_months = diary, lasts_months
        self.accounts: dict[int, Account] = {}
        self.lots: dict[int, list[Lot]] = {}
        self.entries: list[Entry] = []
        self.postings: list[Posting] = []
        self.held: dict[int, list[tuple[Lot, int]]] = {}  # by the holding entry

    def account(self, customer: Customer, at: datetime) -> Account:
        if customer.pk not in self.accounts:
            self.accounts[customer.pk] = Account(customer=customer, opened_at=at)
            self.lots[customer.pk] = []
        return self.accounts[customer.pk]

    def earn(
        self,
        customer: Customer,
        points: int,
        reason: str,
        cause: str,
        at: datetime,
        available_at: datetime | None = None,
        **more: Any,
    ) -> Lot:
        """New points, pending until `available_at` or available at once."""
        account = self.account(customer, at)
        waits = available_at is not None and available_at > at
        entry = self._enter(account, Kind.EARN, cause, points, at, reason=reason, **more)
        lot = Lot(account=account, entry=entry, points=points, available_at=available_at or at, lasts_months=self.lasts_months)
        pot = Pot.PENDING if waits else Pot.AVAILABLE
        if not waits:
            lot.expires_on = lot.good_until = programme.last_day(at, lot.lasts_months)
        setattr(lot, pot, points)
        setattr(account, pot, getattr(account, pot) + points)
        account.earned += points
        self.lots[customer.pk].append(lot)
        self.postings.append(Posting(entry=entry, lot=lot, source=Pot.ISSUED, target=pot, points=points))
        order = more.get("order")
        event = PointsEarned(points=points, reason=str(reason), is_pending=waits, order_id=order.pk if order else 0)
        self.diary.note(event, customer, at)
        return lot

    def activate(self, lot: Lot, at: datetime) -> None:
        if not lot.pending:
            return
        lot.expires_on = lot.good_until = programme.last_day(at, lot.lasts_months)
        earned = lot.entry
        entry = self._follow(earned, Kind.ACTIVATE, earned.cause, lot.pending, at)
        self.diary.note(PointsAvailable(points=entry.points, order_id=entry.order_id or 0), lot.account.customer, at)
        self._move(entry, lot, Pot.PENDING, Pot.AVAILABLE, lot.pending)

    def hold(self, customer: Customer, points: int, cause: str, order: Order, at: datetime) -> Entry:
        """From the lots that end soonest; there must be enough."""
        account = self.account(customer, at)
        entry = self._enter(account, Kind.HOLD, cause, points, at, order=order)
        for lot in sorted(self.lots[customer.pk], key=lambda lot: lot.expires_on or date.max):
            share = min(lot.available, points)
            if share:
                self._move(entry, lot, Pot.AVAILABLE, Pot.HELD, share)
                self.held.setdefault(id(entry), []).append((lot, share))
                points -= share
        assert not points
        return entry

    def spend(self, held: Entry, at: datetime) -> None:
        entry = self._follow(held, Kind.SPEND, held.cause, held.points, at)
        for lot, share in self.held.pop(id(held)):
            self._move(entry, lot, Pot.HELD, Pot.SPENT, share)
        self.diary.note(PointsSpent(points=entry.points, order_id=entry.order_id or 0), entry.account.customer, at)

    def reverse(self, lot: Lot, points: int, because: str, at: datetime) -> None:
        """Take back what is there of it: from its own lot, for what was spent from others, the rest is forgiven."""
        earned = lot.entry
        entry = self._follow(earned, Kind.REVERSE, because, 0, at)
        wanted = points
        enjoyed = lot.spent + lot.held
        wanted -= self._take(entry, lot, Pot.PENDING, wanted)
        wanted -= self._take(entry, lot, Pot.AVAILABLE, wanted)
        for other in sorted(self.lots[lot.account.customer_id], key=lambda lot: lot.expires_on or date.max):
            if other is not lot:
                taken = self._take(entry, other, Pot.AVAILABLE, min(wanted, enjoyed))
                wanted, enjoyed = wanted - taken, enjoyed - taken
        entry.points, entry.forgiven = points - wanted, wanted
        event = PointsReversed(points=entry.points, order_id=entry.order_id or 0)
        self.diary.note(event, lot.account.customer, at)

    def expire(self, customer: Customer, day: date, at: datetime) -> None:
        """Let go of what was good until a day."""
        over = [lot for lot in self.lots[customer.pk] if lot.available and lot.expires_on == day]
        points = sum(lot.available for lot in over)
        if not points:
            return
        account = self.accounts[customer.pk]
        entry = self._enter(account, Kind.EXPIRE, "", points, at)
        entry.note = day.isoformat()
        for lot in over:
            self._move(entry, lot, Pot.AVAILABLE, Pot.EXPIRED, lot.available)
        self.diary.note(PointsExpired(points=points), customer, at)

    def write(self) -> None:
        """Everything, with the sums of what ends next."""
        for pk, account in self.accounts.items():
            ending = [lot for lot in self.lots[pk] if lot.available and lot.expires_on]
            account.expires_on = min((lot.expires_on for lot in ending if lot.expires_on), default=None)
            account.expiring = sum(lot.available for lot in ending if lot.expires_on == account.expires_on)
        bulk.write(Account, self.accounts.values())
        for entry in self.entries:
            if entry.kind == Kind.EXPIRE:  # its cause is made of ids that are known only now
                entry.cause, entry.note = f"{entry.account.pk}:{entry.note}", ""
        self._write_entries()
        bulk.write(Lot, [lot for lots in self.lots.values() for lot in lots])
        bulk.write(Posting, self.postings)

    def _write_entries(self) -> None:
        """What others belong to goes first: an entry refers to one before it."""
        done: set[int] = set()
        waiting = self.entries
        while waiting:
            ready = [entry for entry in waiting if entry.undoes is None or id(entry.undoes) in done]
            bulk.write(Entry, ready)
            done |= {id(entry) for entry in ready}
            waiting = [entry for entry in waiting if id(entry) not in done]

    def _enter(self, account: Account, kind: str, cause: str, points: int, at: datetime, **more: Any) -> Entry:
        entry = Entry(account=account, kind=kind, cause=cause, points=points, happened_at=at, **more)
        self.entries.append(entry)
        return entry

    def _follow(self, entry: Entry, kind: str, cause: str, points: int, at: datetime) -> Entry:
        return self._enter(entry.account, kind, cause, points, at, reason=entry.reason, order=entry.order, undoes=entry)

    def _take(self, entry: Entry, lot: Lot, pot: Pot, points: int) -> int:
        share = min(int(getattr(lot, pot)), max(points, 0))
        if share:
            self._move(entry, lot, pot, Pot.REVERSED, share)
        return share

    def _move(self, entry: Entry, lot: Lot, source: Pot, target: Pot, points: int) -> None:
        for row in (lot, lot.account):
            setattr(row, source, getattr(row, source) - points)
            setattr(row, target, getattr(row, target) + points)
        self.postings.append(Posting(entry=entry, lot=lot, source=source, target=target, points=points))
