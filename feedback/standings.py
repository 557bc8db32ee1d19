"""Keeps `Standing` true: where each person stands with the shop, worked out anew from the rows themselves."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from feedback import scores
from feedback.models import Case, Response, Standing, Survey
from shop.customers.models import Customer
from shop.forks.reviews.models import ProductReview

KEPT = ["nps", "nps_group", "last_answered_on", "open_cases", "reviews"]


@transaction.atomic
def refresh(*customer_ids: int | None) -> None:
    """Work out these people's standing anew. They are locked first: of two that refresh one person, the later sees all."""
    wanted = sorted({pk for pk in customer_ids if pk})
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
    write(Customer.objects.filter(pk__in=wanted))


def write(customers: QuerySet[Customer]) -> None:
    """The rows of all these people, in two statements however many they are."""
    figures = customers.annotate(**{f"now_{name}": column for name, column in _columns().items()})
    rows = figures.values_list("pk", *(f"now_{name}" for name in _columns()))
    Standing.objects.bulk_create(
        (_row(*values) for values in rows),
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=KEPT,
        batch_size=2000,
    )


def differing() -> QuerySet[Customer]:
    """People whose row does not say what is true: none, if all is well."""
    known = Customer.objects.filter(feedback_standing__isnull=False)
    known = known.annotate(**{f"now_{name}": column for name, column in _columns().items()})
    same = Q(feedback_standing__nps=F("now_nps")) | Q(feedback_standing__nps=None, now_nps=None)
    same &= Q(feedback_standing__open_cases=F("now_open_cases"), feedback_standing__reviews=F("now_reviews"))
    return known.filter(~same)


def _row(pk: int, nps: int | None, answered: Any, open_cases: int, reviews: int) -> Standing:
    group = None if nps is None else scores.group_of(nps)
    return Standing(customer_id=pk, nps=nps, nps_group=group, last_answered_on=answered, open_cases=open_cases, reviews=reviews)


def _columns() -> dict[str, Any]:
    mine = Response.objects.filter(invitation__customer=OuterRef("pk")).order_by("-answered_at", "-pk")
    nps = mine.filter(invitation__survey__kind=Survey.Kind.NPS, score__isnull=False)
    return {
        "nps": Subquery(nps.values("score")[:1]),
        "last_answered_on": Subquery(mine.annotate(day=TruncDate("answered_at")).values("day")[:1]),
        "open_cases": _count(Case.objects.open().filter(customer=OuterRef("pk")), "customer"),
        "reviews": _count(ProductReview.objects.approved().filter(customer=OuterRef("pk")), "customer"),
    }


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(all=Count("pk")).values("all")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def of(customer_ids: Iterable[int]) -> dict[int, Standing]:
    """The rows of some people by their id."""
    return {row.pk: row for row in Standing.objects.filter(pk__in=customer_ids)}
