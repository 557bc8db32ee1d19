"""The vouchers of a person: handed over with the rest, ended when the person is forgotten."""

from typing import Any

from django.utils import timezone

from shop.customers import privacy
from shop.customers.models import Customer


@privacy.exports("vouchers")
def _vouchers(customer: Customer) -> Any:
    columns = ("code", "name", "start_datetime", "end_datetime", "num_orders")
    return list(customer.personal_vouchers.order_by("pk").values(*columns))


@privacy.erases("vouchers")
def _end(customer: Customer) -> None:
    """That one was given and used stays in the books; nobody can use it any more."""
    customer.personal_vouchers.filter(end_datetime__gt=timezone.now()).update(end_datetime=timezone.now())
