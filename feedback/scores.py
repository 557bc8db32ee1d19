"""What answers add up to: NPS, CSAT and response rates with the interval in which they lie. No database here.

NPS: share of promoters (9 and 10) less share of detractors (0 to 6), from -100 to 100 (F. Reichheld, "The One Number You
Need to Grow", Harvard Business Review, December 2003). An answer counts +1, 0 or -1, so its variance is p + d - (p - d)²,
with p and d the shares of promoters and detractors, and that of the mean of n answers an n-th of it. The interval is the
adjusted Wald interval with three answers added in the shape of a triangle: three quarters of a promoter, one and a half
passives, three quarters of a detractor (B. Rocks, "Interval Estimation for the Net Promoter Score", The American
Statistician 70 (2016), 365-372). Counted over all outcomes for six mixes of answers, an interval that is said to hold the
truth 95 times in 100 does so 90 to 95 times with five answers and 94 to 97 times from ten on; without the three answers it
would be 55 to 87 times with five (tests/feedback/test_scores.py).

CSAT: share of the two best of five answers, in per cent. Its interval, and that of a response rate, is Wilson's (E. B.
Wilson, "Probable Inference", Journal of the American Statistical Association 22 (1927), 209-212).

Mean on a scale: for its interval, too, three answers are added, evenly spread over the scale. Counted in the same way, it
holds the truth 90 times in 100 or more with five answers and 94 to 98 times from ten on; Student's interval does so 67
times with five answers that nearly all agree. Median: between the answers whose places in the row hold it 95 times in 100,
whatever the answers are (the binomial distribution with one half); with fewer than six no places do, so it is the scale.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PROMOTER, PASSIVE, DETRACTOR = "promoter", "passive", "detractor"
BEST, LAST_DETRACTOR, FIRST_PROMOTER = 10, 6, 9
FIRST_SATISFIED, LAST_UNHAPPY, MOST_HAPPY = 4, 2, 5
Z95 = 1.959964  # 95 of 100 such intervals hold the true value
ADDED = 3  # answers added for the interval of an NPS or a mean
TOO_FEW, FEW = 5, 30
EXACT = 1000  # up to so many answers the binomial distribution is counted out; beyond, the normal one is as good


@dataclass(frozen=True)
class Score:
    """A figure with the number of answers behind it; `value`, `low` and `high` in points or per cent."""

    value: float | None
    low: float
    high: float
    count: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough answers to show a figure at all."""
        return self.value is not None and self.count >= TOO_FEW

    @property
    def remark(self) -> "StrOrPromise":
        """Honest words where the number of answers is small; empty where it is not."""
        if not self.count:
            return _("No answers yet.")
        if self.count < TOO_FEW:
            return _("Too few answers to say anything.")
        return _("Few answers: a direction, not a figure.") if self.count < FEW else ""


def group_of(score: int) -> str:
    """Promoter, passive or detractor. Raises ValueError for what is not between 0 and 10."""
    if not 0 <= score <= BEST:
        raise ValueError(f"{score} is no answer from 0 to 10.")
    if score <= LAST_DETRACTOR:
        return DETRACTOR
    return PROMOTER if score >= FIRST_PROMOTER else PASSIVE


def nps(counts: Mapping[int, int]) -> Score:
    """The NPS of answers, given as how many there are of each score: `{10: 4, 7: 2}`."""
    groups = {PROMOTER: 0, PASSIVE: 0, DETRACTOR: 0}
    for score, count in counts.items():
        groups[group_of(score)] += count
    return nps_of_groups(groups[PROMOTER], groups[PASSIVE], groups[DETRACTOR])


def nps_of_groups(promoters: int, passives: int, detractors: int) -> Score:
    """The NPS where only the sizes of the groups are known."""
    count = promoters + passives + detractors
    if not count:
        return Score(None, -100, 100, 0)
    total = count + ADDED
    high, low = (promoters + ADDED / 4) / total, (detractors + ADDED / 4) / total
    middle = high - low
    reach = Z95 * sqrt((high + low - middle**2) / total)
    return Score(
        value=100 * (promoters - detractors) / count,
        low=100 * max(-1.0, middle - reach),
        high=100 * min(1.0, middle + reach),
        count=count,
    )


def csat(counts: Mapping[int, int]) -> Score:
    """The share of 4 and 5 among answers from 1 to 5, given as how many there are of each."""
    for score in counts:
        if not 1 <= score <= MOST_HAPPY:
            raise ValueError(f"{score} is no answer from 1 to 5.")
    return share(sum(count for score, count in counts.items() if score >= FIRST_SATISFIED), sum(counts.values()))


def share(part: int, whole: int) -> Score:
    """`part` of `whole` in per cent, with Wilson's interval: a response rate, for one."""
    if not whole:
        return Score(None, 0, 100, 0)
    rate, square = part / whole, Z95**2
    middle = (rate + square / (2 * whole)) / (1 + square / whole)
    reach = Z95 / (1 + square / whole) * sqrt(rate * (1 - rate) / whole + square / (4 * whole**2))
    return Score(value=100 * rate, low=100 * max(0.0, middle - reach), high=100 * min(1.0, middle + reach), count=whole)


def mean(counts: Mapping[int, int], scale: Sequence[int]) -> Score:
    """The mean of answers on a scale, given as how many there are of each."""
    count = sum(counts.values())
    if not count:
        return Score(None, scale[0], scale[-1], 0)
    weights = {number: counts.get(number, 0) + ADDED / len(scale) for number in scale}
    middle = sum(number * weight for number, weight in weights.items()) / (count + ADDED)
    spread = sum(weight * (number - middle) ** 2 for number, weight in weights.items()) / (count + ADDED)
    reach = Z95 * sqrt(spread / (count + ADDED))
    return Score(
        value=sum(number * times for number, times in counts.items()) / count,
        low=max(scale[0], middle - reach),
        high=min(scale[-1], middle + reach),
        count=count,
    )


def median(counts: Mapping[int, int], scale: Sequence[int]) -> Score:
    """The answer in the middle of the row, or halfway between the two in the middle."""
    row = [number for number in sorted(counts) for _each in range(counts[number])]
    if not row:
        return Score(None, scale[0], scale[-1], 0)
    count, outside = len(row), _outside(len(row))
    low, high = (row[outside - 1], row[count - outside]) if outside else (scale[0], scale[-1])
    return Score(value=(row[(count - 1) // 2] + row[count // 2]) / 2, low=low, high=high, count=count)


def _outside(count: int) -> int:
    """The place, from 1, at which the interval of a median begins; as many from the end it ends. 0: nowhere."""
    if count > EXACT:
        return int(count / 2 - Z95 * sqrt(count) / 2)
    tail, ways, place = 0, 1, 0
    while (tail + ways) * 40 <= 2**count:  # at most 2.5 of 100 on each side
        tail += ways
        ways = ways * (count - place) // (place + 1)
        place += 1
    return place


def counted(scores: Iterable[int]) -> dict[int, int]:
    """How many there are of each."""
    found: dict[int, int] = {}
    for score in scores:
        found[score] = found.get(score, 0) + 1
    return found


def is_low(kind: str, score: int | None) -> bool:
    """Whether somebody should be asked what went wrong: a detractor, or one of the two unhappy faces."""
    if score is None:
        return False
    return score <= LAST_DETRACTOR if kind == "nps" else kind == "csat" and score <= LAST_UNHAPPY
