"""What buyers say of a product, and who may say something."""

from dataclasses import dataclass

from django.db.models import Case, Count, Q, When, Window
from django.utils.translation import get_language

from shop.customers.models import Customer
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview

SHOWN = 4
STARS = range(5, 0, -1)
NOT_BOUGHT = ("cancelled", "pending_payment", "awaiting_transfer", "on_delivery")  # a form filled in is no purchase yet

# How many of all reviews gave so many stars, on each of them: what is shown and what is counted come in one query.
_SHARES = {f"of_{stars}": Window(Count("pk", filter=Q(score=stars))) for stars in STARS}


@dataclass(frozen=True)
class Share:
    """How many gave so many stars."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True)
class Opinions:
    """The approved reviews of a product at a glance."""

    count: int
    mean: float
    shares: list[Share]
    newest: list[ProductReview]  # those in the reader's language first


NONE = Opinions(0, 0.0, [], [])


def of_product(product: Product, shown: int = SHOWN) -> Opinions:
    """Two queries, or none where the product has no review."""
    if not product.review_count:
        return NONE
    approved = ProductReview.objects.approved().filter(product=product).annotate(**_SHARES)
    newest = list(
        approved.select_related("customer")
        .prefetch_related("photos")
        .order_by(_in_own_language(), "-date_created", "-pk")[:shown]
    )
    if not newest:
        return NONE
    counts = {stars: getattr(newest[0], f"of_{stars}") for stars in STARS}
    count = sum(counts.values())
    return Opinions(
        count=count,
        mean=sum(stars * many for stars, many in counts.items()) / count,
        shares=[Share(stars, many, round(100 * many / count)) for stars, many in counts.items()],
        newest=newest,
    )


def _in_own_language() -> Case:
    """Sorts reviews that the reader certainly understands before the others."""
    return Case(When(language=get_language() or "", then=0), default=1)


def bought_line(product: Product, orders: Q) -> Line | None:
    """The last line with this product or a variant of it among some orders (conditions on `order.Line`).

    It proves that the product was bought: orders that were cancelled or never paid for do not count.
    """
    lines = Line.objects.filter(Q(product=product) | Q(product__parent=product), orders).select_related("order__customer")
    last: Line | None = lines.exclude(order__status__in=NOT_BOUGHT).order_by("-order__date_placed", "-pk").first()
    return last


def review_by(customer: Customer, product: Product) -> ProductReview | None:
    """What they have said already, approved or not."""
    return ProductReview.objects.filter(customer=customer, product=product).first()
