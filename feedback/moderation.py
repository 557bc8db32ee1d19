"""Reading reviews before others do, and answering them in public. The same rules for every score."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from feedback import standings
from shop.customers.models import User
from shop.events import log
from shop.events.catalog import ReviewApproved
from shop.events.models import Event
from shop.forks.reviews.models import ProductReview
from shop.mail import outbox


@transaction.atomic
def approve(review: ProductReview, *, by: User) -> None:
    """Show it in the shop. Told once for each review, however often it changes and is read again."""
    review = _locked(review)
    if review.status == ProductReview.APPROVED:
        return
    review.status, review.refusal, review.decided_at = ProductReview.APPROVED, "", timezone.now()
    review.save()
    if not Event.objects.filter(kind=ReviewApproved.kind, customer=review.customer_id, data__review_id=review.pk).exists():
        order_id = review.order_line.order_id if review.order_line else 0
        log.record(ReviewApproved(review.pk, review.product_id or 0, review.score, order_id), customer=review.customer)
    standings.refresh(review.customer_id)


@transaction.atomic
def refuse(review: ProductReview, reason: str, *, by: User) -> None:
    """Keep it from the shop and tell its author why; they can change it."""
    review = _locked(review)
    review.status, review.refusal, review.decided_at = ProductReview.REJECTED, reason.strip(), timezone.now()
    review.save()
    standings.refresh(review.customer_id)
    if review.customer and review.refusal:
        key = f"{review.pk}/{review.decided_at:%Y%m%d%H%M%S}"
        _tell(review, "review_refused", {"reason": review.refusal, "url": _form_url(review)}, key)


@transaction.atomic
def answer(review: ProductReview, reply: str, *, by: User) -> None:
    """Put the shop's answer below the review, in public; its author hears of it. An empty one takes the answer away."""
    review = _locked(review)
    if review.reply == reply.strip():
        return
    review.reply, review.replied_at = reply.strip(), timezone.now() if reply.strip() else None
    review.save(update_fields=["reply", "replied_at"])
    if review.customer and review.replied_at and review.status == ProductReview.APPROVED:
        key = f"{review.pk}/{review.replied_at:%Y%m%d%H%M%S}"
        _tell(review, "review_answered", {"reply": review.reply, "url": _page_url(review)}, key)


def _tell(review: ProductReview, kind: str, context: dict[str, Any], key: str) -> None:
    with translation.override(review.language):
        title = review.product.get_title() if review.product else ""
    about = {"title": title, "name": review.author, "body": review.body, "score": review.score}
    outbox.send(kind, review.customer, {**about, **context}, key=key, language=review.language)


def _page_url(review: ProductReview) -> str:
    with translation.override(review.language):
        return outbox.absolute(review.product.get_absolute_url()) if review.product else ""


def _form_url(review: ProductReview) -> str:
    """The form, with the order that proves the purchase, so that a guest can change it too."""
    if review.product is None:
        return ""
    with translation.override(review.language):
        url = reverse("catalogue:reviews-add", args=[review.product.slug, review.product.pk])
    order = f"?order={review.order_line.order.token}" if review.order_line else ""
    return outbox.absolute(url + order)


def _locked(review: ProductReview) -> ProductReview:
    rows = ProductReview.objects.select_for_update(of=("self",))
    found: ProductReview = rows.select_related("product", "customer", "order_line__order").get(pk=review.pk)
    return found


@transaction.atomic
def put_back(review: ProductReview) -> None:
    """Among those still to read; the shop does not show it meanwhile."""
    review = _locked(review)
    if review.status != ProductReview.FOR_MODERATION:
        review.status = ProductReview.FOR_MODERATION
        review.save()
        standings.refresh(review.customer_id)
