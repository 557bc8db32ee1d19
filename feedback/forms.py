"""The questions of a survey as a form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.answering import Given
from feedback.models import Question, Response
from feedback.questions import choices_of, is_clicked

LONGEST = 5000


class AnswerForm(forms.Form):
    """Takes the questions to ask, and what was answered before."""

    def __init__(self, questions: Iterable[Question], *args: Any, response: Response | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        known = {answer.question_id: answer for answer in response.answers.all()} if response else {}
        for place, question in enumerate(self.questions):
            is_needed = question.is_needed or (place == 0 and is_clicked(question))
            self.fields[f"q{question.pk}"] = _field_of(question, is_needed)
            if answer := known.get(question.pk):
                self.initial.setdefault(f"q{question.pk}", _initial_of(question, answer))

    def asked(self) -> list[tuple[Question, forms.BoundField]]:
        """Each question with its field, for the page."""
        return [(question, self[f"q{question.pk}"]) for question in self.questions]

    def given(self) -> dict[Question, Given]:
        """What was answered, for `answering.record`."""
        return {question: _given(question, self.cleaned_data[f"q{question.pk}"]) for question in self.questions}


def _field_of(question: Question, is_needed: bool) -> forms.Field:
    if question.kind == Question.Kind.TEXT:
        return forms.CharField(
            label=question.text,
            required=is_needed,
            max_length=LONGEST,
            widget=forms.Textarea({"rows": 4, "maxlength": LONGEST}),
        )
    if question.kind == Question.Kind.MULTIPLE:
        return forms.MultipleChoiceField(
            label=question.text, required=is_needed, choices=choices_of(question), widget=forms.CheckboxSelectMultiple
        )
    missing = {"required": _("Please choose an answer."), "invalid_choice": _("Please choose an answer.")}
    return forms.ChoiceField(
        label=question.text, required=is_needed, choices=choices_of(question), widget=forms.RadioSelect, error_messages=missing
    )


def _initial_of(question: Question, answer: Any) -> Any:
    if question.kind == Question.Kind.TEXT:
        return answer.text
    picks = [str(pick) for pick in answer.picks]
    if question.kind == Question.Kind.MULTIPLE:
        return picks
    return (picks or [""])[0] if question.kind == Question.Kind.CHOICE else str(answer.number)


def _given(question: Question, typed: Any) -> Given:
    if question.kind == Question.Kind.TEXT:
        return Given(text=typed.replace("\0", "").strip())
    if question.kind in (Question.Kind.CHOICE, Question.Kind.MULTIPLE):
        return Given(picks=[int(pick) for pick in ([typed] if isinstance(typed, str) else typed) if pick != ""])
    return Given(number=int(typed) if typed else None)


class ContactForm(forms.Form):
    """Name, address and a message. `website` is a bait: people do not see it, robots fill it in."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
    )
    order_number = forms.CharField(
        label=_("Order number"), max_length=40, required=False, help_text=_("If it is about an order.")
    )  # fmt: skip
    text = forms.CharField(label=_("Message"), max_length=LONGEST, widget=forms.Textarea({"rows": 7}))
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "email", "order_number", "text")}


class WriteForm(forms.Form):
    """Another word in a conversation."""

    text = forms.CharField(label=_("Your message"), max_length=LONGEST, widget=forms.Textarea({"rows": 6}))


class AskForm(WriteForm):
    """A new conversation, perhaps about one of one's own orders."""

    subject = forms.CharField(label=_("What is it about?"), max_length=120)
    order = forms.ChoiceField(label=_("Which order?"), required=False)
    field_order = ["subject", "order", "text"]

    def __init__(self, numbers: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].choices = [("", _("No order")), *((one, one) for one in numbers)]  # type: ignore[attr-defined]
