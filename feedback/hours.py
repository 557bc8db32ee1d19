"""Working hours, in which the shop promises to answer. No database here."""

from datetime import datetime, time, timedelta

FIRST, LAST = 9, 17  # o'clock, in the shop's time zone, Monday to Friday
DAY = timedelta(hours=LAST - FIRST)
_SATURDAY = 5


def later(moment: datetime, hours: int) -> datetime:
    """So many working hours after a moment, in the zone of the moment: 4 hours after Friday 16:00 is Monday 12:00."""
    at, left = _into_hours(moment), timedelta(hours=hours)
    while True:
        evening = datetime.combine(at.date(), time(LAST), at.tzinfo)
        if left <= evening - at:
            return at + left
        left -= evening - at
        at = _into_hours(evening)


def _into_hours(moment: datetime) -> datetime:
    """The moment itself where somebody works, else the next morning on which somebody does."""
    if moment.weekday() < _SATURDAY and moment.hour < LAST:
        return max(moment, datetime.combine(moment.date(), time(FIRST), moment.tzinfo))
    day = moment.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, time(FIRST), moment.tzinfo)
