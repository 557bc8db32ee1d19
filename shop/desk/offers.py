"""Offers and voucher codes in the admin: one form for what is taken off, where, when, for whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop import languages, money
from shop.content.editor import Editor
from shop.desk import promotion, tree
from shop.desk.promotion import Promotion
from shop.forks.offer.models import ConditionalOffer
from shop.forks.voucher.models import Voucher
from shop.pricing import personal

# Oscar's words for them say what they are in the code.
LABELS: dict[str, tuple[Any, Any]] = {
    "start_datetime": (_("from"), _("Empty: from now on.")),
    "end_datetime": (_("until"), _("Empty: without end.")),
    "max_user_applications": (_("times for each customer"), _("Empty: no limit.")),
    "exclusive": (_("alone on a thing"), _("No other offer counts for what this one is used for.")),
    "priority": (_("priority"), _("Of several offers the one with the highest comes first.")),
}


RULES = ("kind", "value", "categories", "minimum", "code", "usage", "max_uses")


class OfferForm(languages.TextsForm):
    needed = ("name",)
    editors = {"description": Editor}
    kind = forms.ChoiceField(label=_("what it gives"), choices=promotion.KINDS, widget=widgets.UnfoldAdminSelectWidget())
    value = forms.DecimalField(
        label=_("how much"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(),
        help_text=_("Per cent or an amount. Not needed for free delivery."),
    )
    categories = forms.MultipleChoiceField(
        label=_("only in categories"),
        required=False,
        widget=widgets.UnfoldAdminSelect2MultipleWidget(),
        help_text=_("With all inside them. Empty: everything."),
    )
    minimum = forms.DecimalField(
        label=_("from a sum of"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(),
        help_text=_("Of the things it is for. Empty: any."),
    )
    code = forms.SlugField(
        label=_("code"),
        required=False,
        max_length=40,
        widget=widgets.UnfoldAdminTextInputWidget(),
        help_text=_("Typed in the basket. Empty: everybody gets it by itself."),
        error_messages={"invalid": _("Letters, digits and dashes only.")},
    )
    usage = forms.ChoiceField(
        label=_("the code is good"), required=False, widget=widgets.UnfoldAdminSelectWidget(),
        choices=[
            (Voucher.MULTI_USE, _("again and again")),
            (Voucher.ONCE_PER_CUSTOMER, _("once for each customer")),
            (Voucher.SINGLE_USE, _("once in all")),
        ],
    )  # fmt: skip
    max_uses = forms.IntegerField(
        label=_("orders in all with the code"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )
    is_on = forms.BooleanField(label=_("on"), required=False, initial=True, widget=widgets.UnfoldBooleanSwitchWidget())

    class Meta:
        model = ConditionalOffer
        fields = ["start_datetime", "end_datetime", "max_discount", "max_user_applications", "exclusive", "priority"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in LABELS.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text
        self.known = promotion.read(self.instance) if self.instance.pk else Promotion()
        self.initial.setdefault("is_on", self.instance.status != ConditionalOffer.SUSPENDED)
        if self.known is None:
            for name in RULES:
                self.fields.pop(name, None)
        elif "categories" in self.fields:
            self.fields["categories"].choices = tree.choices()  # type: ignore[attr-defined]
        if self.known and self.instance.pk:
            shown = {**vars(self.known), "categories": [str(pk) for pk in self.known.category_ids]}
            self.initial = {**shown, **self.initial}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        own = promotion.voucher_of(self.instance)
        if Voucher.objects.filter(code__iexact=code).exclude(pk=own.pk if own else None).exists() and code:
            raise forms.ValidationError(gettext("Another offer has this code."))
        if own and own.code != code and own.applications.exists():
            raise forms.ValidationError(gettext("Orders have used %(code)s: it stays as it is.") % {"code": own.code})
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        value, kind = cleaned.get("value"), cleaned.get("kind")
        if kind in (promotion.PERCENT, promotion.AMOUNT) and not value and "value" not in self.errors:
            self.add_error("value", gettext("How much is it?"))
        elif kind == promotion.PERCENT and value and value > 100:
            self.add_error("value", gettext("At most 100 per cent."))
        return cleaned

    def promotion(self) -> Promotion:
        """What the form says."""
        typed = self.cleaned_data
        return Promotion(
            kind=typed["kind"],
            value=typed["value"] or Decimal(0),
            category_ids=[int(pk) for pk in typed["categories"]],
            minimum=typed["minimum"] or None,
            code=typed["code"],
            usage=typed["usage"] or Voucher.MULTI_USE,
            max_uses=typed["max_uses"],
        )


@admin.register(ConditionalOffer)
class OfferAdmin(ModelAdmin):
    form = OfferForm
    list_display = ["name", "show_what", "show_code", "show_period", "show_uses", "show_state"]
    list_filter = ["status", "offer_type"]
    search_fields = ["name", "vouchers__code"]
    search_help_text = _("Name or code")
    ordering = ["-pk"]
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConditionalOffer]:
        # Behind one offer of personal vouchers stand the codes of thousands: they come and go with what gives them.
        own = super().get_queryset(request).exclude(slug__startswith=personal.PREFIX)
        rows = own.select_related("benefit", "condition__range")
        return rows.prefetch_related("vouchers", "condition__range__included_categories")  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: ConditionalOffer | None = None) -> list[Any]:
        dates = ["start_datetime", "end_datetime"]
        limits = ["max_discount", "max_user_applications", ("exclusive", "priority")]
        texts = languages.tabs("name", "description")
        if obj is not None and promotion.read(obj) is None:
            note = _("This offer follows rules of its own. Its texts, dates and limits can be changed here.")
            return [*texts, (None, {"fields": ["is_on", *dates], "description": note}), (_("Limits"), {"fields": limits})]
        return [
            *texts,
            (None, {"fields": ["is_on", ("kind", "value"), ("categories", "minimum"), *dates]}),
            (_("Code"), {"fields": ["code", ("usage", "max_uses")]}),
            (_("Limits"), {"fields": limits, "classes": ["collapse"]}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: ConditionalOffer | None = None) -> bool:
        """One that orders have used stays in the books: it is switched off."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.num_orders)  # type: ignore[no-any-return]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def delete_model(self, request: HttpRequest, obj: ConditionalOffer) -> None:
        obj.vouchers.all().delete()
        super().delete_model(request, obj)

    def save_model(self, request: HttpRequest, obj: ConditionalOffer, form: Any, change: bool) -> None:
        obj.status = ConditionalOffer.OPEN if form.cleaned_data["is_on"] else ConditionalOffer.SUSPENDED
        if "kind" in form.cleaned_data:
            promotion.write(obj, form.promotion())
        else:
            obj.save()

    @display(description=_("gives"))
    def show_what(self, offer: ConditionalOffer) -> str:
        kind = promotion.kind_of(offer.benefit)
        if kind is None:
            return gettext("rules of its own")
        value = offer.benefit.value
        what = {
            promotion.PERCENT: f"−{value.normalize():f} %" if value else "",
            promotion.AMOUNT: f"−{money.shown(value)}" if value else "",
            promotion.FREE_DELIVERY: gettext("free delivery"),
        }[kind]
        goods = offer.condition.range
        where = ", ".join(one.name for one in goods.included_categories.all()) if goods else ""
        return f"{what} · {where}" if where else what

    @display(description=_("code"))
    def show_code(self, offer: ConditionalOffer) -> str:
        voucher = promotion.voucher_of(offer)
        return format_html("<code>{}</code>", voucher.code) if voucher else gettext("automatic")

    @display(description=_("when"))
    def show_period(self, offer: ConditionalOffer) -> str:
        ends = [formats.date_format(timezone.localtime(one), "SHORT_DATE_FORMAT") if one else "…" for one in _ends(offer)]
        return " – ".join(ends) if any(_ends(offer)) else gettext("always")

    @display(description=_("used"))
    def show_uses(self, offer: ConditionalOffer) -> str:
        return f"{offer.num_orders} × · {money.shown(offer.total_discount)}" if offer.num_orders else "–"

    @display(description=_("state"), label={"on": "success", "off": "danger", "later": "info", "over": "warning"})
    def show_state(self, offer: ConditionalOffer) -> tuple[str, str]:
        start, end = _ends(offer)
        now = timezone.now()
        if offer.is_suspended:
            return "off", gettext("off")
        if start and start > now:
            return "later", gettext("not yet")
        if (end and end < now) or offer.status == ConditionalOffer.CONSUMED:
            return "over", gettext("over")
        return "on", gettext("on")


def _ends(offer: ConditionalOffer) -> tuple[Any, Any]:
    return offer.start_datetime, offer.end_datetime


@admin.register(Voucher)
class VoucherAdmin(ModelAdmin):
    """All codes, to look up: those of offers, written with them, and those that belong to one person."""

    list_display = ["code", "name", "owner", "usage", "num_orders", "show_given", "start_datetime", "end_datetime"]
    list_select_related = ["owner"]
    search_fields = ["code", "name", "owner__email"]
    show_full_result_count = False
    fields = ["code", "name", "owner", "usage", "max_uses", "num_orders", "total_discount", "start_datetime", "end_datetime"]

    @display(description=_("given so far"), ordering="total_discount")
    def show_given(self, voucher: Voucher) -> str:
        return money.shown(voucher.total_discount)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        return False
