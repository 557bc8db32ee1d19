"""The effect of a mailing against a hold-out: what a real experiment found, and how often the interval is right."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from campaigns import lift
from campaigns.lift import Sample, Verdict

HILLSTROM = Path(__file__).parents[3] / "shared/data/email_hillstrom/hillstrom.csv.gz"


@pytest.fixture(scope="module")
def arms():
    """The three arms of a real e-mail test: for each the people, who visited and what buyers spent."""
    if not HILLSTROM.exists():
        pytest.skip(f"{HILLSTROM} is not here: the published lifts cannot be compared.")
    found = {}
    with gzip.open(HILLSTROM, "rt") as file:
        for row in csv.DictReader(file):
            arm = found.setdefault(row["segment"], {"people": 0, "visits": 0, "spent": []})
            arm["people"] += 1
            arm["visits"] += int(row["visit"])
            if int(row["conversion"]):
                arm["spent"].append(float(row["spend"]))
    return found


def sample(arm):
    return Sample.of(arm["people"], arm["spent"])


def test_the_published_rates(arms):
    men, women, none = arms["Mens E-Mail"], arms["Womens E-Mail"], arms["No E-Mail"]
    assert [round(100 * arm["visits"] / arm["people"], 2) for arm in (men, women, none)] == [18.28, 15.14, 10.62]
    assert [round(100 * sample(arm).share, 3) for arm in (men, women, none)] == [1.253, 0.884, 0.573]
    assert [round(sample(arm).mean, 4) for arm in (men, women, none)] == [1.4226, 1.0772, 0.6528]


@pytest.mark.parametrize(("mail", "buyers", "spend"), [("Mens E-Mail", 0.681, 0.7698), ("Womens E-Mail", 0.311, 0.4244)])
def test_the_published_lifts_are_clear(arms, mail, buyers, spend):
    found = lift.between(sample(arms[mail]), sample(arms["No E-Mail"]))
    assert round(100 * found.buyers.value, 3) == pytest.approx(buyers, abs=0.001)
    assert found.spend.value == pytest.approx(spend, abs=0.0001)
    assert found.verdict is Verdict.MORE
    assert found.spend.is_clear
    assert found.revenue_made.value == pytest.approx(spend * arms[mail]["people"], abs=3)


def test_a_tenth_held_out_finds_the_same_within_its_interval(arms):
    whole = lift.between(sample(arms["Mens E-Mail"]), sample(arms["No E-Mail"]))
    none = arms["No E-Mail"]
    tenth = Sample.of(none["people"] // 10, none["spent"][::10])
    found = lift.between(sample(arms["Mens E-Mail"]), tenth)
    assert found.buyers.low < whole.buyers.value < found.buyers.high
    assert found.buyers.high - found.buyers.low > whole.buyers.high - whole.buyers.low


def simulated(random, people, share):
    """What the buyers of an arm spend: few, and unevenly."""
    return Sample.of(people, random.lognormal(3.5, 0.8, random.binomial(people, share)))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(11)
    mean = np.exp(3.5 + 0.8**2 / 2)
    buyers = spend = 0
    for _ in range(1000):
        found = lift.between(simulated(random, 9000, 0.05), simulated(random, 1000, 0.04))
        buyers += found.buyers.low <= 0.01 <= found.buyers.high
        spend += found.spend.low <= 0.01 * mean <= found.spend.high
    assert 930 <= buyers <= 975
    assert 930 <= spend <= 975


def test_a_mailing_that_does_nothing_is_not_praised():
    random = np.random.default_rng(12)
    verdicts = [lift.between(simulated(random, 4500, 0.03), simulated(random, 500, 0.03)).verdict for _ in range(400)]
    assert verdicts.count(Verdict.MORE) <= 20  # at most one in forty, and luck
    assert verdicts.count(Verdict.UNCLEAR) >= 370


@pytest.mark.parametrize(
    ("treated", "held"),
    [
        (Sample(0, 0, 0, 0), Sample(0, 0, 0, 0)),
        (Sample(900, 40, 900, 30000), Sample(40, 0, 0, 0)),
        (Sample(900, 5, 100, 3000), Sample(100, 1, 20, 400)),
    ],
)
def test_small_numbers_are_called_small(treated, held):
    assert lift.between(treated, held).verdict is Verdict.TOO_FEW


def test_a_mailing_may_do_harm():
    found = lift.between(Sample.of(5000, [20.0] * 50), Sample.of(5000, [20.0] * 150))
    assert found.verdict is Verdict.LESS
    assert found.orders_made.high < 0


def test_arms_add_up():
    assert Sample(10, 1, 5, 25) + Sample(20, 2, 10, 50) == Sample(30, 3, 15, 75)


def test_the_interval_of_a_share():
    low, high = lift.wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)  # as in the tables
    assert lift.wilson(0, 0) == (0, 1)
    assert lift.wilson(0, 20)[0] == 0
