"""The formulas against numbers worked out by hand and against published examples."""

import math
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import scores

counts = st.dictionaries(st.integers(0, 10), st.integers(0, 500))


@pytest.mark.parametrize(
    ("answers", "value"),
    [({10: 1}, 100), ({0: 1}, -100), ({7: 3, 8: 1}, 0), ({10: 50, 8: 30, 3: 20}, 30), ({9: 1, 6: 2}, -100 / 3)],
)
def test_nps_is_promoters_less_detractors(answers, value):
    assert scores.nps(answers).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("score", "group"), [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")]
)
def test_groups_begin_and_end_where_they_should(score, group):
    assert scores.group_of(score) == group


@pytest.mark.parametrize("score", [-1, 11])
def test_what_is_no_answer_is_refused(score):
    with pytest.raises(ValueError, match="no answer"):
        scores.nps({score: 1})


def test_the_interval_of_an_nps_by_hand():
    """60 promoters, 25 passives, 15 detractors: (60.75 - 15.75) / 103 and the spread of those three shares."""
    score = scores.nps_of_groups(60, 25, 15)
    middle, both = 45 / 103, 76.5 / 103
    reach = 1.959964 * math.sqrt((both - middle**2) / 103)
    assert (score.low, score.high) == (pytest.approx(100 * (middle - reach)), pytest.approx(100 * (middle + reach)))
    assert score.value == 45


def test_csat_is_the_share_of_the_two_best():
    assert scores.csat({5: 6, 4: 2, 3: 1, 1: 1}).value == 80


def test_wilsons_interval_as_published():
    """Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 0.0624 to 0.1605."""
    for part, whole, low, high in [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)]:
        score = scores.share(part, whole)
        assert (round(score.low, 2), round(score.high, 2)) == (low, high)


def test_nobody_asked_is_no_rate():
    assert scores.share(0, 0).value is None
    assert scores.nps({}).value is None


@pytest.mark.parametrize(
    ("count", "is_told", "word"), [(0, False, "No answers"), (4, False, "Too few"), (12, True, "Few answers"), (30, True, "")]
)
def test_small_numbers_are_called_small(count, is_told, word):
    score = scores.nps({9: count})
    assert score.is_told is is_told
    assert word in str(score.remark) and bool(word) == bool(score.remark)


@given(counts)
def test_the_figure_lies_in_its_bounds_and_more_promoters_never_lower_it(answers):
    score = scores.nps(answers)
    assert -100 <= score.low <= score.high <= 100
    if score.value is not None:
        more = scores.nps({**answers, 10: answers.get(10, 0) + 1})
        assert -100 <= score.value <= more.value <= 100


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_share_lies_in_its_interval(part, more):
    score = scores.share(part, part + more)
    assert score.low - 1e-9 <= score.value <= score.high + 1e-9


@pytest.mark.parametrize(
    ("kind", "score", "is_low"),
    [("nps", 6, True), ("nps", 7, False), ("csat", 2, True), ("csat", 3, False), ("free", 0, False), ("nps", None, False)],
)
def test_low_is_a_detractor_or_an_unhappy_face(kind, score, is_low):
    assert scores.is_low(kind, score) is is_low


# The level of the interval, by counting: every outcome of the trinomial distribution with its probability, no dice.


def coverage(count: int, promoters: float, detractors: float) -> float:
    """How often the interval of so many answers holds the true NPS, where the shares in truth are these."""
    truth, passives, held = 100 * (promoters - detractors), 1 - promoters - detractors, 0.0
    for good in range(count + 1):
        for bad in range(count - good + 1):
            between = count - good - bad
            ways = comb(count, good) * comb(count - good, bad)
            score = scores.nps_of_groups(good, between, bad)
            if score.low - 1e-9 <= truth <= score.high + 1e-9:
                held += ways * promoters**good * detractors**bad * passives**between
    return held


SHOPS = [(0.5, 0.2), (0.4, 0.3), (0.7, 0.1), (0.33, 0.33), (0.2, 0.5), (0.85, 0.05)]


@pytest.mark.parametrize(("count", "least", "mean"), [(5, 0.89, 0.93), (10, 0.94, 0.95), (30, 0.94, 0.945), (60, 0.945, 0.947)])
def test_the_interval_of_an_nps_holds_its_level_for_few_answers(count, least, mean):
    found = [coverage(count, *shares) for shares in SHOPS]
    assert min(found) >= least
    assert sum(found) / len(found) >= mean


def test_control_the_plain_wald_interval_does_not_hold_it(monkeypatch):
    monkeypatch.setattr(scores, "ADDED", 0)
    assert min(coverage(5, *shares) for shares in SHOPS) < 0.8
