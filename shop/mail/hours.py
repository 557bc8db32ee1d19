"""Quiet hours: when it is night where a person lives."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from django.conf import settings

Zones = tuple[ZoneInfo, ...]


@cache
def zones_of(time_zone: str, country: str) -> Zones:
    """Where it may be night for a person: their own zone if we know it, else all zones of their country, else the shop's."""
    own = _zone(time_zone) if time_zone else None
    if own:
        return (own,)
    found = [_zone(name) for name in get_global("territory_zones").get(country.upper(), [])]
    return tuple(zone for zone in found if zone) or (ZoneInfo(settings.TIME_ZONE),)


def opening(moment: datetime, zones: Zones, quiet_from: time, quiet_until: time) -> datetime:
    """The first moment from `moment` on at which it is not quiet in any of the zones.

    A country so wide that it is always night somewhere in it gets the moment of its last zone.
    """
    if quiet_from == quiet_until:
        return moment
    for _round in range(2 * len(zones)):
        later = max(_after_quiet(moment, zone, quiet_from, quiet_until) for zone in zones)
        if later == moment:
            break
        moment = later
    return moment


def _after_quiet(moment: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    local = moment.astimezone(zone)
    at, is_overnight = local.time(), quiet_from > quiet_until
    is_quiet = at >= quiet_from or at < quiet_until if is_overnight else quiet_from <= at < quiet_until
    if not is_quiet:
        return moment
    day = local.date() + timedelta(days=1) if is_overnight and at >= quiet_from else local.date()
    # By way of UTC, because the hour may be missing on the night when clocks go forward.
    return max(moment, datetime.combine(day, quiet_until, zone).astimezone(UTC))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
