"""What the apps above the shop add to the demo: registered in their `ready()`, written once the shop's history stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Write = Callable[[date, int], None]  # today, the seed


@dataclass(frozen=True)
class Chapter:
    """One app's part of the demo. `app` is its label: `manage.py demo --again` empties its tables first."""

    app: str
    title: str
    write: Write


_chapters: list[Chapter] = []


def add(app: str, title: str, write: Write) -> None:
    """Have `write(today, seed)` called at the end of the demo's history, inside its transaction.

    The history is written through bulk paths and nobody hears of its events: the function fills its app's rows from
    orders, reviews and the log as they are, in few statements.
    """
    _chapters.append(Chapter(app, title, write))


def every() -> list[Chapter]:
    """All chapters, in the order of the installed apps."""
    return list(_chapters)
