"""The page of a newsletter: to whom, what, when; its progress while it goes out; and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from csp.decorators import csp_exempt
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold import widgets

from campaigns import audience, letter_preview, newsletter_counts, newsletters, results
from campaigns.letters import compiling, lint
from campaigns.models import Newsletter
from campaigns.segments import CannotRead
from shop.customers.models import User

APPROVE = "campaigns.approve_newsletter"
State = Newsletter.State
STEPS = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.SENDING, State.SENT)
SECONDS = 5  # between two looks while it goes out


class NewsletterForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft."""

    class Meta:
        model = Newsletter
        fields = ["name", "letter", "segments", "without", "held_out_percent", "per_minute"]
        widgets = {
            "name": widgets.UnfoldAdminTextInputWidget(),
            "letter": widgets.UnfoldAdminSelectWidget(),
            "segments": widgets.UnfoldAdminSelect2MultipleWidget(),
            "without": widgets.UnfoldAdminSelect2MultipleWidget(),
            "held_out_percent": widgets.UnfoldAdminDecimalFieldWidget(),
            "per_minute": widgets.UnfoldAdminIntegerFieldWidget(),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        both = set(said.get("segments") or []) & set(said.get("without") or [])
        if both:
            text = gettext("%(segment)s stands in both lists: nobody of it would get anything.")
            self.add_error("without", text % {"segment": ", ".join(str(one) for one in both)})
        return said


class WhenForm(forms.Form):
    """The moment, as a clock on the wall shows it."""

    day = forms.DateField(
        label=_("day"), widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(label=_("time"), widget=forms.TimeInput(attrs={"type": "time", "class": "desk-input"}, format="%H:%M"))
    in_own_time = forms.BooleanField(label=_("at each person's own time"), required=False)


@dataclass(frozen=True)
class Action:
    """A button of the page. `does` raises `NotPossible` with words to show."""

    name: str
    label: Any
    says: Any
    states: tuple[str, ...]
    does: Callable[[Newsletter, User], object]
    permission: str = "campaigns.change_newsletter"
    is_grave: bool = False


ACTIONS = {
    action.name: action
    for action in (
        Action("approve", _("Approve"), _("It is approved."), (State.DRAFT,), newsletters.approve, APPROVE),
        Action(
            "send_now",
            _("Send now"),
            _("It begins within seconds."),
            (State.APPROVED,),
            lambda row, by: newsletters.send_now(row),
        ),
        Action("pause", _("Pause"), _("Nothing more leaves."), (State.SENDING,), lambda row, by: newsletters.pause(row)),
        Action("resume", _("Go on"), _("It goes on."), (State.PAUSED,), lambda row, by: newsletters.resume(row)),
        Action(
            "reopen",
            _("Back to draft"),
            _("It is a draft again and has to be approved anew."),
            (State.APPROVED, State.SCHEDULED),
            lambda row, by: newsletters.reopen(row),
        ),
        Action(
            "cancel",
            _("Cancel for good"),
            _("It is cancelled. Whoever had not got it yet will not."),
            (State.SCHEDULED, State.SENDING, State.PAUSED, State.SENT),
            lambda row, by: newsletters.cancel(row),
            is_grave=True,
        ),
    )
}


def show(model_admin: Any, request: HttpRequest, pk: str | None, when: WhenForm | None = None) -> HttpResponse:
    """The page; of a draft a form, of one under way its progress."""
    newsletter = found(model_admin, request, pk) if pk is not None else Newsletter(written_by=cast("User", request.user))
    is_draft = newsletter.state == State.DRAFT
    may_change = is_draft and (
        model_admin.has_add_permission(request) if pk is None else model_admin.has_change_permission(request)
    )
    if (pk is None or (request.method == "POST" and when is None)) and not may_change:
        raise PermissionDenied
    form = NewsletterForm(request.POST if request.method == "POST" and when is None else None, instance=newsletter)
    if request.method == "POST" and when is None and form.is_valid():
        return _saved(model_admin, request, form, is_new=pk is None)
    return TemplateResponse(
        request, "campaigns/newsletter.html", _context(model_admin, request, newsletter, form, when, may_change)
    )


def found(model_admin: Any, request: HttpRequest, pk: Any) -> Newsletter:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = Newsletter.objects.select_related("letter", "written_by", "approved_by")
    newsletter = rows.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if newsletter is None:
        raise Http404
    return newsletter


def act(model_admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What a button does."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    newsletter = found(model_admin, request, pk)
    action = ACTIONS.get(name)
    if action is None and name != "schedule":
        raise Http404
    if not request.user.has_perm(action.permission if action else "campaigns.change_newsletter"):  # type: ignore[union-attr]
        raise PermissionDenied
    try:
        if action is None:
            form = WhenForm(request.POST)
            if not form.is_valid():
                return show(model_admin, request, str(pk), form)
            said = _schedule(newsletter, form)
        else:
            action.does(newsletter, cast("User", request.user))
            said = str(action.says)
    except newsletters.NotPossible as error:
        messages.error(request, str(error))
    else:
        model_admin.log_change(request, newsletter, said)
        messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:campaigns_newsletter_change", args=[pk]))


def _schedule(newsletter: Newsletter, form: WhenForm) -> str:
    said = form.cleaned_data
    newsletters.put_on(newsletter, said["day"], said["at"], in_own_time=said["in_own_time"])
    return gettext("It is scheduled.")


def _saved(model_admin: Any, request: HttpRequest, form: NewsletterForm, *, is_new: bool) -> HttpResponse:
    newsletter = form.save()
    if is_new:
        model_admin.log_addition(request, newsletter, [{"added": {}}])
    else:
        model_admin.log_change(request, newsletter, [{"changed": {"fields": form.changed_data}}])
    messages.success(request, gettext("The newsletter is saved."))
    return HttpResponseRedirect(reverse("admin:campaigns_newsletter_change", args=[newsletter.pk]))


def _context(
    model_admin: Any,
    request: HttpRequest,
    newsletter: Newsletter,
    form: NewsletterForm,
    when: WhenForm | None,
    may_change: bool,
) -> dict[str, Any]:
    may = request.user.has_perm  # type: ignore[union-attr]
    tomorrow = timezone.localdate() + timedelta(days=1)
    initial = {
        "day": newsletter.send_on or tomorrow,
        "at": newsletter.send_at or "09:00",
        "in_own_time": newsletter.in_own_time,
    }
    has_begun = newsletter.began_at is not None
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": newsletter.name or gettext("New newsletter"),
        "newsletter": newsletter,
        "original": newsletter if newsletter.pk else None,
        "form": form,
        "media": form.media,
        "may_change": may_change,
        "steps": [(State(step).label, step == newsletter.state) for step in STEPS],
        "actions": _actions(newsletter, may),
        "may_approve": may(APPROVE),
        "when": when or WhenForm(initial=initial),
        "may_schedule": newsletter.state in (State.APPROVED, State.SCHEDULED) and may("campaigns.change_newsletter"),
        "findings": lint.of(newsletter.letter.content) if newsletter.pk and newsletter.state == State.DRAFT else [],
        "refresh": SECONDS if newsletter.state == State.SENDING else 0,
        "has_begun": has_begun,
    }
    if has_begun:
        context |= {
            "counts": newsletter_counts.of(newsletter),
            "clicks": newsletter_counts.clicks_of(newsletter),
            "links": newsletter_counts.links_of(newsletter),
            "results": results.of_newsletter(newsletter, timezone.now()),
        }
    elif newsletter.pk:
        context |= _sizes(newsletter)
    return context


def _actions(newsletter: Newsletter, may: Callable[[str], bool]) -> list[Action]:
    """The buttons. Of one that was sent there is nothing to stop once nobody waits for it any more."""
    if newsletter.pk is None or (newsletter.state == State.SENT and not newsletters.has_waiting(newsletter)):
        return []
    return [one for one in ACTIONS.values() if newsletter.state in one.states and may(one.permission)]


def _sizes(newsletter: Newsletter) -> dict[str, Any]:
    try:
        return {"sizes": audience.count(newsletter)}
    except CannotRead as error:
        return {"problem": " ".join(error.problems)}


@csp_exempt()
@never_cache
@xframe_options_sameorigin
def preview(request: HttpRequest, model_admin: Any, pk: str) -> HttpResponse:
    """The mail for the frame: as approved, or as its letter says now."""
    newsletter = found(model_admin, request, pk)
    return letter_preview.framed(request, newsletter.content or newsletter.letter.content, compiling.main_language())
