"""The page of a segment: its rules as a form, how many people they mean now, ten of them, and why somebody is in or out."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from unfold import widgets

from campaigns import segment_draft, segments
from campaigns.models import Segment
from campaigns.segment_draft import Draft
from campaigns.segments import CannotRead, reasons
from campaigns.segments import rules as written
from shop.customers.models import Customer, User, normalised

SAMPLE = 10
PATIENCE = "5s"  # a count that takes longer is given up: the page must answer
ROOM = "64MB"  # memory for the joins of one count
KEPT = 600  # seconds for which the list shows a number


class HeadForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a segment is called."""

    class Meta:
        model = Segment
        fields = ["name", "description"]
        widgets = {"name": widgets.UnfoldAdminTextInputWidget(), "description": widgets.UnfoldAdminTextInputWidget()}


@dataclass
class People:
    """Who is meant. `problem` says why nobody knows."""

    count: int | None = None
    sample: list[Customer] = field(default_factory=list)
    share: str = ""
    problem: str = ""


def show(model_admin: Any, request: HttpRequest, pk: str | None) -> HttpResponse:
    """The page. Each button but "save" changes the form only, so that all of it works without scripts."""
    may_change = model_admin.has_add_permission(request) if pk is None else model_admin.has_change_permission(request)
    if not may_change and (pk is None or request.method == "POST" or not model_admin.has_view_permission(request)):
        raise PermissionDenied
    segment = _found(pk)
    draft = _draft(request, segment)
    is_well = draft.check()
    head = HeadForm(request.POST if request.method == "POST" else None, instance=segment, initial=_called(segment, draft))
    if request.method == "POST" and request.POST.get("do") == "save" and head.is_valid() and is_well:
        return _save(model_admin, request, segment, draft)
    if request.method == "POST" and request.POST.get("do") != "save":
        head = HeadForm(initial={name: request.POST.get(name, "") for name in HeadForm.Meta.fields}, instance=segment)
    context = {
        **model_admin.admin_site.each_context(request),
        **_builder(draft),
        "opts": model_admin.opts,
        "original": segment if segment.pk else None,
        "title": segment.name or gettext("New segment"),
        "head": head,
        "may_change": may_change,
        "may_delete": segment.pk and model_admin.has_delete_permission(request, segment),
        "draft_url": reverse("admin:campaigns_segment_draft"),
        "who": request.GET.get("who", ""),
        **_why(request, segment),
    }
    return TemplateResponse(request, "campaigns/segment.html", context)


def draft(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The rules and the count alone, after each change of the form; nothing is kept."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    changed = _draft(request, Segment())
    changed.check()
    return TemplateResponse(request, "campaigns/_builder.html", _builder(changed) | {"may_change": True})


def meant_by(rules: Any) -> People:
    """How many people the rules mean, and some of them, within `PATIENCE`."""
    try:
        count = counted(rules)
        with _patient():
            sample = list(segments.customers(rules).order_by("-pk")[:SAMPLE])
            everybody = Customer.objects.known().count()
    except CannotRead as error:
        return People(problem=" ".join(error.problems))
    except OperationalError:
        return People(problem=gettext("Counting takes too long. Ask for less, or for fewer days."))
    return People(count, sample, f"{100 * count / everybody:.1f}" if everybody else "0")


def counted(rules: Any) -> int:
    """How many people the rules mean. Raises `CannotRead`, or `OperationalError` after `PATIENCE`."""
    found = segments.customers(rules)
    with _patient():
        return found.count()


@contextmanager
def _patient() -> Iterator[None]:
    """Queries with room for the joins of a segment, and an end to waiting for them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Compiling a query would take longer than running it.
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('work_mem', %s, true),"
            " set_config('jit', 'off', true)",
            [PATIENCE, ROOM],
        )
        yield
        cursor.execute("SET LOCAL statement_timeout = DEFAULT; SET LOCAL work_mem = DEFAULT; SET LOCAL jit = DEFAULT")


def count_some(seconds: float) -> None:
    """Count segments of whom nobody knows the size, for at most so long: the list fills up as one looks at it."""
    until = time.monotonic() + seconds
    for segment in Segment.objects.all():
        if time.monotonic() < until and known_size(segment) is None:
            _size(segment)


def known_size(segment: Segment) -> int | None:
    """How many people it meant when somebody last looked, not longer than ten minutes ago."""
    return cast("int | None", cache.get(_size_key(segment)))


def _size(segment: Segment) -> None:
    count = meant_by(segment.rules).count
    if count is not None:
        cache.set(_size_key(segment), count, KEPT)


def _size_key(segment: Segment) -> str:
    return f"segment-size-{segment.pk}-{segment.changed_at:%s}"


def _called(segment: Segment, draft: Draft) -> dict[str, str]:
    """A new segment that an address asks for is called what it means, until somebody knows better."""
    words = [row.words for group in draft.groups for row in group.rows if row.words]
    return {"name": "; ".join(words)[:120]} if segment.pk is None and words else {}


def _found(pk: str | None) -> Segment:
    if pk is None:
        return Segment()
    found = Segment.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 10 else None
    if found is None:
        raise Http404
    return found


def _draft(request: HttpRequest, segment: Segment) -> Draft:
    if request.method == "POST":
        sent = segment_draft.typed(request.POST)
        sent.do(request.POST.get("do", ""))
    elif segment.pk is None:
        sent = segment_draft.asked_for(request.GET)
    else:
        sent = segment_draft.of(segment.rules)
    return sent.with_a_row()


def _builder(draft: Draft) -> dict[str, Any]:
    is_well = not any(row.problems for group in draft.groups for row in group.rows)
    return {
        "draft": draft,
        "matches": written.MATCHES.items(),
        "what_choices": segment_draft.what_choices(),
        "people": meant_by(draft.as_json())
        if is_well
        else People(problem=gettext("Fill in what is marked to see the number.")),
    }


def _save(model_admin: Any, request: HttpRequest, segment: Segment, draft: Draft) -> HttpResponse:
    is_new = segment.pk is None
    segment.rules = written.read(draft.as_json()).as_json()
    segment.changed_by = cast("User", request.user)
    segment.save()
    change = [{"added": {}}] if is_new else [{"changed": {"fields": ["rules"]}}]
    (model_admin.log_addition if is_new else model_admin.log_change)(request, segment, change)
    _size(segment)
    messages.success(request, gettext("“%(name)s” is saved.") % {"name": segment.name})
    return HttpResponseRedirect(reverse("admin:campaigns_segment_change", args=[segment.pk]))


def _why(request: HttpRequest, segment: Segment) -> dict[str, Any]:
    """Why the person whose address was typed is in the segment as it is kept, or not."""
    who = normalised(request.GET.get("who", ""))
    if segment.pk is None or not who:
        return {}
    if not request.user.has_perm("customers.view_customer"):  # type: ignore[union-attr]
        raise PermissionDenied
    person = Customer.objects.known().filter(email=who).first()
    if person is None:
        return {"why_problem": gettext("Nobody has this address.")}
    try:
        return {"why": reasons.why(segment.rules, person), "person": person}
    except CannotRead as error:
        return {"why_problem": " ".join(error.problems)}
