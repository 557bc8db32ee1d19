"""What is asked of the pages: which days, which part of the shop."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import periods
from analytics.models import Channel, Turnover
from analytics.periods import Period
from analytics.sums import Slice

NEW, RETURNING = "new", "returning"


class PeriodForm(forms.Form):
    """A preset, or a first and a last day. Whatever is missing or wrong is as on the first visit, with a message."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[*periods.PRESETS.items(), ("own", _("Other days"))],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"})
    )
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}))
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("All channels")), *Channel.choices],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    country = forms.CharField(required=False, max_length=2, widget=forms.HiddenInput)
    currency = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    cohort = forms.DateField(required=False, widget=forms.HiddenInput)
    buyers = forms.ChoiceField(
        required=False, choices=[("", ""), (NEW, _("First orders")), (RETURNING, _("Later orders"))], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") != "own":
            return cleaned
        if not first or not last:
            raise forms.ValidationError(gettext("Other days need a first and a last one."))
        if last < first:
            raise forms.ValidationError(gettext("The last day is before the first."))
        if (last - first).days >= periods.LONGEST:
            raise forms.ValidationError(gettext("At most %(days)s days at once.") % {"days": periods.LONGEST})
        if first.year < 1990 or last.year > 2200:
            raise forms.ValidationError(gettext("There is nothing to see so far away."))
        return cleaned


@dataclass(frozen=True)
class Asked:
    """The period and the slice of a page, and how to ask for the same elsewhere."""

    period: Period
    part: Slice
    form: PeriodForm
    query: str

    def link(self, **more: str) -> str:
        """The same question with something else in it, as a query string."""
        return "?" + urlencode({**dict(pair.split("=", 1) for pair in self.query.split("&") if pair), **more}, safe=":")


def asked(data: Any, today: date) -> Asked:
    """What somebody's query string asks for."""
    form = PeriodForm({"period": periods.DEFAULT, **{name: data[name] for name in data if name in PeriodForm.base_fields}})
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {"period": periods.DEFAULT}
    if said.get("period") == "own":
        period = Period(said["first"], said["last"])
    else:
        period = periods.preset(said.get("period") or periods.DEFAULT, today)
    part = Slice(
        channel=said.get("channel") or "",
        country=(said.get("country") or "").upper(),
        currency=said.get("currency") or settings.OSCAR_DEFAULT_CURRENCY,
        cohort=said.get("cohort"),
        is_first={NEW: True, RETURNING: False}.get(said.get("buyers") or ""),
    )
    kept = {name: str(value) for name, value in said.items() if value}
    return Asked(period, part, form, urlencode(kept))


def countries() -> list[str]:
    """Codes of the countries that orders went to."""
    return list(Turnover.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct())


def currencies() -> list[str]:
    return list(Turnover.objects.order_by("currency").values_list("currency", flat=True).distinct())


class SpendFileForm(forms.Form):
    """A CSV file of what was spent, looked at first and written when confirmed."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: day, channel, amount, and campaign if you like. The same file twice changes nothing."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv", "class": "desk-input"}),
    )


class SpendForm(forms.Form):
    """An amount for some days of a channel, spread evenly over them."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=[choice for choice in Channel.choices if choice[0] not in ("unknown", "direct")],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )  # fmt: skip
    campaign = forms.CharField(
        label=_("Campaign"), required=False, max_length=120, widget=forms.TextInput(attrs={"class": "desk-input"})
    )
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}))
    amount = forms.DecimalField(
        label=_("Amount in all"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and (last < first or (last - first).days >= periods.LONGEST):
            raise forms.ValidationError(gettext("The last day comes after the first, at most a year later."))
        return cleaned
