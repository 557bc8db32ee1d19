"""Who bought at Teapot Lane: invented people with an address, a language and a temper. No database here."""

import random
import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shop.demo import source
from shop.demo.source import Table
from shop.imports import texts

DAYS = 730  # how far back the history goes
# What each month of the year does to business in a shop like this.
MONTHS = (1.0, 1.05, 1.0, 0.95, 0.95, 0.85, 0.75, 0.75, 1.0, 1.15, 1.45, 1.75)
_MAILBOXES = ("example.com", "example.net", "example.org")
_STEPS = 7  # the density of days is looked at week by week


class Temper(StrEnum):
    """How somebody buys."""

    READER = "reader"  # takes the newsletter and buys nothing
    ONCE = "once"
    NOW_AND_THEN = "now and then"
    REGULAR = "regular"
    DEVOTED = "devoted"


_TEMPERS = {Temper.READER: 5, Temper.ONCE: 37, Temper.NOW_AND_THEN: 30, Temper.REGULAR: 20, Temper.DEVOTED: 8}
_ACCOUNTS = {Temper.READER: 0.1, Temper.ONCE: 0.16, Temper.NOW_AND_THEN: 0.38, Temper.REGULAR: 0.66, Temper.DEVOTED: 0.88}


@dataclass(frozen=True)
class Address:
    line1: str
    city: str
    postcode: str
    state: str


@dataclass(frozen=True)
class Person:
    """Somebody the shop has met. `pace`: how fast things are used up, 1 as the label says; `taste`: category -> liking."""

    number: int
    uid: uuid.UUID
    email: str
    first_name: str
    last_name: str
    phone: str
    language: str
    country: str
    address: Address
    met_on: date
    temper: Temper
    has_account: bool
    wants_news: bool
    birthday: tuple[int, int] | None
    taste: dict[str, float]
    pace: float
    gives: bool
    looks_for_vouchers: bool


def invent(count: int, today: date, seed: int) -> list[Person]:
    """The people, in the order in which the shop met them. The same seed and day give the same people."""
    chance = random.Random(f"{seed} people")
    days = _meeting_days(count, today, chance)
    return [_person(number, day, random.Random(f"{seed} person {number}")) for number, day in enumerate(days)]


def _meeting_days(count: int, today: date, chance: random.Random) -> list[date]:
    """More people each month than in the one before, most of them before Christmas."""
    weeks = range(0, DAYS, _STEPS)
    first = today - timedelta(days=DAYS)
    weights = [(0.5 + ahead / DAYS) * MONTHS[(first + timedelta(days=ahead)).month - 1] for ahead in weeks]
    chosen = chance.choices(weeks, weights, k=count)
    return sorted(first + timedelta(days=min(week + chance.randrange(_STEPS), DAYS - 1)) for week in chosen)


def _person(number: int, met_on: date, chance: random.Random) -> Person:
    countries = source.read("people.toml")
    country = chance.choices(list(countries), [float(table["share"]) for table in countries.values()])[0]
    table = countries[country]
    first, last = _name(table, chance)
    temper = chance.choices(list(_TEMPERS), list(_TEMPERS.values()))[0]
    born = date.fromordinal(chance.randint(date(2000, 1, 1).toordinal(), date(2000, 12, 31).toordinal()))
    return Person(
        number=number,
        uid=uuid.UUID(int=chance.getrandbits(128), version=4),
        email=_email(first, last, number, chance),
        first_name=first,
        last_name=last,
        phone=_phone(table["phone"], chance) if chance.random() < 0.7 else "",
        language=chance.choices(list(table["languages"]), list(table["languages"].values()))[0],
        country=country,
        address=_address(table, country, chance),
        met_on=met_on,
        temper=temper,
        has_account=chance.random() < _ACCOUNTS[temper],
        wants_news=temper is Temper.READER or chance.random() < 0.42,
        birthday=(born.day, born.month) if chance.random() < 0.3 else None,
        taste=_taste(chance),
        pace=min(2.2, max(0.5, chance.lognormvariate(0, 0.28))),
        gives=chance.random() < 0.36,
        looks_for_vouchers=chance.random() < 0.22,
    )


def _name(table: Table, chance: random.Random) -> tuple[str, str]:
    names = table["her_names"] if chance.random() < 0.64 else table["his_names"]
    return chance.choice(names), chance.choice(table["surnames"])


def _email(first: str, last: str, number: int, chance: random.Random) -> str:
    """An address that nobody has: the domains are reserved for examples."""
    parts = [texts.slug(first).replace("-", ""), texts.slug(last).replace("-", "")]
    start = chance.choice([".".join(parts), parts[0] + parts[1][0], parts[0][0] + "." + parts[1], "".join(parts)])
    return f"{start}{number}@{chance.choice(_MAILBOXES)}"


def _phone(pattern: str, chance: random.Random) -> str:
    return re.sub(r"\{(\d)\}", lambda match: "".join(chance.choices("0123456789", k=int(match[1]))), pattern)


def _address(table: Table, country: str, chance: random.Random) -> Address:
    city, postcode, *state = chance.choice(table["cities"])
    street, house = chance.choice(table["streets"]), chance.randint(1, 96)
    line = f"{house} {street}" if country in ("GB", "FR") else f"{street} {house}"
    if country in ("RO", "UA", "MD", "PL") and chance.random() < 0.6:
        line += {"RO": ", ap. ", "UA": ", кв. ", "MD": ", ap. ", "PL": " m. "}[country] + str(chance.randint(1, 80))
    return Address(line, city, postcode, state[0] if state else "")


def _taste(chance: random.Random) -> dict[str, float]:
    """One thing that somebody cares for, another they like, and a little of everything else."""
    liking = {"tea": 34, "coffee": 27, "honey": 14, "chocolate": 7, "biscuits": 7, "soap": 9, "candles": 7}
    rest = {"teaware": 0.05, "coffee-gear": 0.04, "kitchen": 0.05, "gifts": 0.03}
    first = chance.choices(list(liking), list(liking.values()))[0]
    second = chance.choices(list(liking), list(liking.values()))[0]
    taste = dict.fromkeys(liking, 0.04) | rest
    taste[first] += 0.5
    taste[second] += 0.22
    if first == "coffee":
        taste["coffee-gear"] += 0.05
    if first == "tea":
        taste["teaware"] += 0.05
    return taste
