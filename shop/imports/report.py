"""What an import found and did, in words for the person who ran it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class CannotImport(Exception):
    """The whole file is refused; the message says why and what to do."""


class BadRow(Exception):
    """One product is refused; the message says why and what to do."""


class Level(StrEnum):
    ERROR = "error"  # must be put right
    SKIPPED = "skipped"  # the shop cannot sell such a thing
    NOTE = "note"  # imported, but not quite as it stood there


@dataclass(frozen=True)
class Remark:
    level: Level
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.level} · {self.place}: {self.text}" if self.place else f"{self.level} · {self.text}"


@dataclass
class Report:
    """Remarks in the order of the file, what was (or would be) changed, and how much of each."""

    format: str = ""
    remarks: list[Remark] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    changed_ids: set[int] = field(default_factory=set)
    is_applied: bool = False

    def error(self, place: str, text: str) -> None:
        self.remarks.append(Remark(Level.ERROR, place, text))

    def skip(self, place: str, text: str) -> None:
        self.remarks.append(Remark(Level.SKIPPED, place, text))

    def note(self, place: str, text: str) -> None:
        self.remarks.append(Remark(Level.NOTE, place, text))

    def change(self, kind: str, text: str) -> None:
        """Count a change of this kind ("new products") and keep the sentence about it."""
        self.counts[kind] += 1
        self.changes.append(text)

    @property
    def errors(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level is Level.ERROR]
