"""The way out for the reader: a link that needs no login, and the header that mailboxes show as a button (RFC 8058)."""

from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from shop.customers import consent
from shop.customers.models import Consent, Customer

LIFETIME = timedelta(days=3 * 365)
_SALT = "mail.unsubscribe"


class BadLink(Exception):
    """The link was changed, is older than `LIFETIME`, or its person is gone."""


def token(customer: Customer, topic: str) -> str:
    """Names a person and a topic; good for stopping mail and for nothing else."""
    return signing.dumps([customer.uid.hex, topic], salt=_SALT)


def path(customer: Customer, topic: str) -> str:
    return f"{_before_token()}{token(customer, topic)}/"


@cache
def _before_token() -> str:
    # Addresses are slow to work out, and a newsletter has thousands that differ in nothing else.
    return reverse("unsubscribe", args=["0"]).removesuffix("0/")


def headers(topic: str, way_out: str) -> dict[str, str]:
    """What lets a mailbox offer its own unsubscribe button. `way_out` is what `path` says."""
    return {
        "List-Unsubscribe": f"<{settings.SHOP_URL}{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{topic} <{topic}.{urlsplit(settings.SHOP_URL).hostname}>",
    }


def read(link_token: str) -> tuple[Customer, Consent.Topic]:
    """The person and topic of a link. Raises `BadLink`."""
    try:
        uid, topic = signing.loads(link_token, salt=_SALT, max_age=LIFETIME)
        return Customer.objects.by_uid(uid), Consent.Topic(topic)
    except (signing.BadSignature, Customer.DoesNotExist, ValueError) as error:
        raise BadLink from error


def stop(customer: Customer, topic: Consent.Topic, *, everything: bool = False, ip: str | None = None) -> None:
    """Withdraw one topic, or everything that comes by mail. As often as one likes."""
    topics = [topic] if not everything else [each for each in Consent.Topic if each != Consent.Topic.STATISTICS]
    for each in topics:
        consent.withdraw(customer, each, source=Consent.Source.UNSUBSCRIBE, ip=ip)
