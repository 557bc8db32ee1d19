"""What may stand in an automation's list of steps, checked before it is put to work.

{"do": "wait", "amount": 3, "unit": "days"}    go on after so long
{"do": "until", "hour": 10}                     go on when it is this hour where the person lives
{"do": "only_if", "segment": 5}                 go on only with people who are in the segment now
{"do": "send", "letter": 7}                     a message
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Letter, Segment
from shop.customers.models import Customer
from shop.mail import hours

WAIT, UNTIL, ONLY_IF, SEND = "wait", "until", "only_if", "send"
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
MOST_STEPS = 20
LONGEST_WAIT = timedelta(days=400)

Step = dict[str, Any]


class NotSteps(ValueError):
    """`problems` says for each step what is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def checked(steps: object) -> list[Step]:
    """The steps with nothing else in them. Raises `NotSteps`."""
    problems: list[str] = []
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise NotSteps([_("An automation has at most %d steps.") % MOST_STEPS])
    found = [step for number, one in enumerate(steps, 1) if (step := _checked(one, number, problems))]
    if not problems and not any(step["do"] == SEND for step in found):
        problems.append(_("Without a message nothing would happen: add one."))
    if problems:
        raise NotSteps(problems)
    return found


def frozen(steps: list[Step]) -> list[Step]:
    """The steps with what their letters and segments say now: what a version keeps. Raises `NotSteps`."""
    steps = checked(steps)
    letters = Letter.objects.in_bulk([step["letter"] for step in steps if step["do"] == SEND])
    groups = Segment.objects.in_bulk([step["segment"] for step in steps if step["do"] == ONLY_IF])
    kept = []
    for step in steps:
        match step["do"]:
            case "send":
                letter = letters[step["letter"]]
                kept.append({**step, "name": letter.name, "content": letter.content})
            case "only_if":
                segment = groups[step["segment"]]
                kept.append({**step, "name": segment.name, "rules": segment.rules})
            case _:
                kept.append(step)
    return kept


def due_after(step: Mapping[str, Any], now: datetime, customer: Customer) -> datetime:
    """When somebody goes on who comes to a waiting step now."""
    if step["do"] == WAIT:
        return now + UNITS[str(step["unit"])] * int(step["amount"])
    return _next(time(step["hour"]), now, customer)


def in_words(step: Mapping[str, Any]) -> str:
    """The step as staff read it."""
    words: str
    match step["do"]:
        case "wait":
            words = _("Wait %s") % _span(step["amount"], step["unit"])
        case "until":
            words = _("Wait until it is %d:00 where they live") % step["hour"]
        case "only_if":
            words = _("Go on only with: %s") % step.get("name", step["segment"])
        case _:
            words = _("Send “%s”") % step.get("name", step["letter"])
    return words


def _span(amount: int, unit: str) -> str:
    if unit == "minutes":
        return ngettext("%d minute", "%d minutes", amount) % amount
    if unit == "hours":
        return ngettext("%d hour", "%d hours", amount) % amount
    return ngettext("%d day", "%d days", amount) % amount


def _next(at: time, now: datetime, customer: Customer) -> datetime:
    """The next time a clock shows this where the customer lives; of several zones the first."""
    zone = hours.zones_of(customer.time_zone, customer.country)[0]
    local = now.astimezone(zone)
    for days in (0, 1, 2):
        # By way of UTC: on the night when clocks change the hour may be missing or come twice.
        moment = datetime.combine(local.date() + timedelta(days=days), at, zone).astimezone(UTC)
        if moment >= now:
            return moment
    return now


def _checked(one: object, number: int, problems: list[str]) -> Step | None:
    step = one if isinstance(one, dict) else {}
    try:
        match step.get("do"):
            case "wait":
                return _wait(step)
            case "until":
                return {"do": UNTIL, "hour": _whole(step.get("hour"), 0, 23)}
            case "only_if":
                return {"do": ONLY_IF, "segment": _existing(Segment, step.get("segment"))}
            case "send":
                return {"do": SEND, "letter": _existing(Letter, step.get("letter"))}
        raise ValueError(_("choose what happens."))
    except ValueError as error:
        problems.append(_("Step %(number)d: %(problem)s") % {"number": number, "problem": error})
        return None


def _wait(step: Step) -> Step:
    unit = step.get("unit")
    if unit not in UNITS:
        raise ValueError(_("choose minutes, hours or days."))
    amount = _whole(step.get("amount"), 1, 100_000)
    if UNITS[unit] * amount > LONGEST_WAIT:
        raise ValueError(_("a wait is at most %d days.") % LONGEST_WAIT.days)
    return {"do": WAIT, "amount": amount, "unit": unit}


def _whole(value: object, least: int, most: int) -> int:
    text = str(value if value is not None else "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and least <= int(text) <= most):
        raise ValueError(_("give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
    return int(text)


def _existing(model: type[Letter] | type[Segment], value: object) -> int:
    text = str(value if value is not None else "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and model.objects.filter(pk=int(text)).exists()):
        raise ValueError(_("choose a letter.") if model is Letter else _("choose a segment."))
    return int(text)
