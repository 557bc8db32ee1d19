"""Scores by fifths, with ties that score alike."""

import numpy as np
import pytest

from analytics import rfm
from analytics.models import Group


def test_five_different_values_score_one_to_five():
    assert rfm.scores(np.array([50.0, 10.0, 30.0, 20.0, 40.0])).tolist() == [5, 1, 3, 2, 4]


def test_equal_values_score_alike():
    found = rfm.scores(np.array([1.0] * 60 + [2.0] * 20 + [3.0] * 20))
    assert set(found[:60].tolist()) == {2}  # the middle of the places 1 to 60
    assert set(found[60:80].tolist()) == {4}
    assert set(found[80:].tolist()) == {5}


def test_where_most_bought_once_once_is_not_often():
    found = rfm.scores(np.array([1.0] * 80 + [2.0] * 20), alike=0)
    assert (found[0], found[-1]) == (1, 5)


def test_everybody_alike_is_the_middle():
    assert set(rfm.scores(np.full(17, 3.0)).tolist()) == {3}


def test_nobody_has_no_score():
    assert rfm.scores(np.array([])).tolist() == []


def test_a_fifth_is_a_fifth():
    found = rfm.scores(np.random.default_rng(1).random(1000))
    assert np.bincount(found)[1:].tolist() == [200] * 5


@pytest.mark.parametrize(
    ("score", "group"),
    [
        ((5, 5, 5), Group.CHAMPIONS),
        ((4, 3, 3), Group.LOYAL),
        ((5, 1, 2), Group.RECENT),
        ((3, 5, 5), Group.LOYAL),
        ((3, 2, 3), Group.NEEDS_ATTENTION),
        ((2, 5, 5), Group.AT_RISK),
        ((1, 3, 3), Group.AT_RISK),
        ((1, 1, 1), Group.DORMANT),
    ],
)
def test_what_the_scores_say_together(score, group):
    assert rfm.group_of(*score) == group


def test_every_combination_has_a_group():
    assert {rfm.group_of(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)} == set(Group)
