"""What an account has to do with a person: opened, confirmed, moved to another address."""

from typing import Any

import structlog
from allauth.account import signals
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from shop.customers import merging
from shop.customers.models import Customer, User
from shop.events import log
from shop.events.catalog import CustomerRegistered, EmailChanged, EmailConfirmed

logger = structlog.get_logger(__name__)


@transaction.atomic
def confirm(user: User) -> Customer:
    """The owner of the account has shown that `user.email` is theirs: the person with that address is this account.

    Guest history shows in the account from now on. Safe to call again. Raises `merging.CannotMerge` if another account
    already is the person.
    """
    customer = Customer.objects.filter(user=user).first()
    if customer is None:
        return _join(user)
    if customer.email != user.email:
        return _move(customer, user)
    return customer


def _join(user: User) -> Customer:
    customer = Customer.objects.lock_for(Customer.objects.for_email(user.email))
    if customer.user_id not in (None, user.pk):
        raise merging.CannotMerge(f"{customer.pk} is the account {customer.user_id} already.")
    customer.user, customer.email_confirmed_at = user, timezone.now()
    customer.first_name, customer.last_name = customer.first_name or user.first_name, customer.last_name or user.last_name
    customer.save()
    log.record(EmailConfirmed(), customer=customer)
    return customer


def _move(customer: Customer, user: User) -> Customer:
    """To another address, where the person may have been a guest before."""
    other = Customer.objects.filter(email=user.email).first()
    if other:
        customer = merging.merge(customer, other)
    customer.email, customer.email_confirmed_at = user.email, timezone.now()
    customer.save(update_fields=["email", "email_confirmed_at"])
    log.record(EmailChanged(), customer=customer)
    return customer


@receiver(signals.user_signed_up)
def _note_registration(request: HttpRequest, user: User, **kwargs: Any) -> None:
    with transaction.atomic():
        customer = Customer.objects.for_user(user)
        if not customer.language:
            Customer.objects.filter(pk=customer.pk).update(language=get_language() or "")
        log.record(CustomerRegistered(), customer=customer)


@receiver(signals.email_confirmed)
def _note_confirmation(request: HttpRequest, email_address: Any, **kwargs: Any) -> None:
    user = User.objects.get(pk=email_address.user_id)
    if user.email != email_address.email.lower():
        return  # a second address of the account; `user.email` says which one counts
    try:
        confirm(user)
    except merging.CannotMerge as error:
        logger.warning("account_not_joined", user=user.pk, error=str(error))
    if request is not None and request.user.pk == user.pk:
        update_session_auth_hash(request, user)  # a new address logs every browser out but the one that confirms it
