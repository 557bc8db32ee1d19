"""What invented people buy and when: they come back when a thing is used up, try what goes with it, and give presents.

No database here: the same people and the same seed buy the same things.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from shop.demo import source
from shop.demo.people import Person, Temper
from shop.demo.source import Ware

# Weights of the days of the week (Monday first) and of the hours of the day.
WEEKDAYS = (1.0, 0.95, 0.95, 0.95, 0.85, 1.05, 1.35)
HOURS = (2, 1, 1, 0, 0, 1, 3, 6, 9, 12, 14, 14, 15, 14, 12, 11, 11, 13, 16, 20, 24, 23, 15, 6)
_LEAVES = {Temper.ONCE: 0.93, Temper.NOW_AND_THEN: 0.34, Temper.REGULAR: 0.11, Temper.DEVOTED: 0.03}
_SLOWNESS = {Temper.ONCE: 2.6, Temper.NOW_AND_THEN: 2.0, Temper.REGULAR: 1.25, Temper.DEVOTED: 0.9}
_SOLD_OUT_FOR = 12  # days that what is gone today has been gone
_BARS = "chocolate-bars"


@dataclass(frozen=True)
class Purchase:
    """One basket of one person."""

    person: Person
    moment: datetime
    lines: tuple[tuple[Ware, int], ...]
    is_first: bool
    is_gift: bool = False


@dataclass
class _Buyer:
    """A person in the course of the two years."""

    person: Person
    chance: random.Random
    favourites: dict[str, Ware] = field(default_factory=dict)  # product -> the form they take
    lasts_until: dict[str, date] = field(default_factory=dict)
    orders: int = 0


class Market:
    """The shop as buyers find it: what there is, in season, since when."""

    def __init__(self, today: date, arrivals: dict[str, date], zone: ZoneInfo, seed: int) -> None:
        self.today, self.arrivals, self.zone, self.seed = today, arrivals, zone, seed
        self.by_product: dict[str, list[Ware]] = defaultdict(list)
        for ware in source.wares():
            self.by_product[ware.product].append(ware)
        self._shelf = cache(self._weighted)

    def purchases(self, people: list[Person]) -> list[Purchase]:
        """Everything that these people bought until today, in the order of time."""
        made = [purchase for person in people for purchase in self._life(person) if purchase.lines]
        return sorted(made, key=lambda purchase: (purchase.moment, purchase.person.number))

    def _life(self, person: Person) -> Iterator[Purchase]:
        if person.temper is Temper.READER:
            return
        buyer = _Buyer(person, random.Random(f"{self.seed} habits {person.number}"))
        day: date | None = self._good_day(person.met_on, buyer.chance)
        presents = self._present_days(buyer)
        while day is not None and day < self.today:
            while presents and presents[0] < day:
                yield self._purchase(buyer, presents.pop(0), is_gift=True)
            yield self._purchase(buyer, day)
            day = self._next_day(buyer, day)
        for present in presents:
            yield self._purchase(buyer, present, is_gift=True)

    def _purchase(self, buyer: _Buyer, day: date, is_gift: bool = False) -> Purchase:
        wanted = self._presents(buyer, day) if is_gift else self._basket(buyer, day)
        lines = {ware.sku: (ware, self._units(ware, buyer.chance)) for ware in wanted}
        for ware, units in lines.values():
            if ware.lifetime_days and not is_gift:
                lasts = timedelta(days=round(ware.lifetime_days * units / buyer.person.pace))
                buyer.lasts_until[ware.product] = max(day, buyer.lasts_until.get(ware.product, day)) + lasts
        buyer.orders += bool(lines)
        hour = buyer.chance.choices(range(24), HOURS)[0]
        clock = time(hour, buyer.chance.randrange(60), buyer.chance.randrange(60))
        return Purchase(
            buyer.person, datetime.combine(day, clock, self.zone), tuple(lines.values()), buyer.orders == 1, is_gift
        )

    def _next_day(self, buyer: _Buyer, day: date) -> date | None:
        """When the first of the favourites is nearly used up; None when they never come back."""
        if buyer.chance.random() < _LEAVES[buyer.person.temper]:
            return None
        ends = [buyer.lasts_until[product] for product in buyer.favourites if product in buyer.lasts_until]
        left = min((end - day).days for end in ends) if ends else 60
        gap = max(9, min(left, 120)) * _SLOWNESS[buyer.person.temper] * buyer.chance.gauss(1, 0.22)
        return self._good_day(day + timedelta(days=max(5, round(gap))), buyer.chance)

    def _good_day(self, day: date, chance: random.Random) -> date:
        """That day or one of the two after it: people have time on Sundays."""
        days = [day + timedelta(days=ahead) for ahead in range(3)]
        return chance.choices(days, [WEEKDAYS[one.weekday()] for one in days])[0]

    def _present_days(self, buyer: _Buyer) -> list[date]:
        """Days before the Christmases they knew the shop at, if they are of the giving kind."""
        if not buyer.person.gives:
            return []
        years = range(buyer.person.met_on.year, self.today.year + 1)
        moods = [(year, buyer.chance.random() < 0.42, buyer.chance.triangular(0, 37, 26)) for year in years]
        days = [date(year, 11, 12) + timedelta(days=round(ahead)) for year, gives, ahead in moods if gives]
        return [day for day in days if buyer.person.met_on + timedelta(days=3) < day < self.today]

    def _basket(self, buyer: _Buyer, day: date) -> list[Ware]:
        """What has run out, something that goes with it, and at times something new."""
        chance = buyer.chance
        chosen = [
            ware
            for product, ware in buyer.favourites.items()
            if buyer.lasts_until.get(product, day) <= day + timedelta(days=14)
            and chance.random() < 0.88
            and self._is_there(ware, day)
        ]
        if not chosen and (favourite := self._any_of(buyer.favourites, day)):
            chosen.append(favourite)
        if not buyer.favourites or chance.random() < 0.4:
            chosen += self._something(buyer, day, 1 if buyer.favourites else chance.choice((1, 1, 2, 2, 3)))
        if chosen and chance.random() < 0.34:
            chosen += self._companion(chosen[0], day, chance)
        if any(ware.subcategory == _BARS for ware in chosen) and chance.random() < 0.16:
            chosen += self._bars(day, chance)
        for ware in chosen:
            if ware.is_used_up and len(buyer.favourites) < 4 and (not buyer.favourites or chance.random() < 0.3):
                buyer.favourites.setdefault(ware.product, ware)
        return chosen

    def _presents(self, buyer: _Buyer, day: date) -> list[Ware]:
        count = buyer.chance.choice((1, 1, 2, 2, 3))
        categories = buyer.chance.choices(
            ("gifts", "chocolate", "candles", "honey", "teaware", "biscuits"), (9, 4, 4, 3, 2, 3), k=count
        )
        return [ware for category in categories if (ware := self._from(category, day, buyer.chance))]

    def _something(self, buyer: _Buyer, day: date, count: int) -> list[Ware]:
        categories = buyer.chance.choices(list(buyer.person.taste), list(buyer.person.taste.values()), k=count)
        return [ware for category in categories if (ware := self._from(category, day, buyer.chance))]

    def _companion(self, ware: Ware, day: date, chance: random.Random) -> list[Ware]:
        product = chance.choices(ware.related, range(len(ware.related) * 2, len(ware.related), -1))[0]
        found = self._form(product, day, chance)
        return [found] if found else []

    def _bars(self, day: date, chance: random.Random) -> list[Ware]:
        bars = [ware for ware in source.wares() if ware.subcategory == _BARS and self._is_there(ware, day)]
        return chance.sample(bars, 2)

    def _any_of(self, favourites: dict[str, Ware], day: date) -> Ware | None:
        return next((ware for ware in favourites.values() if self._is_there(ware, day)), None)

    def _from(self, category: str, day: date, chance: random.Random) -> Ware | None:
        products, weights = self._shelf(category, day.month)
        return self._form(chance.choices(products, weights)[0], day, chance)

    def _weighted(self, category: str, month: int) -> tuple[list[str], list[float]]:
        """Products of a category and how much they are wanted in this month."""
        wares = {ware.product: ware for ware in source.wares() if ware.category == category}
        liking = {
            slug: ware.popularity**1.7 * (1.0 if not ware.season else 2.0 if month in ware.season else 0.4)
            for slug, ware in wares.items()
        }
        return list(liking), list(liking.values())

    def _form(self, product: str, day: date, chance: random.Random) -> Ware | None:
        forms = [ware for ware in self.by_product[product] if self._is_there(ware, day)]
        return chance.choices(forms, [ware.share for ware in forms])[0] if forms else None

    def _is_there(self, ware: Ware, day: date) -> bool:
        return self.arrivals[ware.sku] <= day and not (ware.is_gone and day > self.today - timedelta(days=_SOLD_OUT_FOR))

    @staticmethod
    def _units(ware: Ware, chance: random.Random) -> int:
        if not ware.is_used_up:
            return chance.choices((1, 2, 4), (90, 8, 2))[0]
        return chance.choices((1, 2, 3), (80, 16, 4))[0]
