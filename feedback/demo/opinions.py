"""Requests for reviews of the demo's orders, and what the shop made of the reviews."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Min

from feedback import requests
from feedback.demo.past import Arrival, voices
from feedback.demo.questions import LEFT_FOR_NOW
from feedback.models import ReviewRequest, ReviewTiming
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.events.catalog import ReviewApproved
from shop.forks.catalogue.models import Category, ProductCategory
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview

WORST = 2  # stars: the shop answers these in public
READ_AFTER = timedelta(hours=20)


def ask_for_reviews(arrivals: list[Arrival], now: datetime, seed: int) -> None:
    """One request for each order, when its last thing has been tried out."""
    roots = {root.code: root for root in Category.objects.filter(depth=1)}
    timing = {code: days for code, days in voices()["timing"].items() if code in roots}
    ReviewTiming.objects.bulk_create(ReviewTiming(category=roots[code], days=days) for code, days in timing.items())
    days = _days_of_orders({roots[code].path: count for code, count in timing.items()})
    first = _first_reviews()
    rows = []
    for one in arrivals:
        due_at = one.delivered_at + timedelta(days=days.get(one.order_id, requests.USUAL_DAYS))
        row = ReviewRequest(
            order_id=one.order_id, customer_id=one.customer_id, due_at=due_at, created_at=one.delivered_at
        )  # fmt: skip
        rows.append(row)
        if due_at > now - LEFT_FOR_NOW:
            continue
        row.why_not = _objection(one, due_at, seed)
        if row.why_not:
            row.state = ReviewRequest.State.WITHHELD
            continue
        row.state, row.sent_at, row.expires_at = ReviewRequest.State.SENT, due_at, due_at + requests.OPEN_FOR
        written = first.get(one.order_id)
        row.answered_at = written if written and written > due_at else None
    bulk.write(ReviewRequest, rows)


def read_reviews(now: datetime, diary: Diary) -> None:
    """What was written was read a day later; bad reviews got an answer."""
    shown = list(ProductReview.objects.approved().select_related("customer", "order_line"))
    for review in shown:
        review.decided_at = min(review.date_created + READ_AFTER, now)
        if review.score <= WORST and not review.reply:
            review.reply = voices()["public"].get(review.language, voices()["public"]["en"])
            review.replied_at = review.decided_at
        order_id = review.order_line.order_id if review.order_line else 0
        event = ReviewApproved(review.pk, review.product_id or 0, review.score, order_id)
        diary.note(event, review.customer, review.decided_at)
    ProductReview.objects.bulk_update(shown, ["decided_at", "reply", "replied_at"], batch_size=1000)


def _objection(one: Arrival, due_at: datetime, seed: int) -> str:
    """In the words in which the rules say it."""
    if one.refunded_at and one.refunded_at < due_at:
        return "Something of the order was sent back."
    return "The customer has not agreed to this topic." if one.says_no(seed) else ""


def _days_of_orders(timing: dict[str, int]) -> dict[int, int]:
    """How many days after delivery each order is asked about; two queries."""
    of_product: dict[int, int] = {}
    for product, path in ProductCategory.objects.values_list("product", "category__path"):
        of_product[product] = max(of_product.get(product, 0), timing.get(path[: Category.steplen], 0))
    found: dict[int, int] = defaultdict(int)
    for order, product, parent in Line.objects.values_list("order", "product", "product__parent"):
        found[order] = max(found[order], of_product.get(parent or product, 0) or requests.USUAL_DAYS)
    return found


def _first_reviews() -> dict[int, datetime]:
    rows = ProductReview.objects.filter(order_line__isnull=False).order_by().values_list("order_line__order")
    return dict(rows.annotate(first=Min("date_created")))
