"""Quiet hours, where people live."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shop.mail import hours

LATE, EARLY = time(21), time(8)


def opened(moment, *zones, quiet_from=LATE, quiet_until=EARLY):
    return hours.opening(
        datetime.fromisoformat(moment).replace(tzinfo=UTC), tuple(map(ZoneInfo, zones)), quiet_from, quiet_until
    )


@pytest.mark.parametrize(
    ("moment", "zone", "opens"),
    [
        ("2026-06-10T12:00", "Europe/Chisinau", "2026-06-10T12:00"),
        ("2026-06-10T17:59", "Europe/Chisinau", "2026-06-10T17:59"),
        ("2026-06-10T18:00", "Europe/Chisinau", "2026-06-11T05:00"),
        ("2026-06-10T23:30", "Europe/Chisinau", "2026-06-11T05:00"),
        ("2026-06-10T04:59", "Europe/Chisinau", "2026-06-10T05:00"),
        ("2026-06-10T12:00", "Asia/Kathmandu", "2026-06-10T12:00"),
        ("2026-06-10T15:20", "Asia/Kathmandu", "2026-06-11T02:15"),
        # Clocks go back and forward in these nights.
        ("2026-10-24T22:00", "Europe/Berlin", "2026-10-25T07:00"),
        ("2026-03-28T22:00", "Europe/Berlin", "2026-03-29T06:00"),
        ("2026-12-31T23:00", "Pacific/Auckland", "2026-12-31T23:00"),
    ],
)
def test_night_ends_in_the_morning_of_the_place(moment, zone, opens):
    assert opened(moment, zone) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


def test_an_hour_that_clocks_leave_out_is_the_next_one():
    opens = opened("2026-03-28T23:30", "Europe/Berlin", quiet_until=time(2, 30))
    assert opens == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_quiet_hours_may_lie_in_the_day_or_be_none():
    assert opened("2026-06-10T12:00", "UTC", quiet_from=time(11), quiet_until=time(14)).hour == 14
    assert opened("2026-06-10T03:00", "UTC", quiet_from=time(0), quiet_until=time(0)).hour == 3


def test_a_wide_country_sleeps_until_all_of_it_is_awake():
    zones = hours.zones_of("", "US")
    opens = hours.opening(datetime(2026, 6, 10, 13, tzinfo=UTC), zones, LATE, EARLY)
    assert all(8 <= opens.astimezone(zone).hour < 21 for zone in zones)


def test_ones_own_zone_comes_before_the_countrys_and_the_shops():
    assert [zone.key for zone in hours.zones_of("Asia/Tokyo", "RO")] == ["Asia/Tokyo"]
    assert [zone.key for zone in hours.zones_of("", "ro")] == ["Europe/Bucharest"]
    shops = hours.zones_of("", "")
    assert hours.zones_of("Not/AZone", "XX") == hours.zones_of("../etc/passwd", "") == shops
    assert len(shops) == 1
