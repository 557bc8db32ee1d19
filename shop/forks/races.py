"""Named points where tests of races and faults may stop, run a rival or kill the process; nothing in production.

`RACE_EXIT_AT` (environment) ends the process at a point as a crash would; `RACE_GUARD_OFF` switches guards off for the
negative controls, to show that a test is able to fail. Both count only under TESTING.
"""

import os
from collections.abc import Callable

from django.conf import settings

on_point: dict[str, Callable[[], None]] = {}
guards_off: set[str] = set(filter(None, os.environ.get("RACE_GUARD_OFF", "").split(",")))


def racepoint(name: str) -> None:
    """Does nothing, unless a test wants something to happen here."""
    if not settings.TESTING:
        return
    if os.environ.get("RACE_EXIT_AT") == name:
        os._exit(9)
    if name in on_point:
        on_point[name]()


def is_guarded(name: str) -> bool:
    """Whether a guard is on: always, except in a negative control."""
    return not (settings.TESTING and name in guards_off)
