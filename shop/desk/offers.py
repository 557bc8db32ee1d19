"""Offers and voucher codes in the admin: one form for what is taken off, where, when, for whom."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop import languages, money
from shop.desk import promotion, promotion_changes, promotion_confirm, promotion_page, promotion_states
from shop.desk.promotion_form import PromotionForm
from shop.forks.offer.models import ConditionalOffer
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import showing
from shop.pricing import personal


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(promotion_states.NAMES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[ConditionalOffer]) -> QuerySet[ConditionalOffer]:
        now = timezone.now()
        if self.value() not in promotion_states.NAMES:
            return queryset
        return queryset.filter(pk__in=[one.pk for one in queryset if promotion_states.of(one, now) == self.value()])


@admin.register(ConditionalOffer)
class OfferAdmin(ModelAdmin):
    form = PromotionForm
    change_form_template = "admin/offer/conditionaloffer/change_form.html"
    list_display = ["name", "show_what", "show_code", "show_period", "show_uses", "show_state"]
    list_filter = [StateFilter, "offer_type"]
    search_fields = ["name", "vouchers__code"]
    search_help_text = _("Name or code")
    ordering = ["-pk"]
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConditionalOffer]:
        # Behind one offer of personal vouchers stand the codes of thousands: they come and go with what gives them.
        own = super().get_queryset(request).exclude(slug__startswith=personal.PREFIX)
        rows = own.select_related("benefit", "condition__range")
        return rows.prefetch_related("vouchers", "condition__range__included_categories")  # type: ignore[no-any-return]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with `for_whom` on each row where that is not everybody."""
        found = super().get_changelist_instance(request)
        rows = [offer for offer in found.result_list if offer.audience != ConditionalOffer.Audience.EVERYBODY]
        names = promotion_confirm.who_of(rows)
        for offer in found.result_list:
            offer.for_whom = names.get(offer.pk, "")
        return found

    def get_fieldsets(self, request: HttpRequest, obj: ConditionalOffer | None = None) -> list[Any]:
        texts = languages.tabs("name", "description", "badge", "banner")
        when = ["start_datetime", "end_datetime", ("weekdays", "from_time", "until_time"), "has_countdown"]
        limits = [("max_discount", "max_global_applications", "max_user_applications")]
        others = [("combines", "partners", "turn")]
        if obj is not None and promotion.read(obj) is None:
            note = _("This offer follows rules of its own. Its texts, dates and limits can be changed here.")
            who = ("state", "audience")
            return [
                *texts,
                (None, {"fields": [who, *when], "description": note}),
                (_("At most"), {"fields": limits}),
                (_("With what it combines"), {"fields": others}),
            ]
        goods = [("categories", "products"), ("without_categories", "without_products"), "skips_reduced"]
        return [
            *texts,
            (None, {"fields": [("state", "audience"), ("kind", "value"), ("buy", "get", "per_order"), "gifts"]}),
            (_("On what"), {"fields": [*goods, ("minimum", "minimum_count")]}),
            (_("When"), {"fields": when}),
            (_("With a code"), {"fields": ["code", ("usage", "max_uses")]}),
            (_("At most"), {"fields": limits}),
            (_("With what it combines"), {"fields": others}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: ConditionalOffer | None = None) -> bool:
        """One that orders have used stays in the books, even if they were given up since: it is switched off."""
        used = obj is not None and (obj.num_orders or VoucherApplication.objects.filter(voucher__offers=obj).exists())
        return bool(super().has_delete_permission(request, obj) and not used)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def delete_model(self, request: HttpRequest, obj: ConditionalOffer) -> None:
        obj.vouchers.all().delete()
        super().delete_model(request, obj)

    def save_model(self, request: HttpRequest, obj: ConditionalOffer, form: Any, change: bool) -> None:
        form.fill_in(obj)
        if "kind" in form.cleaned_data:
            promotion.write(obj, form.promotion(), form.combining())
        else:
            obj.save()
            obj.combinations.set(form.combining())

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Who changed what from what to what: the history reads like a diary."""
        said = promotion_changes.of(form)
        if add or not said:
            return super().construct_change_message(request, form, formsets, add)
        return [{"changed": {"fields": said}}]

    # The page

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/do/<slug:name>/", wrap(self.act), name="offer_conditionaloffer_act"),
            path("<int:pk>/try/", wrap(self.try_out), name="offer_conditionaloffer_try"),
            path("try/", wrap(self.try_out), name="offer_conditionaloffer_try_new"),
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        asks = promotion_confirm.asked(self, request, object_id)
        return asks or super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        offer = kwargs.get("obj")
        pages = "admin:offer_conditionaloffer_"
        context["try_url"] = reverse(f"{pages}try", args=[offer.pk]) if offer else reverse(f"{pages}try_new")
        if offer is not None:
            context |= promotion_page.around(offer, timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[no-any-return]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return promotion_page.act(self, request, pk, name)

    def try_out(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return promotion_page.try_out(self, request, pk)

    @display(description=_("gives"))
    def show_what(self, offer: ConditionalOffer) -> str:
        kind = promotion.kind_of(offer.benefit)
        if kind is None:
            return gettext("rules of its own")
        what = promotion_page.in_words(offer)
        goods = offer.condition.range
        where = ", ".join(one.name for one in goods.included_categories.all()) if goods else ""
        return " · ".join(filter(None, [what, where, offer.for_whom]))

    @display(description=_("code"))
    def show_code(self, offer: ConditionalOffer) -> str:
        voucher = promotion.voucher_of(offer)
        return format_html("<code>{}</code>", voucher.code) if voucher else gettext("automatic")

    @display(description=_("when"))
    def show_period(self, offer: ConditionalOffer) -> str:
        return _period(offer)

    @display(description=_("used"))
    def show_uses(self, offer: ConditionalOffer) -> str:
        return _uses(offer)

    @display(description=_("state"), label=promotion_states.COLOURS)
    def show_state(self, offer: ConditionalOffer) -> tuple[str, Any]:
        state = promotion_states.of(offer, timezone.now())
        return state, promotion_states.NAMES[state]


def _period(of: ConditionalOffer | Voucher) -> str:
    ends = (of.start_datetime, of.end_datetime)
    words = [formats.date_format(timezone.localtime(one), "SHORT_DATE_FORMAT") if one else "…" for one in ends]
    whole = [one.replace(" ", showing.NO_BREAK) for one in words]
    return f"{whole[0]}{showing.NO_BREAK}– {whole[1]}" if any(ends) else gettext("always")


def _uses(of: ConditionalOffer | Voucher) -> str:
    # In one line: what belongs together is not torn apart where columns are narrow.
    used = f"{of.num_orders} × · {money.shown(of.total_discount)}"
    return used.replace(" ", showing.NO_BREAK) if of.num_orders else "–"


@admin.register(Voucher)
class VoucherAdmin(ModelAdmin):
    """All codes, to look up: those of offers, written with them, and those that belong to one person."""

    list_display = ["show_code", "name", "owner", "show_period", "show_uses"]
    list_select_related = ["owner"]
    search_fields = ["code", "name", "owner__email"]
    show_full_result_count = False
    fields = ["code", "name", "owner", "usage", "max_uses", "show_period", "show_uses"]

    @display(description=_("code"), ordering="code")
    def show_code(self, voucher: Voucher) -> str:
        return format_html("<code>{}</code>", voucher.code)

    @display(description=_("when"), ordering="end_datetime")
    def show_period(self, voucher: Voucher) -> str:
        return _period(voucher)

    @display(description=_("used"), ordering="num_orders")
    def show_uses(self, voucher: Voucher) -> str:
        return _uses(voucher)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        return False
