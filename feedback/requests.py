"""Asking buyers for reviews: when, about what, and why not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from feedback import letters, links
from feedback.models import Case, ReviewRequest, ReviewTiming
from shop.customers.models import Consent, Customer
from shop.forks.catalogue.models import Product, ProductCategory
from shop.forks.order.models import Line, Order
from shop.forks.reviews.models import ProductReview
from shop.mail import gate, outbox
from shop.mail.gate import Hold
from shop.mail.models import Message
from shop.orders import showing, statuses

USUAL_DAYS = 10  # after delivery, for things of categories that say nothing else
OPEN_FOR = timedelta(days=90)
REMIND_AFTER = timedelta(days=7)  # once, and only those who have said nothing at all
MOST = 12  # things asked about in one mail; the page asks about all
KIND = "review_request"
REMINDER = "/reminder"  # behind the key of the mail


def plan(order: Order, customer: Customer, delivered_at: datetime) -> ReviewRequest:
    """Note when to ask: when the last thing of the order has been tried out. Once for each order."""
    due_at = delivered_at + timedelta(days=days_for(order))
    request, _is_new = ReviewRequest.objects.get_or_create(order=order, defaults={"customer": customer, "due_at": due_at})
    return request


def days_for(order: Order) -> int:
    """The longest time that anything in the order needs."""
    products = {line.product.parent_id or line.product_id for line in order.lines.select_related("product") if line.product}
    return days_of(products)


def days_of(product_ids: set[int]) -> int:
    """The longest time of these products, each by the nearest of its categories that says one; two queries."""
    said = {row.category.path: row.days for row in ReviewTiming.objects.select_related("category")}
    if not said:
        return USUAL_DAYS
    paths = ProductCategory.objects.filter(product__in=product_ids).values_list("product", "category__path")
    days = dict.fromkeys(product_ids, 0)
    for pk, path in paths:
        nearest = max((one for one in said if path.startswith(one)), key=len, default="")
        days[pk] = max(days[pk], said.get(nearest, 0))
    return max((count or USUAL_DAYS for count in days.values()), default=USUAL_DAYS)


def send_due(now: datetime) -> int:
    """Ask everybody whose time has come; returns how many. Any number of workers may do so at once."""
    count = 0
    while _send_next(now):
        count += 1
    return count


def remind_due(now: datetime) -> int:
    """Remind once whoever has said nothing yet; returns how many were looked at."""
    count = 0
    while _remind_next(now):
        count += 1
    return count


def note_withheld(now: datetime) -> int:
    """Requests whose mail was held back after all do not count as sent; returns how many."""
    return letters.note_withheld(ReviewRequest.objects.sent().filter(answered_at=None), KIND, now)


def lines_of(order: Order, customer: Customer | None = None) -> list[Line]:
    """What there is to say something about: each product once, kept by the buyer, and still in the shop."""
    found: dict[int, Line] = {}
    for line in order.lines.select_related("product__parent", "order").order_by("pk"):
        kept = line.quantity - line.quantity_refunded - line.quantity_cancelled
        if line.product and kept > 0 and whole(line).is_public:
            found.setdefault(whole(line).pk, line)
    return list(found.values())


def whole(line: Line) -> Product:
    """The product that reviews of a line are about: never a variant."""
    found: Product = line.product.parent if line.product.parent_id else line.product
    return found


def objection(request: ReviewRequest) -> str:
    """Why this buyer is not to be asked, in words for staff; empty when nothing speaks against it."""
    if request.order.status != statuses.DELIVERED:
        return gettext_noop("The order was cancelled or sent back.")
    if request.order.refunds.exists():
        return gettext_noop("Something of the order was sent back.")
    if Case.objects.open().filter(customer=request.customer_id).exists():
        return gettext_noop("A case with this customer is open.")
    if not unreviewed(request):
        return gettext_noop("There is nothing left to review.")
    return ""


def unreviewed(request: ReviewRequest) -> list[Line]:
    """The lines about whose products the buyer has not said anything yet."""
    lines = lines_of(request.order)
    products = [whole(line).pk for line in lines]
    done = set(
        ProductReview.objects.filter(customer=request.customer_id, product__in=products).values_list("product", flat=True)
    )
    return [line for line in lines if whole(line).pk not in done]


@transaction.atomic
def _send_next(now: datetime) -> bool:
    waiting = ReviewRequest.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    request = waiting.select_related("order__user", "customer").first()
    if request is None:
        return False
    why_not = objection(request)
    if not why_not:
        request.sent_at, request.expires_at, request.remind_at = now, now + OPEN_FOR, now + REMIND_AFTER
        message = _send(request)
        why_not = message.reason if message.state == Message.State.WITHHELD else ""
    request.state = ReviewRequest.State.WITHHELD if why_not else ReviewRequest.State.SENT
    request.why_not = why_not
    if why_not:
        request.sent_at = request.expires_at = request.remind_at = None
    request.save(update_fields=["state", "why_not", "sent_at", "expires_at", "remind_at"])
    return True


@transaction.atomic
def _remind_next(now: datetime) -> bool:
    waiting = ReviewRequest.objects.to_remind(now).select_for_update(skip_locked=True, of=("self",))
    request = waiting.select_related("order__user", "customer").first()
    if request is None:
        return False
    request.reminded_at = now
    request.save(update_fields=["reminded_at"])
    if not objection(request) and letters.has_left(request, KIND):
        _send(request, is_reminder=True)
    return True


@gate.conditions
def _still_to_review(messages: Sequence[Message]) -> dict[int, str | Hold]:
    """A reminder may wait for the morning, or for its turn: who has said something in the meantime is left in peace."""
    reminders = {one.pk: one.key.partition("/")[0] for one in messages if one.kind == KIND and one.key.endswith(REMINDER)}
    if not reminders:
        return {}
    rows = ReviewRequest.objects.filter(pk__in=reminders.values()).select_related("order", "customer")
    done = {str(row.pk) for row in rows if row.answered_at or not unreviewed(row)}
    return {pk: gettext_noop("There is nothing left to review.") for pk, key in reminders.items() if key in done}


def _send(request: ReviewRequest, *, is_reminder: bool = False) -> Message:
    order = request.order
    key = f"{request.pk}{REMINDER}" if is_reminder else str(request.pk)
    with translation.override(order.language):
        url = links.url(links.REVIEWS, request)
        context = {
            "order_number": order.number,
            "is_reminder": is_reminder,
            "url": url,
            "open_until": date_format(localtime(request.expires_at), "DATE_FORMAT") if request.expires_at else "",
            "things": _things(unreviewed(request)[:MOST], url),
        }
    return outbox.send(KIND, request.customer, context, key=key, language=order.language, topic=Consent.Topic.SURVEYS)


def _things(lines: list[Line], url: str) -> list[dict[str, object]]:
    faces = showing.faces_of([line.product for line in lines])
    return [
        {
            "title": faces[line.product_id].title,
            "picture": _picture(faces[line.product_id]),
            "stars": [{"count": stars, "url": f"{url}?line={line.pk}&stars={stars}#line-{line.pk}"} for stars in range(1, 6)],
        }
        for line in lines
    ]


def _picture(face: showing.Face) -> str:
    return outbox.absolute(face.picture.in_mail) if face.picture else ""
