"""Reviews that come in through the page about an order: verified, because the link proves the order."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import get_language

from feedback import cases, requests
from feedback.models import ReviewRequest
from feedback.review_forms import ReviewForm
from shop.events import log
from shop.events.catalog import ReviewWritten
from shop.forks.order.models import Line
from shop.forks.reviews import photos
from shop.forks.reviews.models import ProductReview

BAD = 2  # stars, and fewer


def keep(asked: ReviewRequest, written: Iterable[tuple[Line, ReviewForm]], name: str, now: datetime) -> None:
    """Keep what was said of some lines; it waits to be read, also where it changes what was said before."""
    with photos.saving():
        for line, form in written:
            form.instance.name = name
            _keep(asked, line, form)
        ReviewRequest.objects.filter(pk=asked.pk, answered_at=None).update(answered_at=now)


def _keep(asked: ReviewRequest, line: Line, form: ReviewForm) -> None:
    review: ProductReview = form.instance
    is_new = review.pk is None
    review.product, review.customer, review.language = requests.whole(line), asked.customer, get_language() or ""
    review.status, review.refusal = ProductReview.FOR_MODERATION, ""
    if review.order_line_id is None and not ProductReview.objects.filter(order_line=line).exists():
        review.order_line = line
    try:
        with photos.saving():
            review.save()
            form.keep_photos(review)
    except IntegrityError:  # sent twice at the same moment: the first one stands
        return
    if is_new:
        event = ReviewWritten(review_id=review.pk, product_id=review.product_id, score=review.score)
        log.record(event, customer=asked.customer)
    elif review.score <= BAD:
        cases.open_for_review(review, timezone.now())  # a second thought is not told as a new review
