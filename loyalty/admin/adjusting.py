"""The page where a table of corrections is tried out and booked."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from loyalty import adjusting
from shop.customers.models import User
from shop.imports import encodings
from shop.imports.report import CannotImport

LARGEST = 1_000_000  # bytes


class TableForm(forms.Form):
    """A file at first; its text once it was tried out."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=widgets.UnfoldAdminFileFieldWidget(),
        help_text=_("With the columns email, points and reason."),
    )
    content = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is too large."))
        try:
            if file:
                cleaned["content"] = encodings.text_of(file.read())
            cleaned["lines"] = adjusting.read(cleaned.get("content", ""))
        except CannotImport as error:
            raise forms.ValidationError(str(error).splitlines()) from error
        return cleaned


def shown(request: HttpRequest) -> HttpResponse:
    """The form; a POST tries the file out, and with `book` books what was tried out."""
    if not request.user.has_perm("loyalty.change_account"):  # type: ignore[union-attr]
        raise PermissionDenied
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    outcome = None
    if request.method == "POST" and form.is_valid():
        is_dry = "book" not in request.POST
        outcome = adjusting.apply(form.cleaned_data["lines"], by=cast("User", request.user), is_dry=is_dry)
        if not is_dry and not outcome.errors:
            messages.success(request, gettext("The table is booked."))
            return HttpResponseRedirect(reverse("admin:loyalty_account_changelist"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Correct points from a table"),
        "form": form,
        "outcome": outcome,
        "content": form.cleaned_data.get("content", "") if outcome else "",
        "back": reverse("admin:loyalty_account_changelist"),
    }
    return TemplateResponse(request, "loyalty/desk/adjusting.html", context)
