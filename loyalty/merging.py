"""Two accounts of one person become one."""

from django.utils import timezone

from loyalty import booking, expiry, referrals
from loyalty.models import Account, Referral
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


@merging.rule("loyalty.Referral")
def join_recommendations(keep: Customer, other: Customer) -> None:
    """They change hands; one between the two turns out to be of one person: it is refused, and what it brought taken back."""
    for referral in Referral.objects.filter(referrer__in=(keep, other), referee__in=(keep, other)):
        referrals.undo(referral, referrals.SELF)
    Referral.objects.filter(referrer=other).exclude(referee=keep).update(referrer=keep)
    if not Referral.objects.filter(referee=keep).exists():
        Referral.objects.filter(referee=other).exclude(referrer=keep).update(referee=keep)
