import pytest

from analytics import survival


def test_without_anybody_leaving_it_is_the_share_who_came_back():
    # Ten people watched for 100 days; three came back on day 10, two on day 50.
    curve = survival.curve({100: 10}, {10: 3, 50: 2}, {100: 5})
    assert curve.within(9) == 0
    assert curve.within(10) == pytest.approx(0.3)
    assert curve.within(90) == pytest.approx(0.5)
    assert curve.within(101) is None


def test_who_was_watched_for_less_counts_for_as_long():
    # Freireich's remission times, placebo-free arm (6-MP): the textbook example of Kaplan and Meier's estimate.
    events = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    censored = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    came = dict(censored)
    came[40] = sum(events.values())  # whoever had the event was watched long enough to have it
    curve = survival.curve(came, events, censored)
    survived = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for day, share in survived.items():
        assert 1 - curve.shares[day] == pytest.approx(share, abs=0.001)


def test_nobody_is_no_curve():
    assert survival.curve({}, {}, {}).within(0) is None
