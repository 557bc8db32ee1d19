"""Texts that exist once for each language, as tabs of an admin form."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import TextField
from django.utils.translation import gettext as _

Fieldset = tuple[str, dict[str, Any]]


def ordered() -> list[tuple[str, str]]:
    """The shop's languages, the one it is written in first."""
    return sorted(settings.LANGUAGES, key=lambda language: language[0] != settings.LANGUAGE_CODE)


def fields_of(*names: str) -> list[str]:
    """The columns behind translated fields."""
    return [f"{name}_{code}" for name in names for code, _name in ordered()]


def tabs(*names: str) -> list[Fieldset]:
    """One tab for each language of the shop, with these translated fields."""
    return [(name, {"fields": [f"{field}_{code}" for field in names], "classes": ["tab"]}) for code, name in ordered()]


class TextsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose translated fields know what they are.

    `needed`: fields that cannot be empty in the shop's own language. `editors`: fields with a widget of their own.
    `in_columns`: the label is the language, for fields that stand beside each other instead of in tabs.
    """

    needed: ClassVar[tuple[str, ...]] = ()
    editors: ClassVar[Mapping[str, type[forms.Widget]]] = {}
    in_columns = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in ordered():
            for name in [name for name in self.fields if name.endswith(f"_{code}")]:
                self._prepare(name, name.removesuffix(f"_{code}"), code, language)

    def _prepare(self, name: str, base: str, code: str, language: str) -> None:
        field, source = self.fields[name], self._meta.model._meta.get_field(base)
        # modeltranslation puts the language behind the label; the tab says it already.
        field.label = f"{source.verbose_name}, {language}" if self.in_columns else source.verbose_name
        field.help_text = source.help_text
        if base in self.needed:
            field.required = code == settings.LANGUAGE_CODE
            field.error_messages["required"] = _("Needed in the language of the shop.")
        if base in self.editors:
            field.widget = self.editors[base]()
        elif isinstance(source, TextField) and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
