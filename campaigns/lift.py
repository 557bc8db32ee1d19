"""What a mailing was worth: people who got it against people who, by chance, did not. Pure numbers, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import sqrt
from typing import Self

from scipy.stats import t as student

CONFIDENCE = 0.95
_Z = 1.959964
FEWEST_PEOPLE = 50  # in an arm: below, no interval means anything
FEWEST_BUYERS = 10  # in both together


class Verdict(Enum):
    """What may honestly be said."""

    TOO_FEW = "too_few"  # people or buyers: wait, or send to more
    UNCLEAR = "unclear"  # the difference may be chance
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Sample:
    """One arm: how many people, how many of them bought, what all of them spent and the sum of the squares of that."""

    people: int
    buyers: int
    spent: float
    squares: float

    @classmethod
    def of(cls, people: int, amounts: Iterable[float]) -> Self:
        """From what each buyer spent; the others of the `people` spent nothing."""
        spent = [float(amount) for amount in amounts]
        return cls(people, len(spent), sum(spent), sum(amount * amount for amount in spent))

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(
            self.people + other.people, self.buyers + other.buyers, self.spent + other.spent, self.squares + other.squares
        )

    @property
    def share(self) -> float:
        """Buyers among the people, 0 to 1."""
        return self.buyers / self.people if self.people else 0.0

    @property
    def mean(self) -> float:
        """Spend a person."""
        return self.spent / self.people if self.people else 0.0

    @property
    def variance(self) -> float:
        """Of the spend a person."""
        if self.people < 2:
            return 0.0
        return max(self.squares - self.people * self.mean**2, 0.0) / (self.people - 1)


@dataclass(frozen=True)
class Difference:
    """With the mailing less without it, and the interval that holds the truth in 95 of 100 cases."""

    with_it: float
    without: float
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.with_it - self.without

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no doubt about the direction."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Lift:
    """The effect on who buys (a share, 0 to 1) and on what a person spends; and what it made over all who got it."""

    treated: Sample
    held_out: Sample
    buyers: Difference
    spend: Difference

    @property
    def orders_made(self) -> Difference:
        """Buyers there would not have been without it."""
        return _times(self.buyers, self.treated.people)

    @property
    def revenue_made(self) -> Difference:
        """Revenue there would not have been without it."""
        return _times(self.spend, self.treated.people)

    @property
    def verdict(self) -> Verdict:
        few = min(self.treated.people, self.held_out.people) < FEWEST_PEOPLE
        if few or self.treated.buyers + self.held_out.buyers < FEWEST_BUYERS:
            return Verdict.TOO_FEW
        if not self.buyers.is_clear:
            return Verdict.UNCLEAR
        return Verdict.MORE if self.buyers.value > 0 else Verdict.LESS


def between(treated: Sample, held_out: Sample) -> Lift:
    """The effect of a mailing. Empty arms are differences of 0 to which the verdict says `TOO_FEW`."""
    return Lift(treated, held_out, _of_shares(treated, held_out), _of_means(treated, held_out))


def _of_shares(one: Sample, other: Sample) -> Difference:
    """Newcombe's hybrid score interval, which stays honest for few buyers: method 10 of "Interval estimation for the
    difference between independent proportions", Statistics in Medicine 17 (1998)."""
    low_1, high_1 = wilson(one.buyers, one.people)
    low_2, high_2 = wilson(other.buyers, other.people)
    p_1, p_2 = one.share, other.share
    down = sqrt((p_1 - low_1) ** 2 + (high_2 - p_2) ** 2)
    up = sqrt((high_1 - p_1) ** 2 + (p_2 - low_2) ** 2)
    return Difference(p_1, p_2, p_1 - p_2 - down, p_1 - p_2 + up)


def _of_means(one: Sample, other: Sample) -> Difference:
    """Welch's interval: the arms differ in size and spread."""
    if one.people < 2 or other.people < 2:
        return Difference(one.mean, other.mean, float("-inf"), float("inf"))
    v_1, v_2 = one.variance / one.people, other.variance / other.people
    error = sqrt(v_1 + v_2)
    if not error:
        return Difference(one.mean, other.mean, one.mean - other.mean, one.mean - other.mean)
    freedom = (v_1 + v_2) ** 2 / (v_1**2 / (one.people - 1) + v_2**2 / (other.people - 1))
    reach = float(student.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    gap = one.mean - other.mean
    return Difference(one.mean, other.mean, gap - reach, gap + reach)


def wilson(count: int, of: int) -> tuple[float, float]:
    """The interval of a share: Wilson, "Probable inference, the law of succession, and statistical inference" (1927)."""
    if not of:
        return 0.0, 1.0
    share, squared = count / of, _Z * _Z
    middle = share + squared / (2 * of)
    reach = _Z * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    return max((middle - reach) / (1 + squared / of), 0.0), min((middle + reach) / (1 + squared / of), 1.0)


def _times(one: Difference, people: int) -> Difference:
    return Difference(one.with_it * people, one.without * people, one.low * people, one.high * people)
