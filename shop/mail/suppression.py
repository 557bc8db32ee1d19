"""Addresses that take no more marketing mail."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from shop.customers.models import Customer, normalised
from shop.events import log
from shop.events.catalog import MailSuppressed
from shop.mail.models import Suppression


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: without case and without a `+tag`, so that spelling it anew does not open it."""
    name, _, domain = normalised(address).rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def hashes_of(address: str) -> list[str]:
    """The keyed hashes of an address: by the key of today first, then by the former keys still in the settings."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("mail.suppression", mailbox_of(address), secret=key, algorithm="sha256").hexdigest() for key in keys]


@transaction.atomic
def suppress(address: str, reason: str, customer: Customer | None = None) -> Suppression:
    """Send no more marketing to this mailbox. The first reason stays."""
    known = find(address)
    if known:
        return known
    row, is_new = Suppression.objects.get_or_create(address_hash=hashes_of(address)[0], defaults={"reason": reason})
    if is_new:
        log.record(MailSuppressed(reason=reason), customer=customer)
    return row


def find(address: str) -> Suppression | None:
    """Why an address takes no marketing, if so."""
    return Suppression.objects.filter(address_hash__in=hashes_of(address)).first()


def blocked(addresses: Collection[str]) -> set[str]:
    """Which of these addresses take no marketing, in one query."""
    by_hash = {digest: address for address in addresses for digest in hashes_of(address)}
    found = Suppression.objects.filter(address_hash__in=by_hash).values_list("address_hash", flat=True) if by_hash else []
    return {mailbox_of(by_hash[digest]) for digest in found}


def lift(address: str) -> None:
    """The owner of the mailbox has just asked for mail again, by a link that only they have."""
    Suppression.objects.filter(address_hash__in=hashes_of(address)).exclude(reason=Suppression.Reason.STAFF).delete()
