"""The results of a survey, question by question: every figure opens into its answers."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from feedback import result_file, results
from feedback.admin.filters import SPANS, months_asked
from feedback.models import Response, Survey
from feedback.reports import Span


def addresses(desk: ModelAdmin[Response]) -> list[Any]:
    """The page and its file, for whoever may see the answers."""

    @require_safe
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        survey, months, span = _asked_for(desk, request, pk)
        context = {
            **desk.admin_site.each_context(request),
            "opts": desk.opts,
            "title": gettext("Results"),
            "survey": survey,
            "surveys": Survey.objects.that_asked(),
            "months": months,
            "spans": SPANS,
            "results": results.of(survey, span),
            "asked_url": reverse("admin:feedback_invitation_changelist"),
            "list_url": reverse("admin:feedback_response_changelist"),
        }
        return TemplateResponse(request, "feedback/desk/results.html", context)

    @require_safe
    def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
        survey, months, span = _asked_for(desk, request, pk)
        return result_file.answer(f"survey-{pk}-{months}", results.of(survey, span))

    wrap = desk.admin_site.admin_view
    return [
        path("results/<int:pk>/", wrap(page), name="feedback_response_results"),
        path("results/<int:pk>/download/", wrap(download), name="feedback_response_results_download"),
    ]


def _asked_for(desk: ModelAdmin[Response], request: HttpRequest, pk: int) -> tuple[Survey, int, Span]:
    """Which survey, over how many months."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    months = months_asked(request)
    return get_object_or_404(Survey, pk=pk), months, Span.of_months(months, timezone.localdate())
