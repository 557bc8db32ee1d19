"""What points should do, in as few lines as possible and without a database: the ledger is compared with it."""

from dataclasses import dataclass, field
from datetime import date

from loyalty.programme import last_day


@dataclass
class Heap:
    """Points earned together."""

    earned: int
    months: int | None
    until: date | None = None
    fixed: date | None = None  # until when it is good however often its owner earns and spends
    pending: int = 0
    available: int = 0
    held: int = 0
    spent: int = 0
    expired: int = 0
    reversed: int = 0
    asked: int = 0  # to be taken back, whether there or not
    elsewhere: int = 0  # taken from other heaps for this one

    def order(self):
        return self.until or date.max


@dataclass
class Model:
    owes: bool  # what cannot be taken back is owed
    grace: int
    idle: int | None = None  # months without activity after which all ends
    heaps: list[Heap] = field(default_factory=list)
    holds: dict[str, list] = field(default_factory=dict)
    debt: int = 0

    def take(self, points, but=None):
        """The heaps that so many available points come from."""
        taken = []
        for heap in sorted(self.heaps, key=Heap.order):  # sorting is stable: the oldest first
            share = min(heap.available, points) if heap is not but else 0
            if share:
                heap.available -= share
                taken.append((heap, share))
                points -= share
        return taken

    def arrive(self, heap, points):
        heap.available += points
        for other, share in self.take(min(self.debt, sum(one.available for one in self.heaps))):
            other.reversed += share
            self.debt -= share

    def earn(self, points, months, waits, now):
        heap = Heap(points, months)
        self.heaps.append(heap)
        heap.pending = points
        if not waits:
            self.activate(heap, now)
        return heap

    def activate(self, heap, now):
        points, heap.pending = heap.pending, 0
        if points:
            heap.fixed = last_day(now, heap.months)
            heap.until = self.at_most(heap.fixed, now)
            self.arrive(heap, points)

    def at_most(self, fixed, now):
        return min((day for day in (fixed, last_day(now, self.idle)) if day), default=None)

    def renew(self, now, today):
        """Somebody has earned or spent: whatever is not over, and has points or may get some back."""
        for heap in self.heaps:
            is_over = heap.until and heap.until < today
            if self.idle and not is_over and (heap.available or heap.held or heap.spent):
                heap.until = self.at_most(heap.fixed, now)

    def expire(self, today):
        for heap in self.heaps:
            if heap.until and heap.until < today:
                heap.expired, heap.available = heap.expired + heap.available, 0

    def hold(self, cause, points):
        self.holds[cause] = self.take(points)
        for heap, share in self.holds[cause]:
            heap.held += share

    def end(self, cause, pot, today):
        for heap, share in self.holds[cause]:
            heap.held -= share
            if pot == "spent":
                heap.spent += share
        if pot == "available":
            self.back([(heap, share) for heap, share in self.holds[cause]], today)

    def back(self, parts, today):
        for heap, _share in parts:
            if heap.until and heap.until < today:
                heap.until = today.fromordinal(today.toordinal() + self.grace)
                heap.fixed = heap.fixed and max(heap.fixed, heap.until)
        for heap, share in parts:
            heap.available += share
        if parts:
            self.arrive(parts[0][0], 0)

    def give_back(self, cause, points, today):
        parts = []
        # Later lots come first among those that are good equally long.
        left = sorted(
            enumerate(self.holds[cause]), key=lambda one: (one[1][0].order(), self.heaps.index(one[1][0])), reverse=True
        )
        for at, (heap, share) in left:
            count = min(share, points)
            if count:
                heap.spent -= count
                self.holds[cause][at] = (heap, share - count)
                parts.append((heap, count))
                points -= count
        self.back(parts, today)

    def reverse(self, heap, points):
        wanted = min(points, heap.earned - heap.asked)
        heap.asked += max(wanted, 0)
        for pot in ("pending", "available"):
            share = min(getattr(heap, pot), wanted)
            setattr(heap, pot, getattr(heap, pot) - share)
            heap.reversed += share
            wanted -= share
        missing = min(wanted, max(heap.spent + heap.held - heap.elsewhere, 0))
        for other, share in self.take(missing, but=heap):
            other.reversed += share
            heap.elsewhere += share
            missing -= share
        if self.owes:
            self.debt += missing
            heap.elsewhere += missing

    def sums(self):
        names = ("pending", "available", "held", "spent", "expired", "reversed")
        return {name: sum(getattr(heap, name) for heap in self.heaps) for name in names} | {"debt": self.debt}
