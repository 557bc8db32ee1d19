"""Signed links in mails: each is good for one purpose and one row, until that row closes."""

from typing import Any

from django.core import signing
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from feedback.models import Case, Invitation, ReviewRequest
from shop.mail import outbox

SURVEY, REVIEWS, CASE = "survey", "reviews", "case"
CASE_LIFETIME = 180 * 24 * 3600  # seconds; every mail about the case brings a new link


class NotGood(Http404):
    """The link was changed, cut off, made for something else, or its row is gone. All of them are answered alike."""


class TooOld(Http404):
    """A genuine link whose time is over."""


def token(purpose: str, row: Any) -> str:
    """What the link to a row carries; always the same for rows that know themselves until when they are open."""
    return _signer(purpose).sign_object(row.pk)


def url(purpose: str, row: Any) -> str:
    """The full address, for a mail."""
    return outbox.absolute(reverse(f"feedback:{purpose}", args=[token(purpose, row)]))


def invitation(link_token: str) -> Invitation:
    """Whom a survey link asks. Raises `NotGood` or `TooOld`, both of which are a 404."""
    rows = Invitation.objects.select_related("survey", "customer", "order", "response")
    found: Invitation = _open(rows.filter(pk=_read(SURVEY, link_token)).first())
    return found


def review_request(link_token: str) -> ReviewRequest:
    """The order that a review link is about. Raises `NotGood` or `TooOld`."""
    rows = ReviewRequest.objects.select_related("order", "customer")
    found: ReviewRequest = _open(rows.filter(pk=_read(REVIEWS, link_token)).first())
    return found


def case(link_token: str) -> Case:
    """The case that a link in an answer leads to. Raises `NotGood` or `TooOld`."""
    pk = _read(CASE, link_token, max_age=CASE_LIFETIME)
    found = Case.objects.select_related("customer").filter(pk=pk).first()
    if found is None or (found.customer and found.customer.erased_at):
        raise NotGood
    return found


def _signer(purpose: str) -> signing.Signer:
    return (signing.TimestampSigner if purpose == CASE else signing.Signer)(salt=f"feedback.{purpose}")


def _read(purpose: str, link_token: str, **limits: Any) -> int:
    try:
        pk = _signer(purpose).unsign_object(link_token, **limits)
    except signing.SignatureExpired as error:
        raise TooOld from error
    except (signing.BadSignature, ValueError) as error:
        raise NotGood from error
    return int(pk)


def _open(found: Any) -> Any:
    if found is None or found.customer.erased_at:
        raise NotGood
    if not found.is_open(timezone.now()):
        raise TooOld
    return found
