"""The link to one's own mail choices: good for choosing what the shop writes about, and for nothing else."""

from datetime import timedelta
from functools import cache

from django.core import signing
from django.urls import reverse
from django.utils.translation import get_language, override

from shop.customers.models import Customer

LIFETIME = timedelta(days=3 * 365)
_SALT = "mail.preferences"


class BadLink(Exception):
    """The link was changed, is older than `LIFETIME`, or its person is gone."""


def token(customer: Customer) -> str:
    return signing.dumps(customer.uid.hex, salt=_SALT)


def path(customer: Customer, language: str = "") -> str:
    """Where they choose, in a language or in the active one."""
    return f"{_before_token(language or get_language() or '')}{token(customer)}/"


@cache
def _before_token(language: str) -> str:
    # Addresses are slow to work out, and a newsletter has thousands that differ in nothing else.
    with override(language or None):
        return reverse("news:preferences", args=["0"]).removesuffix("0/")


def read(link_token: str) -> Customer:
    """The person of a link. Raises `BadLink`."""
    try:
        return Customer.objects.by_uid(signing.loads(link_token, salt=_SALT, max_age=LIFETIME))
    except (signing.BadSignature, Customer.DoesNotExist) as error:
        raise BadLink from error
