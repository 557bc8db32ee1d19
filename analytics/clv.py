"""What customers will be worth: BG/NBD for how often they come, Gamma-Gamma for how much they spend.

Pure numbers, no database. Sources: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 24
(2005), for BG/NBD; Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). All times are in weeks. Arrays
have one entry for each customer:

    frequency   x, repeat purchases: days with an order after the first
    recency     t_x, weeks from the first to the last purchase; 0 without repeats
    age         T, weeks from the first purchase to the day of the look
    value       mean spend of the repeat purchases; not read without repeats
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1

Floats = NDArray[np.float64]

LEAST_REPEATERS = 20  # fewer say nothing about four parameters
ROUGHLY = 2000  # histories that are enough to find the neighbourhood of the answer


class NotEnoughData(ValueError):
    """Too few people have come back for a model of it to mean anything; `str()` says how many there are."""


@dataclass(frozen=True)
class Buying:
    """A fitted BG/NBD: rates of purchase are Gamma(r, alpha) over customers; the chance to stop for good after a purchase
    is Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    @classmethod
    def fit(cls, frequency: Floats, recency: Floats, age: Floats) -> Self:
        """By maximum likelihood. Raises `NotEnoughData`."""
        _enough(frequency)
        # People with the same history count together: a shop of a million has few different ones.
        histories, counts = np.unique(np.column_stack([frequency, recency, age]), axis=0, return_counts=True)
        x, t_x, t = histories.T
        unit = float(t.max()) / 10 or 1.0  # makes all parameters of order one

        def likelihood(parameters: Floats, some: slice = slice(None)) -> float:
            logs = _log_likelihood(parameters, x[some], t_x[some] / unit, t[some] / unit)
            return float(np.average(logs, weights=counts[some]))

        few = slice(None, None, max(1, len(x) // ROUGHLY))
        r, alpha, a, b = _best(likelihood, lambda parameters: likelihood(parameters, few), 4)
        found = np.array([r, alpha * unit, a, b])
        total = float(counts @ _log_likelihood(found, x, t_x, t))
        return cls(float(found[0]), float(found[1]), float(found[2]), float(found[3]), total)

    def alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance, 0 to 1, that each has not stopped for good. Who has bought once cannot have in this model: 1."""
        before = np.maximum(frequency, 1)
        log_odds = np.log(self.a / (self.b + before - 1)) + (self.r + before) * np.log(
            (self.alpha + age) / (self.alpha + recency)
        )
        return np.where(frequency > 0, expit(-log_odds), 1.0)

    def expected(self, weeks: float, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """Purchases of each in the next `weeks`: equation (10) of the paper."""
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6  # the formula has a limit there, but divides by zero
        rate, stop = self.r + frequency, a + self.b + frequency - 1
        past, whole = self.alpha + age, self.alpha + age + weeks
        still = 1 - (past / whole) ** rate * hyp2f1(rate, self.b + frequency, stop, weeks / whole)
        return np.asarray(stop / (a - 1) * still * self.alive(frequency, recency, age))


@dataclass(frozen=True)
class Spending:
    """A fitted Gamma-Gamma: a customer's orders are Gamma(p, nu) around their own mean, nu is Gamma(q, gamma) over
    customers."""

    p: float
    q: float
    gamma: float

    @classmethod
    def fit(cls, frequency: Floats, value: Floats) -> Self:
        """By maximum likelihood from those who bought again. Raises `NotEnoughData`."""
        _enough(frequency)
        again = (frequency > 0) & (value > 0)
        x, mean = frequency[again], value[again]
        unit = float(mean.mean())

        def likelihood(parameters: Floats, some: slice = slice(None)) -> float:
            p, q, gamma = parameters
            n, m = x[some], mean[some] / unit
            logs = (
                gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(gamma)
                + (p * n - 1) * np.log(m) + p * n * np.log(n) - (p * n + q) * np.log(gamma + m * n)
            )  # fmt: skip
            return float(logs.mean())

        few = slice(None, None, max(1, len(x) // ROUGHLY))
        p, q, gamma = _best(likelihood, lambda parameters: likelihood(parameters, few), 3)
        return cls(float(p), float(q), float(gamma) * unit)

    def mean(self, frequency: Floats, value: Floats) -> Floats:
        """What an order of each will come to on average: between their own mean and everybody's."""
        own = np.where(frequency > 0, value, 0.0) * frequency
        q = max(self.q, 1 + 1e-6)  # below 1 the mean of the population has no end
        return np.asarray((self.gamma + own) * self.p / (self.p * frequency + q - 1))


@dataclass(frozen=True)
class Forecast:
    """What the next weeks bring for each customer. `low` and `high` hold four of five outcomes.

    `totals` is what all of them together spend in each of the simulated futures.
    """

    orders: Floats
    value: Floats
    low: Floats
    high: Floats
    totals: Floats


def forecast(
    buying: Buying,
    spending: Spending,
    weeks: float,
    frequency: Floats,
    recency: Floats,
    age: Floats,
    value: Floats,
    *,
    seed: int = 1,
    draws: int = 200,
) -> Forecast:
    """Expected orders and spend of each in the next `weeks`, with an interval drawn from each one's own posterior.

    The interval is of what the person will spend, not of the mean: somebody who may never come back starts at 0.
    """
    orders = buying.expected(weeks, frequency, recency, age)
    mean = orders * spending.mean(frequency, value)
    random = np.random.default_rng(seed)
    totals = np.zeros(draws)
    bounds = [
        _bounds(buying, spending, weeks, frequency[part], recency[part], age[part], value[part], random, totals)
        for part in np.array_split(np.arange(len(age)), max(1, len(age) // 5000))
    ]
    low, high = np.concatenate(bounds, axis=1) if len(age) else (np.zeros(0), np.zeros(0))
    return Forecast(orders, mean, np.asarray(low), np.asarray(high), totals)


def _bounds(
    buying: Buying,
    spending: Spending,
    weeks: float,
    x: Floats,
    t_x: Floats,
    t: Floats,
    value: Floats,
    random: np.random.Generator,
    totals: Floats,
) -> Floats:
    """The tenth and the ninetieth hundredth of simulated spend, two rows; each draw's sum is added to `totals`.

    The rates of the living are independent.
    """
    shape = (len(totals), len(x))
    alive = random.random(shape) < buying.alive(x, t_x, t)
    coming = random.poisson(random.gamma(buying.r + x, 1 / (buying.alpha + t), shape) * weeks)
    until_stop = random.geometric(np.clip(random.beta(buying.a, buying.b + x, shape), 1e-9, 1))
    count = np.where(alive, np.minimum(coming, until_stop), 0)
    spread = random.gamma(spending.q + spending.p * x, 1.0, shape) / (spending.gamma + np.where(x > 0, value, 0.0) * x)
    spent = np.where(count > 0, random.gamma(np.maximum(spending.p * count, 1e-9)) / np.maximum(spread, 1e-12), 0.0)
    totals += spent.sum(axis=1)
    return np.asarray(np.quantile(spent, [0.1, 0.9], axis=0))


def _log_likelihood(parameters: Floats, x: Floats, t_x: Floats, t: Floats) -> Floats:
    """Of each history under BG/NBD: equation (6) of the paper."""
    r, alpha, a, b = parameters
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    living = -(r + x) * np.log(alpha + t)
    before = np.maximum(x, 1)
    stopped = np.log(a) - np.log(b + before - 1) - (r + x) * np.log(alpha + t_x)
    return np.asarray(common + np.where(x > 0, np.logaddexp(living, stopped), living))


def _best(likelihood: Callable[[Floats], float], roughly: Callable[[Floats], float], count: int) -> Floats:
    """The positive parameters with the highest mean log-likelihood: looked for on few data without slopes, which gets lost
    nowhere, then on all of them along the slope."""

    def loss(of: Callable[[Floats], float]) -> Callable[[Floats], float]:
        def value(logs: Floats) -> float:
            found = -of(np.exp(np.clip(logs, -15, 15)))
            return found if np.isfinite(found) else 1e10

        return value

    near = minimize(
        loss(roughly), np.zeros(count), method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-6, "fatol": 1e-9}
    )
    there = minimize(loss(likelihood), near.x, method="L-BFGS-B", options={"ftol": 1e-12, "gtol": 1e-8})
    return np.asarray(np.exp(np.clip(there.x, -15, 15)))


def _enough(frequency: Floats) -> None:
    again = int((frequency > 0).sum())
    if again < LEAST_REPEATERS:
        raise NotEnoughData(f"{again} people have bought again; a forecast needs {LEAST_REPEATERS}.")
