"""What a form changes on a promotion, in words for its history."""

from collections.abc import Collection
from typing import Any

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext

LONG = 40  # longer texts are named, not quoted


def of(form: Any, apart_from: Collection[str] = ()) -> list[str]:
    """One text for each changed field: its label, what it was and what it is."""
    return [capfirst(_said(form, name)) for name in form.changed_data if name not in apart_from]


def _said(form: Any, name: str) -> str:
    field = form.fields[name]
    before = _shown(field, form.get_initial_for_field(field, name))
    after = _shown(field, form.cleaned_data.get(name))
    label = str(field.label or name)
    if max(len(before), len(after)) > LONG:
        return label
    return f"{label}: {before} → {after}"


def _shown(field: Any, value: Any) -> str:
    if value in (None, "", []) or (hasattr(value, "exists") and not value.exists()):
        return "–"
    if value is True or value is False:
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list) or hasattr(value, "exists"):
        choices = _choices(field) if isinstance(value, list) else {}
        return ", ".join(choices.get(str(getattr(one, "pk", one)), str(one)) for one in value)
    return _choices(field).get(str(value)) or str(formats.localize(value))


def _choices(field: Any) -> dict[str, str]:
    """What can be chosen, groups and all."""
    found: dict[str, str] = {}
    for key, text in getattr(field, "choices", ()):
        inside = text if isinstance(text, list | tuple) else [(key, text)]
        found |= {str(one): str(name) for one, name in inside}
    return found
