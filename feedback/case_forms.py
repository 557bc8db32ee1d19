"""What staff can do in a case, as small forms of its page."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import cases, hours
from feedback.models import Case
from shop.customers.models import User

INPUT = {"class": "desk-input"}
DAYS = [
    ("1", _("tomorrow")),
    ("3", _("in three days")),
    ("7", _("in a week")),
    ("14", _("in two weeks")),
    ("30", _("in a month")),
]


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("answer to the customer"), max_length=10_000, widget=forms.Textarea({**INPUT, "rows": 7})
    )  # fmt: skip


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("note for colleagues"), max_length=10_000, widget=forms.Textarea({**INPUT, "rows": 2}),
        help_text=_("The customer never sees it."),
    )  # fmt: skip


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=_("owner"), queryset=User.objects.none(), required=False, empty_label="–", widget=forms.Select(INPUT)
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        field.queryset = cases.answering()  # type: ignore[attr-defined]
        field.label_from_instance = cases.name_of  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    days = forms.ChoiceField(label=_("back on the desk"), choices=DAYS, widget=forms.Select(INPUT))

    def until(self) -> datetime:
        """The morning of the chosen day, or of the next one on which somebody works."""
        day = timezone.localtime() + timedelta(days=int(self.cleaned_data["days"]))
        return hours.later(day.replace(hour=0, minute=0, second=0, microsecond=0), 0)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("how it ended"), choices=Case.Outcome.choices, widget=forms.Select(INPUT))
