"""Surveys and their questions as a merchant writes them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

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

    class Meta:
        model = Question
        fields = ["kind", "is_needed", "position"]

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
        return cleaned


class QuestionsFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The first question gives the score: its kind is that of the survey."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.kind == Survey.Kind.FREE:
            return
        kept = [form for form in self.forms if form.cleaned_data.get("kind") and not form.cleaned_data.get("DELETE")]
        if not kept:
            return
        first = min(kept, key=lambda form: (form.cleaned_data.get("position") or 0, form.instance.pk or 10**9))
        if first.cleaned_data["kind"] != self.instance.kind:
            raise forms.ValidationError(_("The first question must be the one that gives the score."))


def _lines(typed: str | None) -> list[str]:
    return [line for line in (typed or "").splitlines() if line.strip()]
