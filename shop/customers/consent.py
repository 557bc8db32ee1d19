"""What people agreed to: every decision is a row, the last one counts, and news need a confirmed address."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from shop.customers.models import Consent, Customer
from shop.events import log
from shop.events.catalog import ConsentAsked, ConsentGiven, ConsentWithdrawn

TOKEN_LIFETIME = timedelta(days=14)
_SALT = "customers.consent"


class ExpiredLink(Exception):
    """The link was changed, is too old, or the person has decided otherwise since."""


@transaction.atomic
def give(
    customer: Customer,
    topic: str,
    *,
    source: str,
    wording: str = "",
    channel: str = Consent.Channel.EMAIL,
    ip: str | None = None,
    confirmed_at: datetime | None = None,
) -> Consent:
    """Write down that the person agreed, in the words they saw.

    A topic for which `Consent.is_confirmation_needed` (news) counts at once only with `confirmed_at`: when the address was
    shown to be theirs. Without it a mail asks them to confirm (`ConsentAsked`), and `is_given` is `False` until they do.
    """
    Customer.objects.lock_for(customer)
    was_given = is_given(customer, topic, channel)
    needs_mail = Consent.is_confirmation_needed(topic, channel) and confirmed_at is None
    if needs_mail and was_given:
        confirmed_at, needs_mail = _latest(customer, topic, channel).confirmed_at, False  # type: ignore[union-attr]
    row = _write(customer, topic, channel, is_given=True, source=source, wording=wording, ip=ip, confirmed_at=confirmed_at)
    if needs_mail:
        log.record(ConsentAsked(consent_id=row.pk, topic=topic, channel=channel), customer=customer)
    elif not was_given:
        log.record(ConsentGiven(topic=topic, channel=channel), customer=customer)
    return row


@transaction.atomic
def withdraw(
    customer: Customer,
    topic: str,
    *,
    source: str,
    wording: str = "",
    channel: str = Consent.Channel.EMAIL,
    ip: str | None = None,
) -> Consent:
    """Write down that the person no longer agrees. Counts from this moment, also for what is already queued."""
    Customer.objects.lock_for(customer)
    latest = _latest(customer, topic, channel)
    if latest and not latest.is_given:
        return latest
    row = _write(customer, topic, channel, is_given=False, source=source, wording=wording, ip=ip, confirmed_at=None)
    if latest:
        log.record(ConsentWithdrawn(topic=topic, channel=channel), customer=customer)
    return row


def is_given(customer: Customer, topic: str, channel: str = Consent.Channel.EMAIL) -> bool:
    """Whether the last decision is yes and, where the topic asks for it, confirmed."""
    latest = _latest(customer, topic, channel)
    return bool(latest and latest.is_given and (latest.confirmed_at or not Consent.is_confirmation_needed(topic, channel)))


def agreed(customers: Collection[int], topics: Collection[str], channel: str = Consent.Channel.EMAIL) -> set[tuple[int, str]]:
    """Of these customers and topics the pairs for which `is_given` is true, in one query."""
    if not customers or not topics:
        return set()
    decided = Consent.objects.filter(customer__in=customers, topic__in=topics, channel=channel)
    latest = decided.order_by("customer", "topic", "-happened_at", "-pk").distinct("customer", "topic")
    return {
        (customer, topic)
        for customer, topic, is_given, confirmed_at in latest.values_list("customer_id", "topic", "is_given", "confirmed_at")
        if is_given and (confirmed_at or not Consent.is_confirmation_needed(topic, channel))
    }


def standing(customer: Customer) -> dict[tuple[str, str], Consent]:
    """The last decision for each topic and channel, in one query."""
    rows = customer.consents.order_by("topic", "channel", "-happened_at", "-pk").distinct("topic", "channel")
    return {(row.topic, row.channel): row for row in rows}


def token(row: Consent) -> str:
    """What the confirmation link carries: good for this decision only, for `TOKEN_LIFETIME`."""
    return signing.dumps(row.pk, salt=_SALT)


def asked_by(link_token: str) -> Consent:
    """The decision that a confirmation link belongs to. Raises `ExpiredLink`."""
    try:
        pk = signing.loads(link_token, salt=_SALT, max_age=TOKEN_LIFETIME)
        row = Consent.objects.select_related("customer").get(pk=pk)
    except (signing.BadSignature, Consent.DoesNotExist) as error:
        raise ExpiredLink from error
    latest = _latest(row.customer, row.topic, row.channel)
    if row.customer.erased_at or latest is None or not latest.is_given:
        raise ExpiredLink
    return row


@transaction.atomic
def confirm(link_token: str, *, ip: str | None = None) -> Consent:
    """The owner of the mailbox says yes: the consent counts and the address is confirmed. Raises `ExpiredLink`."""
    row = asked_by(link_token)
    customer = Customer.objects.lock_for(row.customer)
    if is_given(customer, row.topic, row.channel):
        return _latest(customer, row.topic, row.channel) or row
    now = timezone.now()
    Customer.objects.filter(pk=customer.pk, email_confirmed_at=None).update(email_confirmed_at=now)
    return give(customer, row.topic, source=row.source, wording=row.wording, channel=row.channel, ip=ip, confirmed_at=now)


def _latest(customer: Customer, topic: str, channel: str) -> Consent | None:
    return Consent.objects.filter(customer_id=customer.pk, topic=topic, channel=channel).order_by("-happened_at", "-pk").first()


def _write(
    customer: Customer,
    topic: str,
    channel: str,
    *,
    is_given: bool,
    source: str,
    wording: str,
    ip: str | None,
    confirmed_at: datetime | None,
) -> Consent:
    return Consent.objects.create(
        customer=customer,
        topic=Consent.Topic(topic),
        channel=Consent.Channel(channel),
        is_given=is_given,
        source=Consent.Source(source),
        wording=wording,
        ip_address=ip,
        confirmed_at=confirmed_at,
    )
