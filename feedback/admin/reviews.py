"""Reading reviews before others do: a queue, one reason for each refusal, and answers in public."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from feedback import moderation
from feedback.models import ReviewRequest, ReviewTiming
from shop.customers.models import User
from shop.desk.product_parts import thumbnail
from shop.events.admin import ReadOnly
from shop.forks.reviews.models import ProductReview, ReviewPhoto

WRITTEN = ["product", "customer", "order_line", "score", "title", "body", "name", "language", "date_created"]


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff decide. The stars are no reason to refuse, and the form does not know them."""

    class Meta:
        model = ProductReview
        fields = ["status", "refusal", "reply"]
        widgets = {
            "status": UnfoldAdminSelectWidget(),
            "refusal": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "reply": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            self.fields["status"].choices = [  # type: ignore[attr-defined]
                (ProductReview.FOR_MODERATION, _("still to read")),
                (ProductReview.APPROVED, _("show it in the shop")),
                (ProductReview.REJECTED, _("do not show it")),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("status") == ProductReview.REJECTED and not (cleaned.get("refusal") or "").strip():
            self.add_error("refusal", _("Tell the author why. Stars alone are no reason."))
        return cleaned


class PhotoInline(TabularInline):  # type: ignore[misc]
    """One photo that should not be seen can go without the rest."""

    model = ReviewPhoto
    fields = ["show", "alt"]
    readonly_fields = ["show"]
    extra = 0
    verbose_name_plural = _("photos")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("photo"))
    def show(self, photo: ReviewPhoto) -> SafeString:
        picture = photo.shown()
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>', photo.picture.url, thumbnail(picture, "is-large")
        )


@admin.register(ProductReview)
class ReviewAdmin(ModelAdmin):
    """What a buyer wrote stays as it was written."""

    form = ReviewForm
    list_display = [
        "title_or_body",
        "product",
        "stars",
        "author",
        "show_photos",
        "is_verified",
        "show_status",
        "language",
        "date_created",
    ]
    list_filter = ["status", "score", "language"]
    list_select_related = ["product", "customer"]
    search_fields = ["title", "body", "product__title", "customer__email"]
    actions = ["approve"]
    fieldsets = [
        (_("The review"), {"fields": WRITTEN}),
        (_("What becomes of it"), {"fields": ["status", "refusal", "reply"]}),
    ]
    readonly_fields = WRITTEN

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("review"))
    def title_or_body(self, review: ProductReview) -> str:
        return str(review)

    @display(description=_("stars"), ordering="score")
    def stars(self, review: ProductReview) -> str:
        return "★" * review.score

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductReview]:
        rows: QuerySet[ProductReview] = super().get_queryset(request)
        counted: QuerySet[ProductReview] = rows.annotate(photo_count=Count("photos"))
        return counted

    def get_inlines(self, request: HttpRequest, obj: ProductReview | None) -> list[type[TabularInline]]:
        return [PhotoInline] if obj and obj.photos.exists() else []

    @display(description=_("photos"), ordering="photo_count")
    def show_photos(self, review: Any) -> str:
        return str(review.photo_count or "–")

    @display(description=_("bought here"), boolean=True)
    def is_verified(self, review: ProductReview) -> bool:
        return review.order_line_id is not None

    @display(description=_("status"), label={0: "warning", 1: "success", 2: "danger"}, ordering="status")
    def show_status(self, review: ProductReview) -> tuple[int, str]:
        return review.status, {0: gettext("to read"), 1: gettext("shown"), 2: gettext("rejected")}[review.status]

    def save_model(self, request: HttpRequest, obj: ProductReview, form: Any, change: bool) -> None:
        """Through the doors that tell the author and everybody who listens."""
        by, typed = cast("User", request.user), form.cleaned_data
        before = ProductReview.objects.get(pk=obj.pk)
        if typed["status"] == ProductReview.APPROVED:
            moderation.approve(before, by=by)
        elif typed["status"] == ProductReview.REJECTED and (before.status, before.refusal) != (2, typed["refusal"].strip()):
            moderation.refuse(before, typed["refusal"], by=by)
        elif typed["status"] == ProductReview.FOR_MODERATION:
            moderation.put_back(before)
        moderation.answer(before, typed["reply"], by=by)
        obj.refresh_from_db()

    @admin.action(description=_("Show in the shop"), permissions=["change"])
    def approve(self, request: HttpRequest, chosen: QuerySet[ProductReview]) -> None:
        waiting = list(chosen.exclude(status=ProductReview.APPROVED))
        for review in waiting:
            moderation.approve(review, by=cast("User", request.user))
        text = ngettext("%(count)s review is shown now.", "%(count)s reviews are shown now.", len(waiting))
        messages.success(request, text % {"count": len(waiting)})


@admin.register(ReviewTiming)
class ReviewTimingAdmin(ModelAdmin):
    """How long things need before somebody can say something about them."""

    list_display = ["category", "days"]
    list_editable = ["days"]
    autocomplete_fields = ["category"]


@admin.register(ReviewRequest)
class ReviewRequestAdmin(ReadOnly, ModelAdmin):
    """Who was asked for reviews, who is waiting to be, and why somebody was not."""

    list_display = ["order", "customer", "state", "show_why_not", "due_at", "sent_at", "reminded_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["order", "customer"]
    search_fields = ["=customer__email", "=order__number"]
    search_help_text = _("E-mail address or order number")
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    @display(description=_("why not"))
    def show_why_not(self, asked: ReviewRequest) -> str:
        return gettext(asked.why_not) if asked.why_not else ""
