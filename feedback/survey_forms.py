"""Surveys and their questions as a merchant writes them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from feedback import conditions
from feedback.models import Question, Survey
from shop import languages

WITH_OPTIONS = (Question.Kind.CHOICE, Question.Kind.MULTIPLE)
MOST_OPTIONS = 20


class SurveyForm(languages.TextsForm):
    needed = ("title",)

    class Meta:
        model = Survey
        fields = ["name", "kind", "moment", "days_after", "remind_after", "days_open", "silence_days"]


class QuestionForm(languages.TextsForm):
    needed = ("text",)
    in_columns = True
    answers_given = forms.CharField(
        label=gettext_lazy("only for the answers"), required=False, max_length=80, widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Numbers and ranges, such as 0-6. Answers to choose from are counted from 1."),
    )  # fmt: skip

    class Meta:
        model = Question
        fields = ["kind", "is_needed", "position", "only_after"]

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Question.objects.filter(survey=survey) if survey.pk else Question.objects.none()
        field = self.fields["only_after"]
        field.queryset = others.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        field.required, field.empty_label = False, _("everybody is asked")  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial.setdefault("answers_given", conditions.typed(self.instance))

    def clean(self) -> dict[str, Any]:
        """Answers to choose from are there, and as many in every language: what was picked is known by its place."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = _lines(cleaned.get(f"options_{settings.LANGUAGE_CODE}"))
        if cleaned.get("kind") in WITH_OPTIONS and len(own) < 2:
            self.add_error(f"options_{settings.LANGUAGE_CODE}", _("Write at least two answers, one a line."))
        if len(own) > MOST_OPTIONS:
            self.add_error(f"options_{settings.LANGUAGE_CODE}", _("At most %(count)d answers.") % {"count": MOST_OPTIONS})
        for code, _name in languages.ordered():
            lines = _lines(cleaned.get(f"options_{code}"))
            if lines and len(lines) != len(own):
                self.add_error(f"options_{code}", _("As many answers as in the language of the shop, in the same order."))
        self._read_condition(cleaned)
        return cleaned

    def _read_condition(self, cleaned: dict[str, Any]) -> None:
        """Both halves or none. Whether the other question stands before this one is known to the formset."""
        before, typed = cleaned.get("only_after"), (cleaned.get("answers_given") or "").strip()
        self.instance.only_for = []
        if before is None and typed:
            self.add_error("only_after", _("After which question?"))
        if before is not None:
            try:
                self.instance.only_for = conditions.read(typed, before)
            except conditions.NotACondition as error:
                self.add_error("answers_given", str(error))
                cleaned["only_after"] = None


class QuestionsFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The first question gives the score: its kind is that of the survey. Conditions look back, never ahead."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "survey": self.instance}

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("kind") and not form.cleaned_data.get("DELETE")]
        kept.sort(key=lambda form: (form.cleaned_data.get("position") or 0, form.instance.pk or 10**9))
        if kept and self.instance.kind not in (Survey.Kind.FREE, kept[0].cleaned_data["kind"]):
            raise forms.ValidationError(_("The first question must be the one that gives the score."))
        self._check_conditions(kept)

    def _check_conditions(self, kept: list[Any]) -> None:
        """Read again with the other question as it will be: its kind, its answers and its place may change as well."""
        earlier: dict[int, Question] = {}
        for form in kept:
            if before := form.cleaned_data.get("only_after"):
                if before.pk not in earlier:
                    form.add_error("only_after", _("Only a question that is asked before this one can be the condition."))
                    continue
                try:
                    form.instance.only_for = conditions.read(form.cleaned_data["answers_given"], earlier[before.pk])
                except conditions.NotACondition as error:
                    form.add_error("answers_given", str(error))
            earlier[form.instance.pk] = form.instance
        if any(form.errors for form in kept):
            raise forms.ValidationError(_("A question depends on another in a way that cannot work."))


def _lines(typed: str | None) -> list[str]:
    return [line for line in (typed or "").splitlines() if line.strip()]
