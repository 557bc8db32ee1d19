"""Deadlines in working hours: Monday to Friday, nine to five."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from feedback import hours

ZONE = ZoneInfo("Europe/Chisinau")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),  # a Monday
        ("2026-11-23 16:00", 4, "2026-11-24 12:00"),
        ("2026-11-27 16:00", 4, "2026-11-30 12:00"),  # over a weekend
        ("2026-11-28 11:00", 8, "2026-11-30 17:00"),  # written on a Saturday
        ("2026-11-23 05:00", 16, "2026-11-24 17:00"),
        ("2026-11-23 23:30", 1, "2026-11-24 10:00"),
        ("2026-03-27 16:00", 8, "2026-03-30 16:00"),  # summer time begins between
        ("2026-11-28 00:00", 0, "2026-11-30 09:00"),
    ],
)
def test_only_hours_count_in_which_somebody_works(start, count, end):
    assert hours.later(at(start), count) == at(end)
