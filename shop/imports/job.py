"""How one import is to be done; its parts read it and none changes it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shop.imports.report import Report


@dataclass(frozen=True)
class Job:
    language: str
    currency: str
    is_dry: bool
    report: Report

    @property
    def is_translation(self) -> bool:
        """Whether the file says in another language what the shop may have in its own already."""
        return bool(self.language != settings.MODELTRANSLATION_DEFAULT_LANGUAGE)

    def text(self, field: str, value: str, current: object = None) -> dict[str, Any]:
        """The translated field with this value; also in the shop's main language where that has none yet."""
        values = {f"{field}_{self.language}": value}
        main = f"{field}_{settings.MODELTRANSLATION_DEFAULT_LANGUAGE}"
        if not getattr(current, main, ""):
            values.setdefault(main, value)
        return values


def assign(row: object, values: dict[str, Any]) -> list[str]:
    """Set what differs on the row and name those fields. An empty text and no text are the same."""
    changed = [name for name, value in values.items() if (getattr(row, name) or None) != (value or None)]
    for name in changed:
        setattr(row, name, values[name])
    return changed
