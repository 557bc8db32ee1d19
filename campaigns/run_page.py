"""The page of one person's run: what happened, what comes next, and what staff can do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from campaigns import schedule
from campaigns.automations import interventions, steps
from campaigns.models import Intervention, Passed, Run
from shop.customers.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


What = Intervention.What


class ReasonForm(forms.Form):
    """Why; and for a pause until when."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=widgets.UnfoldAdminTextInputWidget(),
        help_text=_("Kept with the run and told on the customer's page."),
    )
    until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=widgets.UnfoldAdminTextInputWidget({"type": "date"}),
        help_text=_("They go on at the beginning of that day. Empty: until somebody resumes it."),
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.localdate():
            raise forms.ValidationError(gettext("Choose a day to come."))
        return until


@dataclass(frozen=True)
class Action:
    """Something staff can do, and what it is called afterwards."""

    label: "StrOrPromise"
    what: str
    does: Callable[..., None]
    said: "StrOrPromise"
    is_grave: bool = False


ACTIONS = {
    "pause": Action(_("Pause"), What.PAUSED, interventions.pause, _("It is paused: nothing is sent meanwhile.")),
    "resume": Action(_("Resume"), What.RESUMED, interventions.resume, _("It goes on with the next step.")),
    "hurry": Action(_("Go on now"), What.HURRIED, interventions.hurry, _("The next step is taken now.")),
    "skip": Action(_("Leave out the next step"), What.SKIPPED, interventions.skip, _("The step is left out.")),
    "end": Action(
        _("End it"),
        What.ENDED,
        interventions.end,
        _("It is ended. Messages that were written already are not sent."),
        is_grave=True,
    ),
}


@dataclass(frozen=True)
class Stage:
    """A step of the run as staff read it."""

    words: str
    state: str  # done, left_out, next, to_come
    at: datetime | None = None
    message: Any = None


def show(model_admin: Any, request: HttpRequest, pk: Any, form: ReasonForm | None = None) -> HttpResponse:
    """The page; `form` is what was typed and could not be accepted."""
    if request.method not in ("GET", "HEAD") and form is None:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    run = _found(model_admin, request, pk)
    possible = _possible(run) if model_admin.has_change_permission(request) else {}
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": gettext("%(automation)s: %(customer)s") % {"automation": run.automation.name, "customer": run.customer},
        "original": run,
        "run": run,
        "stages": stages_of(run),
        "interventions": run.interventions.select_related("by"),
        "actions": possible,
        "form": form or ReasonForm(),
        "is_waiting": run.state == Run.State.UNDER_WAY and run.due_at > timezone.now(),
    }
    return TemplateResponse(request, "campaigns/run.html", context, status=422 if form else 200)


def act(model_admin: Any, request: HttpRequest, pk: Any) -> HttpResponse:
    """Do one of `ACTIONS`, as the button says; without a reason nothing is done."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    run = _found(model_admin, request, pk)
    name = request.POST.get("do", "")
    if name not in ACTIONS:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(model_admin, request, pk, form)
    said = form.cleaned_data
    more: dict[str, Any] = {}
    if name == "pause":
        more = {"until": said["until"] and schedule.moment_of(said["until"], time.min)}
    if name == "skip":
        more = {"position": _position(request.POST.get("position", ""))}
    try:
        ACTIONS[name].does(run, by=cast("User", request.user), reason=said["reason"], now=timezone.now(), **more)
    except interventions.NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(ACTIONS[name].said))
    return HttpResponseRedirect(reverse("admin:campaigns_run_change", args=[run.pk]))


def stages_of(run: Run) -> list[Stage]:
    """All steps of the version: those behind with when, the next one with its time, those to come."""
    passed = {one.position: one for one in Passed.objects.filter(run=run).select_related("message__sheet")}
    left_out = set(run.interventions.filter(what=What.SKIPPED).values_list("position", flat=True))
    is_over = run.state not in Run.ON_THE_WAY
    found = []
    for number, step in enumerate(run.steps):
        words = steps.in_words(step)
        if taken := passed.get(number):
            found.append(Stage(words, "left_out" if number in left_out else "done", taken.happened_at, taken.message))
        elif number == run.position and not is_over:
            found.append(Stage(words, "next", run.due_at))
        else:
            found.append(Stage(words, "never" if is_over else "to_come"))
    return found


def _possible(run: Run) -> dict[str, Action]:
    possible = {name: action for name, action in ACTIONS.items() if run.state in interventions.POSSIBLE[action.what]}
    if run.position >= len(run.steps):
        possible.pop("skip", None)
    return possible


def _position(sent: str) -> int | None:
    """The step that was next on the page they saw."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 5 else None


def _found(model_admin: Any, request: HttpRequest, pk: Any) -> Run:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = Run.objects.select_related("automation", "version", "customer")
    found = rows.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 18 else None
    if found is None:
        raise Http404
    return found
