"""Rows that many people and orders change at once."""

from typing import Any, Self

from django.db import models


class SavesOnlyChanges(models.Model):
    """`save()` writes the columns that were changed on this object since it was read, and no others.

    Django writes all of them, so that a price saved from a form would put back the units reserved, or the uses
    counted, when the form was opened.
    """

    _as_read: dict[str, Any]

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        instance = super().from_db(*args, **kwargs)
        instance._remember()
        return instance

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None and hasattr(self, "_as_read"):
            kwargs["update_fields"] = self._changed()
            args = ()
        super().save(*args, **kwargs)
        self._remember()

    def _remember(self) -> None:
        names = {field.attname for field in self._meta.concrete_fields}
        self._as_read = {name: value for name, value in self.__dict__.items() if name in names}

    def _changed(self) -> list[str]:
        fields = self._meta.concrete_fields
        changed = [f.name for f in fields if self.__dict__.get(f.attname) != self._as_read.get(f.attname)]
        return changed and changed + [f.name for f in fields if getattr(f, "auto_now", False)]
