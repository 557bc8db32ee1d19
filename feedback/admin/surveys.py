"""Building surveys: texts and questions in every language, a preview, on and off, and copies instead of edits."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin, StackedInline
from unfold.decorators import display

from feedback import conditions, letters, questions, scores, surveys
from feedback.forms import AnswerForm
from feedback.models import Question, Survey
from feedback.survey_forms import QuestionForm, QuestionsFormSet, SurveyForm
from shop import languages
from shop.mail import rendering

TEXTS = ("title", "intro", "thanks")


class QuestionInline(StackedInline):  # type: ignore[misc]
    """A question that people were asked is only shown, with its condition in words."""

    model = Question
    form = QuestionForm
    formset = QuestionsFormSet
    extra = 0
    ordering_field = "position"
    fields = [
        ("kind", "is_needed"),
        "position",
        ("only_after", "answers_given"),
        *languages.fields_of("text"),
        *languages.fields_of("options"),
    ]

    @display(description=_("only for the answers"))
    def answers_given(self, question: Question) -> str:
        return conditions.typed(question) or "–"

    def has_add_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return obj is not None and not obj.is_asked and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return obj is not None and not obj.is_asked and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return obj is not None and not obj.is_asked and bool(super().has_delete_permission(request, obj))


@admin.register(Survey)
class SurveyAdmin(ModelAdmin):
    form = SurveyForm
    inlines = [QuestionInline]
    list_display = ["__str__", "kind", "moment", "show_state", "show_asked", "show_answered", "show_score"]
    list_filter = ["kind", "moment", "is_on"]
    search_fields = ["name"]
    change_form_outer_before_template = "admin/feedback/survey/head.html"
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        answered = Q(invitations__response__isnull=False)
        groups = {
            "promoters": answered & Q(invitations__response__score__gte=scores.FIRST_PROMOTER),
            "detractors": answered & Q(invitations__response__score__lte=scores.LAST_DETRACTOR),
            "happy": answered & Q(invitations__response__score__gte=scores.FIRST_SATISFIED),
        }
        groups |= {"asked": Q(invitations__state="sent"), "answered": answered}
        counts = {name: Count("invitations", filter=condition) for name, condition in groups.items()}
        return cast("QuerySet[Survey]", super().get_queryset(request).annotate(**counts))

    def get_fieldsets(self, request: HttpRequest, obj: Survey | None = None) -> list[Any]:
        what = (None, {"fields": ["name", ("kind", "moment")]})
        if obj is None:
            return [what]
        when = (_("When"), {"fields": [("days_after", "remind_after"), ("days_open", "silence_days")]})
        return [*languages.tabs(*TEXTS), what, when]

    def get_inlines(self, request: HttpRequest, obj: Survey | None) -> list[type[StackedInline]]:
        return [QuestionInline] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Survey | None = None) -> list[str]:
        """Whoever answered has read these words: they stay. Times and the name for staff may change."""
        return [*languages.fields_of(*TEXTS), "kind", "moment"] if obj and obj.is_asked else []

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and (obj is None or not obj.invitations.exists())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            surveys.begin(obj)

    def response_add(self, request: HttpRequest, obj: Survey, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(
            request, gettext("Here are ready-made words and questions. Change them as you like, then switch it on.")
        )
        return HttpResponseRedirect(_address(obj))

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/do/<slug:name>/", wrap(require_POST(self.act)), name="feedback_survey_act"),
            path("<int:pk>/preview/<slug:name>/", wrap(require_safe(self.preview)), name="feedback_survey_preview"),
            *super().get_urls(),
        ]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Switch a survey on or off, or make a copy of it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        survey = get_object_or_404(Survey, pk=pk)
        if name == "on":
            self._switch_on(request, survey)
        elif name == "off":
            Survey.objects.filter(pk=pk).update(is_on=False)
            self.log_change(request, survey, gettext("Switched off."))
        elif name == "copy" and self.has_add_permission(request):
            survey = surveys.copy(survey)
            messages.success(request, gettext("This is the copy. Change it; once switched on it takes the place of the other."))
        else:
            raise Http404
        return HttpResponseRedirect(_address(survey))

    def _switch_on(self, request: HttpRequest, survey: Survey) -> None:
        if missing := surveys.what_is_missing(survey):
            messages.error(request, gettext(missing))
            return
        surveys.switch_on(survey)
        self.log_change(request, survey, gettext("Switched on."))
        messages.success(request, gettext("The survey is on: it is sent from the next delivery or case on."))

    def preview(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """The mail or the page, in a language of the shop, as somebody would see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        survey, language = get_object_or_404(Survey, pk=pk), request.GET.get("language", "")
        with translation.override(language if translation.check_for_language(language) else translation.get_language()):
            if name == "mail":
                context = letters.survey_context(survey, reverse("admin:feedback_survey_preview", args=[pk, "page"]))
                return HttpResponse(rendering.render(letters.SURVEY, context, translation.get_language()).html)
            if name != "page":
                raise Http404
            return render(request, "feedback/survey.html", _as_seen(survey, request.GET.get("answer", "")))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        survey = self.get_object(request, object_id)
        more = {"survey": survey, "languages": languages.ordered()} if survey and self.has_view_permission(request) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})  # type: ignore[no-any-return]

    @display(description=_("state"), label={"on": "success", "off": "warning", "old": "info"})
    def show_state(self, survey: Survey) -> tuple[str, str]:
        return ("on", gettext("on")) if survey.is_on else ("off", gettext("off"))

    @display(description=_("asked"), ordering="asked")
    def show_asked(self, survey: Any) -> int:
        return int(survey.asked)

    @display(description=_("answered"), ordering="answered")
    def show_answered(self, survey: Any) -> str:
        rate = scores.share(survey.answered, survey.asked)
        return f"{survey.answered} · {rate.value:.0f} %" if rate.value is not None else "–"

    @display(description=_("score"))
    def show_score(self, survey: Any) -> str:
        if survey.kind == Survey.Kind.FREE:
            return "–"
        if survey.kind == Survey.Kind.CSAT:
            score = scores.share(survey.happy, survey.answered)
            return f"CSAT {score.value:.0f} %" if score.is_told else "–"
        passives = survey.answered - survey.promoters - survey.detractors
        score = scores.nps_of_groups(survey.promoters, passives, survey.detractors)
        return f"NPS {score.value:+.0f}" if score.is_told else "–"


def _as_seen(survey: Survey, answer: str) -> dict[str, Any]:
    """The page after this answer to the first question; without one, all questions and their conditions."""
    asked = list(survey.questions.select_related("only_after"))
    possible = questions.choices_of(asked[0]) if asked else []
    is_chosen = answer in dict(possible)
    if is_chosen:
        asked = conditions.shown(asked, {asked[0].pk: {int(answer)}})
    form = AnswerForm(asked, initial={f"q{asked[0].pk}": answer} if is_chosen else {})
    words = {} if is_chosen else {question.pk: conditions.in_words(question) for question in asked}
    has_conditions = any(question.only_after_id for question in survey.questions.all())
    return {
        "survey": survey,
        "form": form,
        "is_preview": True,
        "conditions": words,
        "tries": possible if has_conditions else [],
        "tried": answer if is_chosen else "",
    }


def _address(survey: Survey) -> str:
    return reverse("admin:feedback_survey_change", args=[survey.pk])
