"""The page of an automation: when it begins, its steps as rows, who is on the way, and what it was worth."""

import re
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from unfold import widgets

from campaigns import results
from campaigns.automations import in_vain, interventions, running, steps, triggers
from campaigns.automations.steps import NotSteps, Step
from campaigns.models import Automation, Letter, Run, Segment, Trigger
from shop.customers.models import User

LATEST = 12
_NAME = re.compile(r"^s(\d{1,3})-(do|amount|unit|hour|segment|letter)$")
DOES = {
    steps.SEND: gettext_lazy("Send a letter"),
    steps.WAIT: gettext_lazy("Wait"),
    steps.UNTIL: gettext_lazy("Wait for an hour of the day"),
    steps.ONLY_IF: gettext_lazy("Go on only with"),
}
UNITS = {"minutes": gettext_lazy("minutes"), "hours": gettext_lazy("hours"), "days": gettext_lazy("days")}


class HeadForm(forms.ModelForm):  # type: ignore[type-arg]
    """All of an automation but its steps."""

    class Meta:
        model = Automation
        fields = [
            "name", "description", "is_on", "trigger", "segment", "topic", "again_after_days", "held_out_percent",
            "ends_with_order",
        ]  # fmt: skip
        widgets = {
            "name": widgets.UnfoldAdminTextInputWidget(),
            "description": widgets.UnfoldAdminTextInputWidget(),
            "trigger": widgets.UnfoldAdminSelectWidget(),
            "segment": widgets.UnfoldAdminSelectWidget(),
            "topic": widgets.UnfoldAdminSelectWidget(),
            "again_after_days": widgets.UnfoldAdminIntegerFieldWidget(),
            "held_out_percent": widgets.UnfoldAdminDecimalFieldWidget(),
            "is_on": widgets.UnfoldBooleanSwitchWidget(),
            "ends_with_order": widgets.UnfoldBooleanSwitchWidget(),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("trigger") == Trigger.SEGMENT and not said.get("segment"):
            self.add_error("segment", gettext("Choose the segment whose people it is for."))
        self._check_beginning(said.get("trigger"))
        return said

    def _check_beginning(self, trigger: str | None) -> None:
        """What somebody's run is about came from what began it: a basket, an order, a product."""
        before = self.instance
        if before.pk and trigger and trigger != before.trigger and before.runs.exists():
            self.add_error(
                "trigger", gettext("People have entered by this already. For another beginning make another automation.")
            )


@dataclass
class Row:
    """A step as it stands on the page."""

    fields: dict[str, str]

    @property
    def do(self) -> str:
        return self.fields.get("do", "")

    def as_step(self) -> Step:
        return {name: value for name, value in self.fields.items() if value != ""}


def show(model_admin: Any, request: HttpRequest, pk: str | None) -> HttpResponse:
    """The page. Each button but "save" changes the form only, so that all of it works without scripts."""
    may_change = model_admin.has_add_permission(request) if pk is None else model_admin.has_change_permission(request)
    if not may_change and (pk is None or request.method == "POST" or not model_admin.has_view_permission(request)):
        raise PermissionDenied
    automation = _found(pk)
    is_saved = request.method == "POST" and request.POST.get("do") == "save"
    rows = _typed(request.POST) if request.method == "POST" else [Row(_as_text(step)) for step in automation.steps]
    head = HeadForm(request.POST if is_saved else None, instance=automation, initial=_kept(request))
    problems: list[str] = []
    if is_saved:
        try:
            kept = steps.checked([row.as_step() for row in rows])
        except NotSteps as error:
            problems = error.problems
        if head.is_valid() and not problems:
            return _save(model_admin, request, head, kept)
    elif request.method == "POST":
        _do(rows, request.POST.get("do", ""))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": automation if automation.pk else None,
        "title": automation.name if automation.pk else gettext("New automation"),
        "head": head,
        "rows": rows or [Row({"do": steps.SEND})],
        "problems": problems,
        "does": DOES.items(),
        "units": UNITS.items(),
        "letters": Letter.objects.values_list("pk", "name").order_by("name"),
        "segments": Segment.objects.values_list("pk", "name").order_by("name"),
        "may_change": may_change,
        "may_delete": automation.pk and model_admin.has_delete_permission(request, automation),
        **(_numbers(automation) if automation.pk else {}),
    }
    return TemplateResponse(request, "campaigns/automation.html", context)


def stop(model_admin: Any, request: HttpRequest, pk: str) -> HttpResponse:
    """End all runs that are on the way; why is kept with each of them."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    automation = _found(pk)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    if not reason:
        messages.error(request, gettext("Say why: it is kept with each of them."))
    else:
        runs = Run.objects.filter(automation=automation)
        count = interventions.end_all(runs, by=cast("User", request.user), reason=reason, now=timezone.now())
        said = gettext("%(count)d ended. Messages that were written already are not sent.") % {"count": count}
        messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:campaigns_automation_change", args=[automation.pk]))


def _save(model_admin: Any, request: HttpRequest, head: HeadForm, kept: list[Step]) -> HttpResponse:
    is_new = head.instance.pk is None
    was_on = Automation.objects.filter(pk=head.instance.pk, is_on=True).exists()
    with transaction.atomic():
        automation: Automation = head.save(commit=False)
        automation.steps = kept
        automation.save()
        version = running.put_to_work(automation, cast("User", request.user))
        if automation.is_on:
            interventions.let_go_on(automation)
        if automation.is_on and not was_on and automation.trigger == Trigger.BACK_IN_STOCK:
            in_vain.wait_on_unheard(timezone.now())
        change = [{"added": {}}] if is_new else [{"changed": {"fields": head.changed_data or ["steps"]}}]
        (model_admin.log_addition if is_new else model_admin.log_change)(request, automation, change)
    text = gettext("“%(name)s” is saved; version %(number)d works from now on.")
    if not automation.is_on:
        text = gettext("“%(name)s” is saved as version %(number)d. It is switched off.")
    messages.success(request, text % {"name": automation.name, "number": version.number})
    return HttpResponseRedirect(reverse("admin:campaigns_automation_change", args=[automation.pk]))


def _found(pk: str | None) -> Automation:
    if pk is None:
        return Automation()
    found = Automation.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 10 else None
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What was typed, while only the rows change."""
    if request.method != "POST":
        return {}
    return {name: request.POST.get(name, "") for name in HeadForm.Meta.fields}


def _typed(sent: QueryDict) -> list[Row]:
    found: dict[int, dict[str, str]] = {}
    for name in sent:
        if parts := _NAME.match(name):
            found.setdefault(int(parts[1]), {})[parts[2]] = str(sent[name]).replace("\0", "")
    return [Row(fields) for _number, fields in sorted(found.items())][: steps.MOST_STEPS + 1]


def _as_text(step: Step) -> dict[str, str]:
    return {name: str(value) for name, value in step.items()}


def _do(rows: list[Row], action: str) -> None:
    """One press of a button: "add", "remove:1", "up:1" or "down:1"."""
    verb, _colon, number = action.partition(":")
    at = int(number) if number.isdecimal() and len(number) < 4 else -1
    if verb == "add":
        rows.append(Row({"do": steps.WAIT, "amount": "1", "unit": "days"}))
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif verb in ("up", "down") and 0 <= (to := at + (1 if verb == "down" else -1)) < len(rows) and 0 <= at < len(rows):
        rows[at], rows[to] = rows[to], rows[at]


def _numbers(automation: Automation) -> dict[str, Any]:
    now = timezone.now()
    counts = dict(Run.objects.filter(automation=automation).values_list("state").annotate(Count("pk")))
    working = automation.working
    return {
        "states": [(state.label, counts.get(state.value, 0)) for state in Run.State],
        "results": results.of_automation(automation, now),
        "working": working,
        "working_steps": [steps.in_words(step) for step in working.steps] if working else [],
        "latest": Run.objects.filter(automation=automation)
        .select_related("customer", "version")
        .order_by("-entered_at")[:LATEST],
        "is_by_day": triggers.BEGINNINGS[automation.trigger].due is not None,
    }
