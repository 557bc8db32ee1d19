"""Reading reviews before others do."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from shop.forks.reviews.models import ProductReview


@admin.register(ProductReview)
class ReviewAdmin(ModelAdmin):  # type: ignore[misc]
    """Staff approve, reject and answer; what a buyer wrote stays as it was written."""

    list_display = ["title_or_body", "product", "stars", "author", "show_status", "language", "date_created"]
    list_filter = ["status", "score", "language"]
    list_select_related = ["product", "customer"]
    search_fields = ["title", "body", "product__title", "customer__email"]
    actions = ["approve", "reject"]
    fields = [
        "product",
        "customer",
        "order_line",
        "score",
        "title",
        "body",
        "name",
        "language",
        "date_created",
        "status",
        "reply",
    ]
    readonly_fields = ["product", "customer", "order_line", "score", "title", "body", "name", "language", "date_created"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("review"))
    def title_or_body(self, review: ProductReview) -> str:
        return str(review)

    @display(description=_("stars"), ordering="score")
    def stars(self, review: ProductReview) -> str:
        return "★" * review.score

    @display(description=_("status"), label={0: "warning", 1: "success", 2: "danger"}, ordering="status")
    def show_status(self, review: ProductReview) -> tuple[int, str]:
        return review.status, {0: gettext("to read"), 1: gettext("shown"), 2: gettext("rejected")}[review.status]

    @admin.action(description=_("Approve: show in the shop"), permissions=["change"])
    def approve(self, request: HttpRequest, chosen: QuerySet[ProductReview]) -> None:
        self._decide(request, chosen, ProductReview.APPROVED)

    @admin.action(description=_("Reject: keep it from the shop"), permissions=["change"])
    def reject(self, request: HttpRequest, chosen: QuerySet[ProductReview]) -> None:
        self._decide(request, chosen, ProductReview.REJECTED)

    def _decide(self, request: HttpRequest, chosen: QuerySet[ProductReview], status: int) -> None:
        changed = 0
        for review in chosen.exclude(status=status):
            review.status = status
            review.save(update_fields=["status"])  # one by one: each refreshes its product's rating
            changed += 1
        text = ngettext("%(count)s review changed.", "%(count)s reviews changed.", changed) % {"count": changed}
        messages.success(request, text)
