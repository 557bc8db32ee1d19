"""What people answered, and what it adds up to: every figure of the scores opens into its answers."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from feedback import reports, score_chart, score_file, scores
from feedback.admin import filters, results
from feedback.admin.filters import SPANS, months_asked
from feedback.models import Answer, Invitation, Response, Survey
from feedback.reports import Span
from shop.events.admin import ReadOnly


class AnswerInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Answer
    fields = readonly_fields = ["question", "show_answer"]
    extra = 0

    @display(description=_("answer"))
    def show_answer(self, answer: Answer) -> str:
        return answer.shown


@admin.register(Response)
class ResponseAdmin(ReadOnly, ModelAdmin):
    list_display = ["show_customer", "show_survey", "show_score", "show_words", "show_order", "answered_at", "show_case"]
    list_filter = [
        filters.KindFilter,
        filters.GroupFilter,
        filters.FromFilter,
        filters.ToFilter,
        filters.ProductFilter,
        filters.CategoryFilter,
        filters.DeliveryFilter,
        filters.SurveyFilter,
        filters.SaidFilter,
        filters.ShownFilter,
    ]
    list_select_related = ["invitation__survey", "invitation__customer", "invitation__order", "caused"]
    search_fields = ["=invitation__customer__email", "=invitation__order__number", "answers__text"]
    search_help_text = _("E-mail address, order number, or words of an answer")
    ordering = ["-answered_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    inlines = [AnswerInline]
    fields = readonly_fields = [
        "show_customer",
        "show_survey",
        "show_score",
        "show_order",
        "language",
        "answered_at",
        "changed_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Response]:
        rows: QuerySet[Response] = super().get_queryset(request)
        return rows.prefetch_related("answers__question")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.scores))
        download = self.admin_site.admin_view(require_safe(self.download))
        return [
            path("scores/", view, name="feedback_response_scores"),
            path("scores/download/", download, name="feedback_response_download"),
            *results.addresses(self),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        """The tables of the page as one CSV file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind, months, span = _asked_for(request)
        return score_file.answer(f"{kind}-{months}", kind, _tables(kind, span))

    def scores(self, request: HttpRequest) -> HttpResponse:
        """NPS and CSAT: how they went, and by what the orders were about."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind, months, span = _asked_for(request)
        tables = _tables(kind, span)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Scores"),
            "kind": kind,
            "kinds": [("nps", "NPS"), ("csat", "CSAT")],
            "months": months,
            "spans": SPANS,
            "whole": reports.whole(kind, span),
            "chart": score_chart.drawn(tables[0][2]),
            "tables": tables,
            "asked_url": reverse("admin:feedback_invitation_changelist"),
            "list_url": reverse("admin:feedback_response_changelist"),
            "surveys": Survey.objects.that_asked(),
        }
        return TemplateResponse(request, "feedback/desk/scores.html", context)

    @display(description=_("customer"))
    def show_customer(self, response: Response) -> str:
        return str(response.invitation.customer)

    @display(description=_("survey"))
    def show_survey(self, response: Response) -> str:
        return str(response.invitation.survey)

    @display(description=_("score"), ordering="score", label={"good": "success", "between": "info", "bad": "danger"})
    def show_score(self, response: Response) -> Any:
        if response.score is None:
            return "–"
        kind = response.invitation.survey.kind
        best = scores.FIRST_PROMOTER if kind == Survey.Kind.NPS else scores.FIRST_SATISFIED
        tone = "bad" if scores.is_low(kind, response.score) else "good" if response.score >= best else "between"
        return tone, str(response.score)

    @display(description=_("words"))
    def show_words(self, response: Response) -> str:
        words = [answer.text for answer in response.answers.all() if answer.text]
        return words[0][:120] if words else "–"

    @display(description=_("order"))
    def show_order(self, response: Response) -> str:
        return response.invitation.order.number if response.invitation.order else "–"

    @display(description=_("case"))
    def show_case(self, response: Response) -> str:
        case = getattr(response, "caused", None)
        return case.reference if case else "–"


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, ModelAdmin):
    """Who was asked, who is waiting to be, and why somebody was not."""

    list_display = ["customer", "survey", "show_order", "state", "show_why_not", "due_at", "sent_at", "reminded_at"]
    list_filter = [
        "state",
        filters.AskedKindFilter,
        filters.AskedFromFilter,
        filters.AskedToFilter,
        filters.AskedSurveyFilter,
    ]
    list_select_related = ["customer", "survey", "order", "case"]
    search_fields = ["=customer__email", "=order__number"]
    search_help_text = _("E-mail address or order number")
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    @display(description=_("about"))
    def show_order(self, invitation: Invitation) -> str:
        return invitation.order.number if invitation.order else invitation.case.reference if invitation.case else "–"

    @display(description=_("why not"))
    def show_why_not(self, invitation: Invitation) -> str:
        return gettext(invitation.why_not) if invitation.why_not else ""


def _asked_for(request: HttpRequest) -> tuple[str, int, Span]:
    """Which figure, over how many months."""
    kind = Survey.Kind.CSAT if request.GET.get("kind") == Survey.Kind.CSAT else Survey.Kind.NPS
    months = months_asked(request)
    return kind, months, Span.of_months(months, timezone.localdate())


def _tables(kind: str, span: Span) -> list[tuple[str, str, list[reports.Row]]]:
    """Title, a few words, and the rows of each table of the page."""
    products = gettext("The products with the most answers. An answer counts for everything in its order.")
    return [
        (gettext("By month"), gettext("A month is the one in which people were asked."), reports.by_month(kind, span)),
        (gettext("By product"), products, reports.by_product(kind, span)),
        (gettext("By category"), "", reports.by_category(kind, span)),
        (gettext("By way of delivery"), "", reports.by_delivery(kind, span)),
    ]
