"""What is asked of the pages: which days, which part of the shop."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import periods
from analytics.lists import List
from analytics.models import Channel, Device, Group, Step, Turnover
from analytics.narrowing import Narrow
from analytics.periods import Period
from analytics.sums import Slice

NEW, RETURNING = "new", "returning"

_DAY = {"type": "date", "class": "desk-input"}  # a browser's calendar takes 2026-11-22 in every language


class PeriodForm(forms.Form):
    """A preset, or a first and a last day. Whatever is missing or wrong is as on the first visit, with a message."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[*periods.PRESETS.items(), ("own", _("Other days"))],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(_DAY, "%Y-%m-%d"))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(_DAY, "%Y-%m-%d"))
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("All channels")), *Channel.choices],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    country = forms.CharField(required=False, max_length=2, widget=forms.HiddenInput)
    currency = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    buyers = forms.ChoiceField(
        required=False, choices=[("", ""), (NEW, _("First orders")), (RETURNING, _("Later orders"))], widget=forms.HiddenInput
    )
    longest = periods.LONGEST

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") != "own":
            return cleaned
        if not first or not last:
            raise forms.ValidationError(gettext("Other days need a first and a last one."))
        if last < first:
            raise forms.ValidationError(gettext("The last day is before the first."))
        if (last - first).days >= self.longest:
            raise forms.ValidationError(gettext("At most %(days)s days at once.") % {"days": self.longest})
        if first.year < 1990 or last.year > 2200:
            raise forms.ValidationError(gettext("There is nothing to see so far away."))
        return cleaned


def _choice(choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=[("", ""), *choices])


def _place() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=5)


class RowsForm(PeriodForm):
    """Of lists also what they are narrowed to."""

    cohort = forms.DateField(required=False)
    product = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    category = forms.CharField(required=False, max_length=255)
    device = _choice(Device.choices)
    step = _choice(Step.choices)
    source = forms.CharField(required=False, max_length=120)
    campaign = forms.CharField(required=False, max_length=120)
    landing = forms.CharField(required=False, max_length=200)
    recency = _place()
    weight = _place()
    group = _choice(Group.choices)
    was = _choice([("new", _("New buyers")), *Group.choices])
    moved = _choice([("came", _("came")), ("went", _("went"))])
    of = _choice([("chance", _("Chance to be active")), ("value", _("Spend expected in a year"))])
    low = forms.FloatField(required=False)
    high = forms.FloatField(required=False)
    rule = _choice([("last", _("Last")), ("first", _("First")), ("linear", _("All alike"))])
    known = _choice([("yes", _("visits known"))])
    days = forms.IntegerField(required=False, min_value=1, max_value=999)


@dataclass(frozen=True)
class Asked:
    """The period and the slice of a page, and how to ask for the same elsewhere."""

    period: Period
    part: Slice
    form: PeriodForm
    said: dict[str, str]

    @property
    def query(self) -> str:
        return urlencode(self.said)

    def link(self, knows: Collection[str] | None = None, /, **more: Any) -> str:
        """The same question with something else in it, as a query string, as far as whoever is asked `knows` it."""
        said = {name: said for name, said in {**self.said, **more}.items() if said not in ("", None)}
        return "?" + urlencode({name: str(value) for name, value in said.items() if knows is None or name in knows})

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What is asked beside the days and the channel, which have fields of their own."""
        return [(name, said) for name, said in self.said.items() if name not in ("period", "first", "last", "channel")]


def of_list(listed: List, data: Any, today: date) -> Asked:
    """What somebody's query string asks of a list: of what it does not know nothing is said."""
    return asked(data, today, listed.knows, RowsForm, listed.longest)


def asked(
    data: Any,
    today: date,
    knows: Collection[str] | None = None,
    form_class: type[PeriodForm] = PeriodForm,
    longest: int = periods.LONGEST,
) -> Asked:
    """What somebody's query string asks for, of a page that `knows` some or all fields of the form."""
    names = {name for name in form_class.base_fields if knows is None or name in knows}
    form = form_class({"period": periods.DEFAULT, **{name: data[name] for name in names if name in data}})
    form.longest = longest
    form.fields = {name: each for name, each in form.fields.items() if name in names}
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if said.get("period") == "own":
        period = Period(said["first"], said["last"])
    else:
        period = periods.preset(said.get("period") or periods.DEFAULT, today)
        said = {name: value for name, value in said.items() if name not in ("first", "last")}
    part = Slice(
        channel=said.get("channel") or "",
        country=(said.get("country") or "").upper(),
        currency=said.get("currency") or settings.OSCAR_DEFAULT_CURRENCY,
        is_first={NEW: True, RETURNING: False}.get(said.get("buyers") or ""),
        narrow=Narrow(**{each.name: said[each.name] for each in fields(Narrow) if each.name in said}),
    )
    return Asked(period, part, form, {name: str(value) for name, value in said.items() if value not in ("", None)})


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
    first = forms.DateField(label=_("From"), widget=forms.DateInput(_DAY, "%Y-%m-%d"))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(_DAY, "%Y-%m-%d"))
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
