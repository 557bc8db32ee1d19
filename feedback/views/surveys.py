"""Answering a survey. A click in a mail only chooses: nothing is kept before the button on the page is pressed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback import answering, conditions, letters, links, questions
from feedback.forms import AnswerForm
from feedback.models import Invitation, Response
from feedback.views import passing


@csrf_exempt  # the link is the proof; browsers that keep no cookies can answer too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@passing.by_link
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """First the question of the mail, to confirm; once it is answered, all that follow from it, to add to or to change."""
    invitation = links.invitation(token)
    with translation.override(letters.language_of(invitation) or get_language()):
        response: Response | None = getattr(invitation, "response", None)
        form = _form(request, invitation, response)
        if request.method == "POST" and form.is_valid():
            return _keep(request, invitation, form, token)
        context = {"invitation": invitation, "survey": invitation.survey, "form": form, "response": response, "token": token}
        return render(request, "feedback/survey.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@passing.by_link
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The last page; it leads back to the answers while they can be changed."""
    invitation = links.invitation(token)
    with translation.override(letters.language_of(invitation) or get_language()):
        return render(request, "feedback/survey_thanks.html", {"survey": invitation.survey, "token": token})


def _form(request: HttpRequest, invitation: Invitation, response: Response | None) -> AnswerForm:
    asked = list(invitation.survey.questions.all())
    asked = conditions.shown(asked, conditions.said_in(response))
    if response is None and asked and questions.is_clicked(asked[0]):
        asked = asked[:1]
    chosen = request.GET.get("answer", "")
    initial: dict[str, Any] = {}
    if asked and chosen in dict(questions.choices_of(asked[0])):
        initial[f"q{asked[0].pk}"] = chosen
    data = request.POST if request.method == "POST" else None
    return AnswerForm(asked, data, response=response, initial=initial)


def _keep(request: HttpRequest, invitation: Invitation, form: AnswerForm, token: str) -> HttpResponse:
    try:
        response = answering.record(invitation, form.given(), timezone.now(), language=get_language() or "")
    except answering.Closed as error:
        raise links.TooOld from error
    follow = conditions.shown(invitation.survey.questions.all(), conditions.said_in(response))
    has_more = any(question not in form.questions for question in follow)
    return redirect("feedback:survey" if has_more else "feedback:survey-thanks", token=token)
