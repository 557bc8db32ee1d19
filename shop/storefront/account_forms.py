"""What an account holder may change about themselves."""

import calendar
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shop.customers import zones
from shop.customers.models import Customer

BIRTHDAY_REST = timedelta(days=365)  # a birthday that moves brings presents more than once a year


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, phone, birthday (day and month, no year)."""

    birth_day = forms.TypedChoiceField(
        label=_("Day"), required=False, coerce=int, empty_value=None, choices=[("", "—"), *((d, str(d)) for d in range(1, 32))]
    )
    birth_month = forms.TypedChoiceField(
        label=_("Month"), required=False, coerce=int, empty_value=None, choices=[("", "—"), *MONTHS.items()]
    )

    time_zone = forms.ChoiceField(
        label=_("Where your clock is"),
        required=False,
        help_text=_("So that our mails come by day. Empty: as this device says, else by your country."),
    )
    device_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-time-zone": True}))

    class Meta:
        model = Customer
        fields = ["first_name", "last_name", "phone", "birth_day", "birth_month", "time_zone"]
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *zones.choices(get_language() or settings.LANGUAGE_CODE)]
        changed = self.instance.birthday_changed_at
        self.birthday_rests = bool(changed and changed > timezone.now() - BIRTHDAY_REST)
        if self.birthday_rests:
            for name in ("birth_day", "birth_month"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day, month = data.get("birth_day"), data.get("birth_month")
        if bool(day) != bool(month):
            raise ValidationError(_("A birthday needs a day and a month. Fill in both or neither."))
        if day and month and day > calendar.monthrange(2000, month)[1]:  # a leap year: 29 February is a birthday
            raise ValidationError({"birth_day": _("This month has no such day.")})
        return data

    def clean_time_zone(self) -> str:
        """What was chosen, else what the browser says: looked up here, since the browser's name for it may be an old one."""
        device = str(self.data.get(self.add_prefix("device_zone"), ""))
        return str(self.cleaned_data["time_zone"] or zones.known(device))

    def save(self, commit: bool = True) -> Customer:
        if {"birth_day", "birth_month"} & set(self.changed_data) and self.cleaned_data.get("birth_day"):
            self.instance.birthday_changed_at = timezone.now()
        saved: Customer = super().save(commit)
        return saved


class EraseForm(forms.Form):
    """The password once more, because there is no way back."""

    password = forms.CharField(label=_("Your password"), widget=forms.PasswordInput({"autocomplete": "current-password"}))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password
