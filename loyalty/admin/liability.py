"""The page that says what the shop owes in points."""

import csv

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from loyalty import liability


def shown(request: HttpRequest) -> HttpResponse:
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


def _csv(months: list[liability.Month]) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")  # the mark tells Excel that it is UTF-8
    response["Content-Disposition"] = 'attachment; filename="points-by-month.csv"'
    writer = csv.writer(response)
    names = ("month", "issued", "spent", "expired", "taken_back", "outstanding")
    writer.writerow([*names, "outstanding_worth"])
    writer.writerows([*(getattr(month, name) for name in names), liability.worth(month.outstanding)] for month in months)
    return response
