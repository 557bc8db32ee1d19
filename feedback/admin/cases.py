"""The inbox: everything that waits for an answer of the shop, in one list."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display

from feedback import case_page, cases
from feedback.models import Case
from feedback.models.cases import CaseQuerySet
from shop.desk import finding

COLOURS = {"open": "warning", "late": "danger", "answered": "info", "aside": "primary", "closed": "success"}


class DeskFilter(admin.SimpleListFilter):
    """What to see: at first what is on the desk, not what is closed or put aside."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("mine")),
            ("waiting", _("to answer")),
            ("late", _("late")),
            ("aside", _("put aside")),
            ("closed", _("closed")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": gettext("on the desk")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        now, rows = timezone.now(), cast("CaseQuerySet", queryset)
        chosen: dict[str | None, Callable[[], QuerySet[Case]]] = {
            "mine": lambda: rows.on_the_desk(now).filter(owner=request.user),  # type: ignore[misc]
            "waiting": lambda: rows.waiting_for_us(now),
            "late": lambda: rows.overdue(now),
            "aside": lambda: rows.filter(snoozed_until__gt=now),
            "closed": lambda: rows.filter(state=Case.State.CLOSED),
            "all": lambda: rows,
        }
        return chosen.get(self.value(), lambda: rows.on_the_desk(now))()


@admin.register(Case)
class CaseAdmin(ModelAdmin):
    list_display = ["show_who", "show_what", "source", "show_state", "show_due", "show_owner", "show_opened"]
    list_filter = [DeskFilter, "source"]
    list_select_related = ["customer", "owner"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["reference"]
    search_help_text = _("Reference, e-mail address, name, order number, or words")
    ordering = ["-state", "due_at", "pk"]  # to answer before answered

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # cases come from customers

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return False  # they are closed, and forgotten with their customer

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Case], search_term: str) -> Any:
        for word in search_term.split():
            exact = Q(reference__istartswith=word) | Q(email__iexact=word) | Q(order_number__iexact=word)
            said = finding.anywhere(word, ("name", "subject", "email"))
            texts = Case.objects.filter(entries__text__icontains=word).values("pk")
            queryset = queryset.filter(exact | said | Q(pk__in=texts))
        return queryset, False

    @display(description=_("customer"), header=True)
    def show_who(self, case: Case) -> list[str]:
        return [case.name or case.email or str(case.customer or "–"), case.email if case.name else ""]

    @display(description=_("about"), header=True)
    def show_what(self, case: Case) -> list[str]:
        return [Truncator(case.subject).chars(44), " · ".join(filter(None, [case.reference, case.order_number]))]

    @display(description=_("state"), label=COLOURS, ordering="state")
    def show_state(self, case: Case) -> tuple[str, str]:
        now = timezone.now()
        if case.is_closed:
            return "closed", case.get_outcome_display()
        if case.snoozed_until and case.snoozed_until > now:
            return "aside", gettext("put aside")
        if case.state == Case.State.OPEN and case.due_at < now:
            return "late", gettext("late")
        return case.state, case.get_state_display()

    @display(description=_("answer by"), ordering="due_at")
    def show_due(self, case: Case) -> str:
        if case.state != Case.State.OPEN:
            return "–"
        now = timezone.now()
        if case.due_at < now:
            return gettext("%(time)s ago") % {"time": timesince(case.due_at, now, depth=1)}
        return gettext("in %(time)s") % {"time": timeuntil(case.due_at, now, depth=1)}

    @display(description=_("owner"))
    def show_owner(self, case: Case) -> str:
        return cases.name_of(case.owner) if case.owner else "–"

    @display(description=_("opened"), ordering="opened_at")
    def show_opened(self, case: Case) -> str:
        return formats.date_format(timezone.localtime(case.opened_at), "SHORT_DATE_FORMAT")

    # The page

    def get_urls(self) -> list[Any]:
        act = path("<int:pk>/do/<slug:name>/", self.admin_site.admin_view(self.act), name="feedback_case_act")
        file = path("<int:pk>/file/<int:file>/", self.admin_site.admin_view(require_safe(self.file)), name="feedback_case_file")
        return [act, file, *super().get_urls()]

    def file(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        return case_page.file(self, request, pk, file)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return case_page.show(self, request, object_id)

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return case_page.act(self, request, pk, name)
