import pytest

from analytics import charts
from analytics.charts import Point


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0, (0, 1)),
        (0, 95, (0, 100)),
        (0.959, 0.981, (0.955, 0.985)),
        (3, 3, (0, 3)),
        (-40, 20, (-40, 20)),
        (0, 0.3, (0, 0.3)),
    ],
)
def test_an_axis_has_round_ends_around_all_values(low, high, expected):
    bottom, top, step = charts.scale(low, high)
    assert bottom <= min(low, high) + 1e-9
    assert top >= high - 1e-9
    assert 1 <= round((top - bottom) / step) <= 6
    assert (bottom, top) == pytest.approx(expected, abs=step)


@pytest.mark.parametrize("values", [[], [None], [None, None, 3.0], [0.0], [1.0, None, 2.0], [5.0] * 12])
def test_any_values_are_drawn(values):
    drawn = charts.line([Point("x", value, "t") for value in values], str) + charts.spark(values)
    drawn += charts.bars([Point("x", value) for value in values], str)
    assert "nan" not in drawn.lower()
    assert "inf" not in drawn.lower()


def test_a_gap_in_the_figures_is_a_gap_in_the_line():
    drawn = charts.line([Point("", 1.0), Point("", None), Point("", 2.0)], str)
    assert drawn.count("M") == 2


def test_words_of_people_are_escaped():
    assert "<b>" not in charts.line([Point("<b>", 1.0, "<b>")], str)
