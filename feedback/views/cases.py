"""A conversation as the customer sees it: by the link in an answer, or in the account."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback import cases, files, links
from feedback.forms import AskForm, WriteForm
from feedback.models import Case, Enclosure, Entry
from feedback.views import passing
from shop.customers import identity
from shop.customers.models import Customer
from shop.storefront import limits
from shop.storefront.account import account_page, orders_of

SHOWN = (Entry.Kind.FROM_CUSTOMER, Entry.Kind.TO_CUSTOMER)
LATEST = 50  # orders to choose from


@csrf_exempt  # the link is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@passing.by_link
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The conversation behind a mail, and room to write back."""
    case = links.case(token)
    with translation.override(case.language or get_language()):
        form = WriteForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and not _is_too_much(request, form, case):
            cases.customer_writes(case, form.cleaned_data["text"], timezone.now())
            messages.success(request, _("Thank you, we have your message."))
            return redirect("feedback:case", token=token)
        context = {"case": case, "entries": _said(case), "form": form, "token": token}
        return render(request, "feedback/case.html", context, status=422 if form.errors else 200)


@account_page
def conversations(request: HttpRequest, customer: Customer) -> HttpResponse:
    """All conversations of a proven person, and the form to begin another."""
    if identity.proven(request) is None:
        return render(request, "feedback/conversations.html", {"customer": customer, "is_proven": False})
    numbers = orders_of(request, customer).values_list("number", flat=True)[:LATEST]
    form = AskForm(numbers, request.POST or None, initial={"order": request.GET.get("order", "")})
    if request.method == "POST" and form.is_valid() and not _is_too_much(request, form):
        typed = form.cleaned_data
        order = orders_of(request, customer).filter(number=typed["order"]).first() if typed["order"] else None
        case = cases.from_account(
            customer,
            subject=typed["subject"],
            text=typed["text"],
            order=order,
            language=get_language() or "",
            now=timezone.now(),
        )
        messages.success(request, _("Thank you. We have your message and answer within two working days."))
        return redirect("conversations:detail", reference=case.reference)
    context = {"customer": customer, "is_proven": True, "cases": _own(customer), "form": form}
    return render(request, "feedback/conversations.html", context, status=422 if form.errors else 200)


@account_page
def conversation(request: HttpRequest, customer: Customer, reference: str) -> HttpResponse:
    """One's own conversation, and nobody else's."""
    own = _own(customer) if identity.proven(request) else Case.objects.none()
    case = get_object_or_404(own, reference=reference)
    form = WriteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not _is_too_much(request, form, case):
        cases.customer_writes(case, form.cleaned_data["text"], timezone.now())
        messages.success(request, _("Thank you, we have your message."))
        return redirect("conversations:detail", reference=case.reference)
    context = {"customer": customer, "case": case, "entries": _said(case), "form": form}
    return render(request, "feedback/conversation.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@passing.by_link
def file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A file that belongs to the conversation behind a mail."""
    return files.answer(_file_of(links.case(token), pk))


@account_page
def own_file(request: HttpRequest, customer: Customer, reference: str, pk: int) -> HttpResponse:
    """A file of one's own conversation."""
    own = _own(customer) if identity.proven(request) else Case.objects.none()
    return files.answer(_file_of(get_object_or_404(own, reference=reference), pk))


def _file_of(case: Case, pk: int) -> Enclosure:
    found = Enclosure.objects.filter(entry__case=case, entry__kind__in=SHOWN, pk=pk).first() if pk < files.MOST else None
    if found is None:
        raise Http404
    return found


def _own(customer: Customer) -> QuerySet[Case]:
    """Those with something in them that the customer may read: a case opened for a low score is silent until answered."""
    return Case.objects.filter(customer=customer, entries__kind__in=SHOWN).distinct().order_by("-opened_at", "-pk")


def _said(case: Case) -> QuerySet[Entry]:
    return case.entries.filter(kind__in=SHOWN).prefetch_related(files.named())


def _is_too_much(request: HttpRequest, form: WriteForm, case: Case | None = None) -> bool:
    """Ten messages an hour about one case, five new ones from one place."""
    who, tries = (case.reference, 10) if case else (limits.address_of(request), 5)
    if limits.is_spent("case" if case else "contact", who, tries=tries, seconds=3600):
        form.add_error(
            None, _("These were many messages in a short time. Please write again in an hour, or send us an e-mail.")
        )
        return True
    return False
