"""The form that one promotion is."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import Case, Value, When
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from shop import languages
from shop.desk import promotion, promotion_states, tree
from shop.desk.promotion import Promotion
from shop.desk.promotion_goods import Goods
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer, Range
from shop.forks.voucher.models import Voucher
from shop.pricing import groups, personal

# Oscar's words for them say what they are in the code.
LABELS: dict[str, tuple[Any, Any]] = {
    "start_datetime": (_("from"), _("On the shop's clock. Empty: from now on.")),
    "end_datetime": (_("until"), _("Empty: without end.")),
    "max_global_applications": (_("times in all"), _("All customers together. Empty: no limit.")),
    "max_user_applications": (_("times for each customer"), _("Guests are counted by their address. Empty: no limit.")),
    "max_discount": (_("budget"), _("All orders together never get more than this; the last one gets what is left.")),
}
TEXTS = {
    "name": (_("what it is called"), _("Shoppers read it in the basket and on their receipt.")),
    "description": (_("what it is about"), _("A sentence or two for the list on the first page. Empty: not in that list.")),
}
ALONE, ANY, CHOSEN = "alone", "any", "chosen"
FIRST, IN_TURN, LAST = 10, 0, -10
TURNS = {FIRST: _("goes first"), IN_TURN: _("in turn"), LAST: _("goes last")}
RULES = (
    "kind", "value", "buy", "get", "gifts", "per_order", "categories", "products", "without_categories", "without_products",
    "minimum", "minimum_count", "code", "usage", "max_uses",
)  # fmt: skip

# Which fields matter only for some choices of another: static/js/desk.js hides them for the others.
PLAIN = "kind=percent,amount,free_delivery,gift"
ONLY_IF = {
    "value": "kind=percent,amount,bundle", "buy": "kind=bundle", "get": "kind=bundle", "per_order": "kind=bundle",
    "gifts": "kind=gift", "minimum": PLAIN, "minimum_count": PLAIN, "partners": "combines=chosen",
    "usage": "code", "max_uses": "code",
}  # fmt: skip


def _number(label: Any, help_text: Any = "", most: int = 2**31 - 1) -> forms.IntegerField:
    widget = widgets.UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, widget=widget, help_text=help_text)


def _amount(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=10, decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(), help_text=help_text,
    )  # fmt: skip


def _products(label: Any, help_text: Any, *, to_give: bool = False) -> Any:
    """Looked up while typing: a catalogue is too long for a list."""
    widget = AutocompleteSelectMultiple(Range._meta.get_field("included_products"), admin.site)  # type: ignore[arg-type]
    goods = Product.objects.exclude(structure=Product.PARENT) if to_give else Product.objects.all()
    return forms.ModelMultipleChoiceField(goods, label=label, required=False, widget=widget, help_text=help_text)


def _categories(label: Any, help_text: Any) -> forms.MultipleChoiceField:
    widget = widgets.UnfoldAdminSelect2MultipleWidget()
    return forms.MultipleChoiceField(label=label, required=False, widget=widget, help_text=help_text)


def _choice(label: Any, choices: Any, help_text: Any = "", initial: Any = None, coerce: Any = str) -> Any:
    return forms.TypedChoiceField(
        label=label, choices=choices, help_text=help_text, initial=initial, coerce=coerce, required=False, empty_value=initial,
        widget=widgets.UnfoldAdminSelectWidget(),
    )  # fmt: skip


class PromotionForm(languages.TextsForm):
    needed = ("name",)
    audience = forms.ChoiceField(
        label=_("who gets it"),
        initial=ConditionalOffer.Audience.EVERYBODY,
        widget=widgets.UnfoldAdminSelectWidget(),
        help_text=_("Tiers and segments: people who are logged in and whose address is confirmed. It is asked at each order."),
    )
    state = _choice(
        _("state"),
        [("draft", _("draft: only we see it")), ("on", _("on: live within its dates")), ("paused", _("paused"))],
        initial="draft",
    )
    kind = forms.ChoiceField(label=_("what it gives"), choices=promotion.KINDS, widget=widgets.UnfoldAdminSelectWidget())
    value = _amount(_("how much"), _("Per cent or an amount. For “buy some”: per cent off the cheaper ones, 100 is free."))
    buy = _number(_("buy"), _("So many at their price …"), 100)
    get = _number(_("get"), _("… and so many of the cheapest with them for less. 2 and 1 is three for the price of two."), 100)
    per_order = _number(_("times in an order"), _("For “buy some”. Empty: as often as it fits."), 1000)
    gifts = _products(
        _("gift"), _("For “a gift”. Of several the shopper chooses; what is out of stock is not offered."), to_give=True
    )
    categories = _categories(_("only in categories"), _("With all inside them. Empty: everything."))
    products = _products(_("only these products"), _("Together with what is in the categories."))
    without_categories = _categories(_("not in categories"), "")
    without_products = _products(_("not these products"), "")
    minimum = _amount(_("from a sum of"), _("Of the things it is for, before anything is taken off. Empty: any."))
    minimum_count = _number(_("or from so many things"), _("Of those it is for. Empty: one is enough."), 10_000)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("only on"), required=False, coerce=int, empty_value=[], choices=list(WEEKDAYS.items()),
        widget=widgets.UnfoldAdminSelect2MultipleWidget(), help_text=_("Empty: every day."),
    )  # fmt: skip
    code = forms.SlugField(
        label=_("code"),
        required=False,
        max_length=40,
        widget=widgets.UnfoldAdminTextInputWidget(),
        help_text=_("Typed in the basket. Empty: everybody gets it by itself."),
        error_messages={"invalid": _("Letters, digits and dashes only.")},
    )
    usage = _choice(
        _("the code is good"),
        [
            (Voucher.MULTI_USE, _("again and again")),
            (Voucher.ONCE_PER_CUSTOMER, _("once for each customer")),
            (Voucher.SINGLE_USE, _("once in all")),
        ],
        initial=Voucher.MULTI_USE,
    )
    max_uses = _number(_("orders in all with the code"))
    combines = _choice(
        _("together with others"),
        [(ALONE, _("no: alone on a thing")), (ANY, _("with any that allows it")), (CHOSEN, _("only with these"))],
        _("Free delivery and gifts go with everything: they take nothing off a price."),
        initial=ALONE,
    )
    partners: Any = forms.ModelMultipleChoiceField(
        ConditionalOffer.objects.none(),
        label=_("these"),
        required=False,
        widget=widgets.UnfoldAdminSelect2MultipleWidget(),
        help_text=_("Only those that combine at all are in the list."),
    )
    turn = _choice(
        _("when it is used"),
        list(TURNS.items()),
        _("Who goes first is used first. Among equals the customer gets the best of them."),
        initial=IN_TURN,
        coerce=int,
    )

    class Meta:
        model = ConditionalOffer
        fields = [
            "audience", "start_datetime", "end_datetime", "weekdays", "from_time", "until_time", "skips_reduced",
            "max_discount", "max_global_applications", "max_user_applications", "has_countdown",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in LABELS.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text
        offer = self.instance
        self.known = promotion.read(offer) if offer.pk else Promotion()
        if self.known is None:
            for name in RULES:
                self.fields.pop(name, None)
        elif "categories" in self.fields:
            for name in ("categories", "without_categories"):
                cast(forms.MultipleChoiceField, self.fields[name]).choices = tree.choices()
        if self.known and self.known.gift_ids:
            # The first is given to who does not choose: they stand in the merchant's order.
            places = [When(pk=pk, then=Value(at)) for at, pk in enumerate(self.known.gift_ids)]
            in_order = Product.objects.exclude(structure=Product.PARENT).order_by(Case(*places, default=Value(999)), "pk")
            self.fields["gifts"].queryset = in_order  # type: ignore[attr-defined]
        for name in ONLY_IF.keys() & self.fields.keys():
            self.fields[name].widget.attrs["data-only-if"] = ONLY_IF[name]
        for text, (label, help_text) in TEXTS.items():
            for name in languages.fields_of(text):
                self.fields[name].label, self.fields[name].help_text = label, help_text
        self._fill_in_order(offer)
        cast(forms.ChoiceField, self.fields["audience"]).choices = _audiences(offer)
        if offer.pk and not offer.is_draft:
            cast(forms.ChoiceField, self.fields["state"]).choices = list(self.fields["state"].choices)[1:]  # type: ignore[attr-defined]
        if offer.pk:
            state = "draft" if offer.is_draft else "paused" if offer.is_suspended else "on"
            shown = _shown(self.known) if self.known else {}
            self.initial = {"state": state, **shown, **self.initial}

    def _fill_in_order(self, offer: ConditionalOffer) -> None:
        """With what it combines, and when it is used."""
        others = ConditionalOffer.objects.filter(exclusive=False).exclude(slug__startswith=personal.PREFIX).exclude(pk=offer.pk)
        self.fields["partners"].queryset = others  # type: ignore[attr-defined]
        if not offer.pk:
            return
        partners = list(offer.combinations.values_list("pk", flat=True))
        self.initial.setdefault("combines", ALONE if offer.exclusive else CHOSEN if partners else ANY)
        self.initial.setdefault("partners", partners)
        self.initial.setdefault("turn", offer.priority)
        if offer.priority not in TURNS:
            named = (offer.priority, gettext("as it was set: %(number)d") % {"number": offer.priority})
            cast(forms.ChoiceField, self.fields["turn"]).choices = [*TURNS.items(), named]

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
        for name, complaint in [*_complaints(cleaned), *_below_used(cleaned, self.instance)]:
            if name in self.fields and name not in self.errors:
                self.add_error(name, complaint)
        return cleaned

    def promotion(self) -> Promotion:
        """What the form says."""
        typed = self.cleaned_data
        return Promotion(
            kind=typed["kind"],
            value=typed["value"] or Decimal(100),
            buy=typed["buy"],
            get=typed["get"],
            per_order=typed["per_order"],
            gift_ids=self._chosen("gifts"),
            goods=Goods(
                category_ids=[int(pk) for pk in typed["categories"]],
                product_ids=self._chosen("products"),
                without_category_ids=[int(pk) for pk in typed["without_categories"]],
                without_product_ids=self._chosen("without_products"),
            ),
            minimum=typed["minimum"] or None,
            minimum_count=typed["minimum_count"],
            code=typed["code"],
            usage=typed["usage"] or Voucher.MULTI_USE,
            max_uses=typed["max_uses"],
        )

    def fill_in(self, offer: ConditionalOffer) -> None:
        """What is chosen on the form and kept in other words on the offer."""
        typed = self.cleaned_data
        promotion_states.switch(offer, to=typed["state"])
        offer.exclusive = typed["combines"] == ALONE
        offer.priority = typed["turn"]

    def combining(self) -> list[ConditionalOffer]:
        return list(self.cleaned_data["partners"]) if self.cleaned_data["combines"] == CHOSEN else []

    def _chosen(self, name: str) -> list[int]:
        """In the order in which they were chosen."""
        known = {one.pk for one in self.cleaned_data[name]}
        typed = self.data.getlist(self.add_prefix(name)) if hasattr(self.data, "getlist") else self.data.get(name, [])
        return [int(pk) for pk in dict.fromkeys(typed) if int(pk) in known]


def _audiences(offer: ConditionalOffer) -> list[Any]:
    """Everybody, people of a sort, groups that apps know; and what was chosen if it is gone."""
    found: list[Any] = [*ConditionalOffer.Audience.choices, *groups.choices()]
    if offer.group and not groups.name_of(offer.group):
        found.append((offer.group, gettext("a group that is gone: nobody")))
    return found


def _shown(known: Promotion) -> dict[str, Any]:
    goods = known.goods
    return {
        **{name: value for name, value in vars(known).items() if name not in ("goods", "gift_ids")},
        "gifts": known.gift_ids,
        "categories": [str(pk) for pk in goods.category_ids],
        "products": goods.product_ids,
        "without_categories": [str(pk) for pk in goods.without_category_ids],
        "without_products": goods.without_product_ids,
    }


def _below_used(typed: dict[str, Any], offer: ConditionalOffer) -> list[tuple[str, str]]:
    """Limits below what orders have had already: the database would refuse them."""
    budget, uses = typed.get("max_discount"), typed.get("max_global_applications")
    found = []
    if budget is not None and budget < offer.total_discount:
        found.append(("max_discount", gettext("Orders have already been given more than this budget.")))
    if uses is not None and uses < offer.num_applications:
        found.append(("max_global_applications", gettext("Orders have already used it more often than this limit.")))
    return found


def _complaints(typed: dict[str, Any]) -> list[tuple[str, str]]:
    """What does not go together: field and message."""
    kind, value = typed.get("kind"), typed.get("value")
    found = []
    # Of a bundle nothing typed means free, nought is a slip.
    if (kind in (promotion.PERCENT, promotion.AMOUNT) and not value) or (kind == promotion.BUNDLE and value == 0):
        found.append(("value", gettext("How much is it?")))
    if kind in (promotion.PERCENT, promotion.BUNDLE) and value and value > 100:
        found.append(("value", gettext("At most 100 per cent.")))
    if kind == promotion.BUNDLE:
        found += [(name, gettext("How many?")) for name in ("buy", "get") if not typed.get(name)]
        if typed.get("minimum") or typed.get("minimum_count"):
            found.append(("minimum", gettext("“Buy some” says itself how many it takes: leave this empty.")))
    elif typed.get("minimum") and typed.get("minimum_count"):
        found.append(("minimum_count", gettext("A sum or a number of things, not both.")))
    if kind == promotion.GIFT and not typed.get("gifts"):
        found.append(("gifts", gettext("Which one?")))
    if typed.get("combines") == CHOSEN and not typed.get("partners"):
        found.append(("partners", gettext("Which ones?")))
    if typed.get("has_countdown") and not typed.get("end_datetime"):
        found.append(("has_countdown", gettext("There is no end to count down to.")))
    return found
