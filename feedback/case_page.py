"""One case on one page: what was said, who the customer is, what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback import cases, files
from feedback.case_forms import CloseForm, NoteForm, OwnerForm, ReplyForm, SnoozeForm
from feedback.models import Case, Enclosure
from shop.customers.models import User
from shop.desk import goodwill
from shop.desk.goodwill_page import GoodwillForm
from shop.events.catalog import GoodwillGiven
from shop.orders import statuses

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LATEST = 5  # orders, and earlier cases, beside the case


@dataclass(frozen=True)
class Action:
    """Something staff can do: its form, and what happens with what was typed."""

    label: "StrOrPromise"
    form: Callable[..., Any]
    does: Callable[[Case, Any, User], None]
    said: "StrOrPromise" = ""


def show(model_admin: Any, request: HttpRequest, pk: Any, bound: dict[str, Any] | None = None) -> HttpResponse:
    """The page; `bound` holds a form that was sent and could not be accepted, by the name of its action."""
    case = _found(model_admin, request, pk)
    may_act = model_admin.has_change_permission(request)
    staff = cast("User", request.user)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": case.subject,
        "case": case,
        "original": case,
        "entries": case.entries.select_related("by", "message").prefetch_related(files.named()).order_by("-created_at", "-pk"),
        "forms": {name: (bound or {}).get(name) or _form(name, case, staff) for name in _possible(case, staff)}
        if may_act
        else {},
        "labels": {name: action.label for name, action in ACTIONS.items()},
        "is_late": not case.is_closed and case.state == Case.State.OPEN and case.due_at < timezone.now(),
        "now": timezone.now(),
        **_beside(case),
    }
    return TemplateResponse(request, "feedback/desk/case.html", context)


def file(model_admin: Any, request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file that came with the case."""
    case = _found(model_admin, request, pk)
    found = Enclosure.objects.filter(entry__case=case, pk=file).first() if file < files.MOST else None
    if found is None:
        raise Http404
    return files.answer(found)


def act(model_admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do something with a case; what cannot be accepted stands on the page again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    case, staff = _found(model_admin, request, pk), cast("User", request.user)
    if name not in ACTIONS:
        raise Http404
    if name not in _possible(case, staff):
        messages.error(request, gettext("This is not possible any more: the case has changed."))
        return HttpResponseRedirect(_address(case))
    form = _form(name, case, staff, request.POST)
    if form is not None and not form.is_valid():
        return show(model_admin, request, pk, {name: form})
    try:
        ACTIONS[name].does(case, form, staff)
    except (cases.IsClosed, goodwill.Refused) as error:
        messages.error(request, str(error))
    else:
        if ACTIONS[name].said:
            messages.success(request, str(ACTIONS[name].said))
    return HttpResponseRedirect(_address(case))


def _possible(case: Case, staff: User) -> list[str]:
    if case.is_closed:
        return ["reopen", "note"]
    possible = ["reply", "note", "owner", "snooze", "close"] if case.email else ["note", "owner", "snooze", "close"]
    known = case.customer is not None and not case.customer.erased_at
    return [*possible, "give"] if known and goodwill.open_to(staff) else possible


def _form(name: str, case: Case, staff: User, data: Any = None) -> Any:
    if name == "give":
        return GoodwillForm(data, customer=case.customer, staff=staff)  # type: ignore[arg-type]
    initial = {"owner": case.owner_id} if name == "owner" else {}
    return ACTIONS[name].form(data, prefix=name, initial=initial)


def _beside(case: Case) -> dict[str, Any]:
    """The person's orders and earlier cases, and what they said that opened this one."""
    orders = list(case.customer.orders.order_by("-date_placed")[:LATEST]) if case.customer else []
    for order in orders:
        order.status_name = statuses.NAMES.get(order.status, order.status)
    earlier = Case.objects.filter(customer=case.customer).exclude(pk=case.pk) if case.customer else Case.objects.none()
    return {
        "orders": orders,
        "earlier": earlier.order_by("-opened_at")[:LATEST],
        "answers": case.response.answers.select_related("question") if case.response else [],
        "gifts": goodwill.given_to(case.customer)[:LATEST] if case.customer else [],
    }


def _found(model_admin: Any, request: HttpRequest, pk: Any) -> Case:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = Case.objects.select_related("customer", "owner", "order", "review__product", "response__invitation__survey")
    case = rows.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if case is None:
        raise Http404
    return case


def _address(case: Case) -> str:
    return reverse("admin:feedback_case_change", args=[case.pk])


def _reply(case: Case, form: ReplyForm, by: User) -> None:
    cases.reply(case, form.cleaned_data["text"], by=by, now=timezone.now())


def _note(case: Case, form: NoteForm, by: User) -> None:
    cases.note(case, form.cleaned_data["text"], by=by, now=timezone.now())


def _assign(case: Case, form: OwnerForm, by: User) -> None:
    cases.assign(case, form.cleaned_data["owner"], by=by, now=timezone.now())


def _snooze(case: Case, form: SnoozeForm, by: User) -> None:
    cases.snooze(case, form.until(), by=by, now=timezone.now())


def _close(case: Case, form: CloseForm, by: User) -> None:
    cases.close(case, form.cleaned_data["outcome"], by=by, now=timezone.now())


def _reopen(case: Case, form: None, by: User) -> None:
    cases.reopen(case, by=by, now=timezone.now())


@transaction.atomic
def _give(case: Case, form: GoodwillForm, by: User) -> None:
    case = Case.objects.select_for_update(of=("self",)).select_related("customer").get(pk=case.pk)  # one click of two waits
    assert case.customer is not None
    typed = form.cleaned_data
    kind = form.kinds[typed["what"]]
    cause = str(typed["cause"])
    if case.customer.events.filter(kind=GoodwillGiven.kind, data__cause=cause).exists():
        return
    goodwill.hand_out(
        typed["what"], case.customer, typed["amount"], by=by, reason=f"{case.reference}: {typed['reason']}"[:500], cause=cause
    )
    given = " ".join(filter(None, [f"{typed['amount'].normalize():f}", str(kind.unit)]))
    cases.made_good(case, f"{kind.label}: {given}. {typed['reason']}", by=by, now=timezone.now())


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """For what asks for nothing."""


ACTIONS = {
    "reply": Action(_("Send the answer"), ReplyForm, _reply, _("The answer is on its way.")),
    "note": Action(_("Add the note"), NoteForm, _note),
    "owner": Action(_("Hand over"), OwnerForm, _assign),
    "snooze": Action(_("Put aside"), SnoozeForm, _snooze),
    "close": Action(_("Close"), CloseForm, _close, _("The case is closed.")),
    "reopen": Action(_("Open again"), _nothing, _reopen),
    "give": Action(_("Give"), GoodwillForm, _give, _("Given, and written down.")),
}
