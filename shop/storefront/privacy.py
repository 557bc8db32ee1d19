"""Unfinished checkouts hold an address too: they are handed over and forgotten with the rest."""

from typing import Any

from django.db.models import Q, QuerySet

from shop.customers import privacy
from shop.customers.models import Customer
from shop.storefront.models import CheckoutDraft


@privacy.exports("unfinished checkouts")
def _drafts(customer: Customer) -> Any:
    return list(_of(customer).order_by("pk").values("email", "language", "data", "updated_at"))


@privacy.erases("unfinished checkouts")
def _forget(customer: Customer) -> None:
    _of(customer).delete()


def _of(customer: Customer) -> QuerySet[CheckoutDraft]:
    mine = Q(basket__owner=customer.user_id) if customer.user_id else Q()
    return CheckoutDraft.objects.filter(Q(email=customer.email) | mine) if customer.email else CheckoutDraft.objects.none()


@privacy.exports("waiting for")
def _waiting(customer: Customer) -> Any:
    return list(customer.stock_requests.order_by("pk").values("product__title", "asked_at", "told_at"))


@privacy.erases("waiting for")
def _stop_waiting(customer: Customer) -> None:
    customer.stock_requests.all().delete()
