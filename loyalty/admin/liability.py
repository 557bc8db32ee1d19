"""The page that says what the shop owes in points."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from loyalty import liability, programme
from shop.desk import spreadsheets


def shown(request: HttpRequest) -> HttpResponseBase:
    """The page; `?download` gives its months as CSV."""
    if not request.user.has_perm("loyalty.view_programme"):  # type: ignore[union-attr]
        raise PermissionDenied
    months = liability.by_month()
    if "download" in request.GET:
        return _csv(months)
    tiers, breakage = liability.by_tier(), liability.breakage()
    everything = liability.in_all(tiers)
    context = {
        **admin.site.each_context(request),
        "title": gettext("What points are worth"),
        "tiers": tiers,
        "everything": everything,
        "endings": liability.by_end(),
        "breakage": breakage,
        "expected": breakage.expected(everything.points),
        "months": months,
    }
    return TemplateResponse(request, "loyalty/desk/liability.html", context)


def _csv(months: list[liability.Month]) -> HttpResponseBase:
    names = ("month", "issued", "spent", "expired", "taken_back", "outstanding")
    rows = ([*(getattr(month, name) for name in names), programme.worth(month.outstanding)] for month in months)
    return spreadsheets.answer("points-by-month", [*names, "outstanding_worth"], rows)
