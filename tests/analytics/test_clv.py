"""The purchase models find what was published, and what was put in."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics import clv

CDNOW = Path(__file__).parents[3] / "shared/data/cdnow/CDNOW_sample.txt"


@pytest.fixture(scope="module")
def cdnow():
    """frequency, recency, age and mean repeat value of 2,357 customers by 1997-09-30, and their orders later."""
    if not CDNOW.exists():
        pytest.skip(f"{CDNOW} is not here: the published parameters cannot be compared.")
    end = date(1997, 9, 30)
    days: dict[str, dict[date, float]] = {}
    for row in CDNOW.read_text().splitlines():
        _master, person, day, _discs, dollars = row.split()
        bought = days.setdefault(person, {})
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        bought[on] = bought.get(on, 0) + float(dollars)
    rows = []
    for bought in days.values():
        before = sorted(day for day in bought if day <= end)
        again = [bought[day] for day in before[1:]]
        rows.append(
            (
                len(again),
                (before[-1] - before[0]).days / 7,
                (end - before[0]).days / 7,
                np.mean(again) if again else 0,
                sum(day > end for day in bought),
            )
        )
    return np.array(rows, dtype=float).T


def test_the_published_parameters_of_buying(cdnow):
    frequency, recency, age, _value, _later = cdnow
    model = clv.Buying.fit(frequency, recency, age)
    assert [round(one, 3) for one in (model.r, model.alpha, model.a, model.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(model.log_likelihood, 1) == -9582.4


def test_the_published_parameters_of_spending(cdnow):
    frequency, _recency, _age, value, _later = cdnow
    assert (frequency > 0).sum() == 946
    model = clv.Spending.fit(frequency, value)
    assert (model.p, model.q, model.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)


def test_the_second_half_of_the_data_comes_as_forecast(cdnow):
    frequency, recency, age, _value, later = cdnow
    model = clv.Buying.fit(frequency, recency, age)
    expected = model.expected(39, frequency, recency, age)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.15)  # the paper's own forecast is as low
    for times in range(4):  # and for each kind of customer
        kind = frequency == times
        assert expected[kind].mean() == pytest.approx(later[kind].mean(), abs=0.4)


def simulated(customers=4000, seed=7):
    """Histories of a year and the spend of the next, from a model whose parameters are known."""
    random = np.random.default_rng(seed)
    rate, stop = random.gamma(0.8, 1 / 12, customers), random.beta(0.9, 2.5, customers)
    nu = random.gamma(4, 1 / 60, customers)
    rows = []
    for one in range(customers):
        first, weeks = random.uniform(0, 40), 52.0
        moments, moment = [first], first
        while (moment := moment + random.exponential(1 / rate[one])) < 104:
            moments.append(moment)
            if random.random() < stop[one]:
                break
        spent = random.gamma(6, 1 / nu[one], len(moments))
        before = [m for m in moments if m <= weeks]
        again = spent[1 : len(before)]
        future = spent[len(before) :].sum()
        rows.append((len(before) - 1, before[-1] - first, weeks - first, again.mean() if len(again) else 0, future))
    return np.array(rows).T


def test_what_was_put_in_is_found():
    frequency, recency, age, value, _future = simulated()
    buying, spending = clv.Buying.fit(frequency, recency, age), clv.Spending.fit(frequency, value)
    assert (buying.r, buying.alpha) == pytest.approx((0.8, 12), rel=0.25)
    assert spending.p * spending.gamma / (spending.q - 1) == pytest.approx(6 * 60 / 3, rel=0.1)


def test_the_interval_holds_four_of_five():
    frequency, recency, age, value, future = simulated()
    buying, spending = clv.Buying.fit(frequency, recency, age), clv.Spending.fit(frequency, value)
    found = clv.forecast(buying, spending, 52, frequency, recency, age, value)
    again = frequency > 0  # of the others most spend nothing, and the interval is 0 to something
    inside = (found.low[again] - 0.005 <= future[again]) & (future[again] <= found.high[again])
    assert 0.8 <= inside.mean() <= 0.92
    assert found.value.sum() == pytest.approx(future.sum(), rel=0.15)
    assert (found.low <= found.high).all()


def test_who_has_not_been_seen_for_long_is_less_likely_to_come():
    model = clv.Buying(0.243, 4.414, 0.793, 2.426, 0)
    x = np.full(3, 5.0)
    seen = np.array([5.0, 20.0, 38.0])
    chance = model.alive(x, seen, np.full(3, 39.0))
    assert (np.diff(chance) > 0).all()
    assert ((chance > 0) & (chance < 1)).all()


def test_who_bought_once_spends_like_everybody():
    model = clv.Spending(6.25, 3.74, 15.44)
    everybody = model.p * model.gamma / (model.q - 1)
    assert model.mean(np.array([0.0, 1.0, 50.0]), np.array([0.0, 100.0, 100.0])) == pytest.approx(
        [everybody, (15.44 + 100) * 6.25 / (6.25 + 2.74), (15.44 + 5000) * 6.25 / (6.25 * 50 + 2.74)]
    )


def test_a_young_shop_is_told_that_it_is_too_early():
    few = np.array([1.0] * 19 + [0.0] * 400)
    with pytest.raises(clv.NotEnoughData, match="19 people"):
        clv.Buying.fit(few, few * 3, few + 30)
    with pytest.raises(clv.NotEnoughData):
        clv.Spending.fit(few, few * 20)
