"""When something begins: moments on a wall clock, here or where somebody lives, and each of them once.

Where the clock is put forward, a time that it skips is as much later as it skips (2:30 becomes 3:30); where it is put
back, a time that comes twice is the first of the two.
"""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import IntegrityError, transaction

from campaigns.models import Slot
from shop.mail import hours

EARLIEST = "Pacific/Kiritimati"  # where every day begins


def moment_of(day: date, at: time, zone: str = "") -> datetime:
    """The moment at which a clock in the zone shows this; in the shop's zone if none or an unknown one is named."""
    wall = datetime.combine(day, at.replace(tzinfo=None), _zone(zone))
    return wall.astimezone(UTC)  # the offset before the change counts for what a change skips


def zone_of(time_zone: str, country: str) -> str:
    """The zone a person's clock shows: their own, else that of a country that has but one, else the shop's ("")."""
    zones = hours.zones_of(time_zone, country)
    return zones[0].key if len(zones) == 1 else ""


def takes(what: str, due_at: datetime) -> bool:
    """Whether the caller is the one who begins this; in the caller's transaction, so that a failure leaves it to others."""
    try:
        with transaction.atomic():
            Slot.objects.create(what=what, due_at=due_at)
    except IntegrityError:
        return False
    return True


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
