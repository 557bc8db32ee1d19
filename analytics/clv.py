"""What customers will be worth: BG/NBD for how often they come, Gamma-Gamma for how much they spend.

Pure numbers, no database. Sources: Fader, Hardie and Lee, "'Counting Your Customers' the Easy Way", Marketing Science 24
(2005), for BG/NBD; Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). All times are in weeks. Arrays
have one entry for each customer:

    frequency   x, repeat purchases: days with an order after the first
    recency     t_x, weeks from the first to the last purchase; 0 without repeats
    age         T, weeks from the first purchase to the day of the look
    value       mean spend of the repeat purchases (0 without)
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1, logsumexp

Floats = NDArray[np.float64]

LEAST_REPEATERS = 20  # below this the four parameters are the prior's, not the data's


class NotEnoughData(ValueError):
    """Too few people have come back for a model of it to mean anything; `str()` says how many there are."""


@dataclass(frozen=True)
class Buying:
    """A fitted BG/NBD: rates of purchase are Gamma(r, alpha) among customers, the chance to stop after a purchase is
    Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    @classmethod
    def fit(cls, frequency: Floats, recency: Floats, age: Floats, weights: Floats | None = None) -> Self:
        """Maximum likelihood. Raises `NotEnoughData`.

        `weights` counts customers with the same history: a large shop has few different ones.
        """
        counted = np.ones_like(age) if weights is None else weights
        repeaters = float(counted[frequency > 0].sum())
        if repeaters < LEAST_REPEATERS:
            raise NotEnoughData(f"{repeaters:.0f} people have bought again; a forecast needs {LEAST_REPEATERS}.")
        scale = float(age.max()) / 10 or 1.0  # parameters of order one, whatever the shop's age

        def loss(logs: Floats) -> float:
            value = -float(counted @ _log_likelihood(np.exp(logs), frequency, recency / scale, age / scale))
            return value / float(counted.sum()) if np.isfinite(value) else 1e10

        found = minimize(loss, np.zeros(4), method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-10})
        found = minimize(loss, found.x, method="L-BFGS-B", bounds=[(-12, 12)] * 4)
        r, alpha, a, b = np.exp(found.x)
        total = float(counted @ _log_likelihood(np.array([r, alpha * scale, a, b]), frequency, recency, age))
        return cls(float(r), float(alpha * scale), float(a), float(b), total)

    def alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance, 0 to 1, that each customer has not stopped for good (Fader, Hardie and Lee 2008, "Computing
        P(alive)"). Who has not come back yet cannot have stopped in this model: 1."""
        x = np.maximum(frequency, 1)
        log_odds = (self.r + x) * np.log((self.alpha + age) / (self.alpha + recency)) + np.log(self.a) - np.log(self.b + x - 1)
        return np.where(frequency > 0, expit(-log_odds), 1.0)

    def expected(self, weeks: float, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """Purchases of each customer in the next `weeks`: equation (10) of the paper."""
        r, alpha, a, b, x = self.r, self.alpha, self.a, self.b, frequency
        if abs(a - 1) < 1e-6:
            a = 1 + 1e-6  # the formula's limit, not its pole
        z = weeks / (alpha + age + weeks)
        # Euler's transformation keeps the series short where z is near 1.
        hyper = (
            (1 - z) ** (a - 1 - r) * hyp2f1(a - 1, b - r - 1 + 0 * x, a + b + x - 1, z)
            if False
            else hyp2f1(r + x, b + x, a + b + x - 1, z)
        )
        fresh = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + weeks)) ** (r + x) * hyper)
        return np.asarray(fresh * self.alive(frequency, recency, age))
