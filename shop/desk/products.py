"""Products in the admin: the list, and one form for all that a product is."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop import languages, money
from shop.desk import characteristics, finding, product_filters, product_form, selling, variants
from shop.desk.product_parts import PictureInline, RecommendationInline, thumbnail
from shop.forks.catalogue.models import Product, ProductClass, ProductImage
from shop.forks.partner.models import StockRecord


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    """Parents and products without variants; a variant is edited with its parent."""

    form = product_form.ProductForm
    list_display = ["show_title", "show_categories", "show_price", "show_stock", "show_available", "show_rating", "is_public"]
    list_filter = [
        product_filters.CategoryFilter,
        product_filters.StockFilter,
        product_filters.ReducedFilter,
        "is_public",
        "product_class",
    ]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title"]
    search_help_text = _("Title or SKU")
    ordering = ["-date_created", "-pk"]
    actions = ["show_in_shop", "hide_from_shop"]
    readonly_fields = ["reserved", "margin"]
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        first = ProductImage.objects.order_by("product_id", "display_order", "pk").distinct("product_id")
        rows = super().get_queryset(request).exclude(structure=Product.CHILD).select_related("product_class")
        return rows.prefetch_related(  # type: ignore[no-any-return]
            Prefetch("images", first, to_attr="first_images"), "categories", "stockrecords", "children__stockrecords"
        )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Product], search_term: str) -> Any:
        """By the title in any language, and by SKU."""
        for word in search_term.split():
            found = Q(pk__in=StockRecord.objects.filter(partner_sku__icontains=word).values("product"))
            found |= Q(children__in=StockRecord.objects.filter(partner_sku__icontains=word).values("product"))
            found |= finding.anywhere(word, languages.fields_of("title"))
            queryset = queryset.filter(pk__in=Product.objects.filter(found).values("pk"))
        return queryset, False

    # The list

    @display(description=_("product"), ordering="title")
    def show_title(self, product: Product) -> str:
        picture = product.first_images[0].shown() if product.first_images else None  # type: ignore[attr-defined]
        skus = [record.partner_sku for record in records_of(product)]
        more = f" +{len(skus) - 1}" if len(skus) > 1 else ""
        below = f"{skus[0]}{more}" if skus else ""
        line = '<span class="desk-product">{}<span>{}<span class="desk-sub">{}</span></span></span>'
        return format_html(line, thumbnail(picture), product.title, below)

    @display(description=_("categories"))
    def show_categories(self, product: Product) -> str:
        return ", ".join(category.name for category in product.categories.all()) or "–"

    @display(description=_("price"))
    def show_price(self, product: Product) -> str:
        records = [record for record in records_of(product) if record.price is not None]
        if not records:
            return "–"
        lowest = min(records, key=lambda record: record.price)
        shown = money.shown(lowest.price, lowest.price_currency)
        if any(record.price != lowest.price for record in records):
            shown = gettext("from %(price)s") % {"price": shown}
        if lowest.compare_at_price and lowest.compare_at_price > lowest.price:
            return format_html("{} <s>{}</s>", shown, money.shown(lowest.compare_at_price, lowest.price_currency))
        return shown

    @display(description=_("stock (reserved)"))
    def show_stock(self, product: Product) -> str:
        records = records_of(product)
        reserved = sum(record.num_allocated or 0 for record in records)
        units = sum(record.num_in_stock or 0 for record in records)
        return f"{units} ({reserved})" if reserved else str(units)

    @display(description=_("available"), label={"out": "danger", "low": "warning", "in_stock": "success"})
    def show_available(self, product: Product) -> tuple[str, str]:
        free = sum(record.net_stock_level for record in records_of(product))
        if free <= 0:
            return "out", gettext("sold out")
        return ("low" if free <= product_filters.LOW else "in_stock"), str(free)

    @display(description=_("rating"), ordering="rating")
    def show_rating(self, product: Product) -> str:
        return f"★\u00a0{product.rating:.1f}\u00a0({product.review_count})" if product.rating else "–"

    @admin.action(description=_("Show in the shop"), permissions=["change"])
    def show_in_shop(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        self._set_visible(request, chosen, is_public=True)

    @admin.action(description=_("Hide from the shop"), permissions=["change"])
    def hide_from_shop(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        self._set_visible(request, chosen, is_public=False)

    def _set_visible(self, request: HttpRequest, chosen: QuerySet[Product], *, is_public: bool) -> None:
        count = Product.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(is_public=is_public)
        messages.success(request, gettext("Products changed: %(count)s.") % {"count": count})

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        parts: list[tuple[Any, dict[str, Any]]] = [
            *languages.tabs(*product_form.TEXTS),
            (None, {"fields": [("is_public", "product_class"), "categories", "new_pictures"]}),
        ]
        if obj is None:
            parts.append((_("Variants"), {"fields": ["has_variants"]}))
        if obj is None or obj.is_standalone:
            cost = ("cost_price", "margin") if obj else "cost_price"
            stock = ("num_in_stock", "reserved") if obj else "num_in_stock"
            lines = [("price", "compare_at_price"), cost, stock, "expected_on", "sku"]
            parts.append((_("Price and stock"), {"fields": lines}))
        said, unsaid = characteristics.parted(self._attributes(request, obj), obj)
        if said:
            parts.append((_("Characteristics"), {"fields": said}))
        if unsaid:
            parts.append((_("More characteristics"), {"fields": unsaid, "classes": ["collapse"]}))
        parts.append(
            (_("More"), {"fields": [("weight_g", "lifetime_days"), ("slug", "is_discountable")], "classes": ["collapse"]})
        )
        if obj is not None:
            last = "has_variants" if obj.is_standalone else "varies_by"
            parts.append((None, {"fields": [last]}))
        return parts

    def _attributes(self, request: HttpRequest, product: Product | None) -> list[Any]:
        """The characteristics of the product's kind; where that is not known yet, of the only kind there is."""
        chosen = request.POST.get("product_class") or request.GET.get("product_class")
        if chosen and chosen.isdecimal():
            return characteristics.attributes_of(int(chosen))
        if product is not None:
            return characteristics.attributes_of(product.product_class_id)
        only = _only_kind()
        return characteristics.attributes_of(only) if only else []

    def get_form(self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any) -> Any:
        attributes = self._attributes(request, obj)
        # A variant may have what its parent lacks.
        optional = False if obj is not None and obj.is_parent else None
        fields = {characteristics.name_of(one): characteristics.field_for(one, is_required=optional) for one in attributes}
        kwargs["form"] = type("ProductForm", (product_form.ProductForm,), {**fields, "attributes": attributes})
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"product_class": _only_kind(), "is_public": True, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> list[Any]:
        if obj is None:
            return []
        return [*([variants.VariantInline] if obj.is_parent else []), PictureInline, RecommendationInline]

    def reserved(self, product: Product) -> str:
        record = selling.record_of(product)
        return str(record.num_allocated or 0) if record else "–"

    reserved.short_description = _("reserved by orders")  # type: ignore[attr-defined]

    def margin(self, product: Product) -> str:
        return selling.margin_of(selling.record_of(product)) or "–"

    margin.short_description = _("margin")  # type: ignore[attr-defined]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            messages.error(request, _why(error))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        form.save_around(obj)
        if change and obj.is_parent and "varies_by" in form.cleaned_data:
            variants.forget_others(obj, set(form.cleaned_data["varies_by"]))

    def response_add(self, request: HttpRequest, obj: Product, post_url_continue: str | None = None) -> HttpResponse:
        """On to the whole form: pictures, variants, recommendations."""
        if "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]
        messages.success(request, gettext("“%(title)s” is saved. Here is the rest of it.") % {"title": obj.title})
        return HttpResponseRedirect(reverse("admin:catalogue_product_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Product) -> HttpResponse:
        """Stay where newly chosen differences need values."""
        new = sorted(set(request.POST.getlist("varies_by")) - set(variants.codes_used(obj)))
        if obj.is_parent and (new or request.POST.get("has_variants")):
            messages.info(request, gettext("Saved. Now say for each variant what tells it apart."))
            address = reverse("admin:catalogue_product_change", args=[obj.pk])
            return HttpResponseRedirect(f"{address}?{urlencode({'varies_by': new}, doseq=True)}")
        return super().response_change(request, obj)  # type: ignore[no-any-return]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What an order still holds cannot be deleted."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        mine = Q(product__in=objs) | Q(product__parent__in=objs)
        for record in StockRecord.objects.filter(mine, num_allocated__gt=0).select_related("product"):
            protected.append(
                gettext("%(sku)s: orders hold %(count)s of it") % {"sku": record.partner_sku, "count": record.num_allocated}
            )
        return to_delete, counts, missing, protected


def records_of(product: Product) -> list[StockRecord]:
    """What is sold of a product: its own record, or one for each variant. From what the list has loaded."""
    sold = product.children.all() if product.is_parent else [product]
    found = [min(one.stockrecords.all(), key=lambda record: record.pk, default=None) for one in sold]
    return [record for record in found if record]


def _only_kind() -> int | None:
    kinds = list(ProductClass.objects.values_list("pk", flat=True)[:2])
    return kinds[0] if len(kinds) == 1 else None


def _why(error: IntegrityError) -> str:
    """What the database refused, in words."""
    for constraint in StockRecord._meta.constraints:
        if constraint.name in str(error) and constraint.violation_error_message:
            return str(constraint.violation_error_message)
    return gettext("Somebody else has just changed this product. Please look at it again.")
