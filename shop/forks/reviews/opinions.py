"""What buyers say of a product, and who may say something."""

from dataclasses import dataclass

from django.db.models import Case, Count, Q, When
from django.utils.translation import get_language

from shop.customers.models import Customer
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview

SHOWN = 4
NOT_BOUGHT = ("cancelled", "pending_payment")


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
    """Three queries, or none where the product has no review."""
    if not product.review_count:
        return NONE
    approved = ProductReview.objects.approved().filter(product=product)
    counts: dict[int, int] = dict(approved.order_by().values_list("score").annotate(Count("pk")))
    count = sum(counts.values())
    if not count:
        return NONE
    return Opinions(
        count=count,
        mean=sum(stars * many for stars, many in counts.items()) / count,
        shares=[Share(stars, counts.get(stars, 0), round(100 * counts.get(stars, 0) / count)) for stars in range(5, 0, -1)],
        newest=list(
            approved.select_related("customer")
            .prefetch_related("photos")
            .order_by(_in_own_language(), "-date_created", "-pk")[:shown]
        ),
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
