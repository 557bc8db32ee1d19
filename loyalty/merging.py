"""Two accounts of one person become one."""

from django.utils import timezone

from loyalty import booking, expiry
from loyalty.models import Account
from shop.customers import merging
from shop.customers.models import Customer


@merging.rule("loyalty.Account")
def join_accounts(keep: Customer, other: Customer) -> None:
    """Every lot and entry of the other row's account belongs to the kept one from now on."""
    if not Account.objects.filter(customer=other).exists():
        return
    locked = {person.pk: Account.objects.lock_for(person) for person in sorted((keep, other), key=lambda one: one.pk)}
    for account in locked.values():
        expiry.end(account, timezone.now())  # each under its own account's cause
    booking.join(locked[keep.pk], locked[other.pk])
