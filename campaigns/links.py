"""Addresses in marketing mails: each leads through the shop, which knows the message and redirects to what it has stored.

`/c/<key>/<link>`: the key is the public id of a message with a signature of its own purpose, the link a row that belongs
to the message's sheet. There is no address in it, so it can be turned to no other one.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from campaigns.models import Link
from shop.mail import outbox
from shop.mail.models import Sheet

_PURPOSE = "campaigns.link"
_SIGNED = 12  # bytes of the signature: nobody guesses 96 bits
HIDDEN = 0  # the number of the link that no person sees


class BadKey(Exception):
    """The address was changed, or is not one of ours."""


def key_of(uid: UUID) -> str:
    """What stands in the addresses of one message."""
    return _text(uid.bytes) + _text(_signature(uid.bytes, settings.SECRET_KEY))


def uid_of(key: str) -> UUID:
    """The message behind a key. Raises `BadKey`."""
    try:
        uid, signature = _bytes(key[:22]), _bytes(key[22:])
    except (ValueError, binascii.Error) as error:
        raise BadKey from error
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if len(uid) != 16 or not any(hmac.compare_digest(signature, _signature(uid, secret)) for secret in keys):
        raise BadKey
    return UUID(bytes=uid)


def path(key: str, number: int) -> str:
    """Where a link of a message begins. `key` may be a gap that each message fills."""
    return f"/c/{key}/{number}"


def is_followed(url: str) -> bool:
    """Whether an address is one that people go to from a mail: not a mail address, not a telephone."""
    return url.startswith(("http://", "https://", "/"))


def is_ours(url: str) -> bool:
    """Whether it leads into this shop."""
    return url.startswith("/") or urlsplit(url).netloc == urlsplit(settings.SHOP_URL).netloc


def tagged(url: str, campaign: str, medium: str = "email") -> str:
    """The full address; within the shop it says where the visitor comes from, unless it says so already."""
    whole = outbox.absolute(url)
    if not is_ours(whole) or not campaign:
        return whole
    parts = urlsplit(whole)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    added = {"utm_source": "newsletter", "utm_medium": medium, "utm_campaign": slugify(campaign)[:60] or "letter"}
    return urlunsplit(parts._replace(query=urlencode({**asked, **{k: v for k, v in added.items() if k not in asked}})))


@transaction.atomic
def numbers(sheet: Sheet, urls: Iterable[str]) -> dict[str, int]:
    """The rows of these addresses on a sheet, by address; made where they are not there yet."""
    wanted = list(dict.fromkeys(urls))
    if not wanted:
        return {}
    found = _known(sheet, wanted)
    missing = [url for url in wanted if url not in found]
    if missing:
        Link.objects.bulk_create([Link(sheet=sheet, url=url) for url in missing], ignore_conflicts=True)
        found |= _known(sheet, missing)
    return found


def _known(sheet: Sheet, urls: list[str]) -> dict[str, int]:
    return dict(Link.objects.filter(sheet=sheet, url__in=urls).values_list("url", "pk"))


def _signature(uid: bytes, secret: str) -> bytes:
    return salted_hmac(_PURPOSE, uid, secret=secret, algorithm="sha256").digest()[:_SIGNED]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
