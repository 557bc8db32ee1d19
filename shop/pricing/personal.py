"""Vouchers of one person: only their orders can use them, once, until the end of a day.

People who get the same share one offer behind their codes, so that a mailing to thousands adds vouchers and no offers.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from shop.customers.models import Customer
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.voucher.models import Voucher

PERCENT, AMOUNT, FREE_SHIPPING = "percent", "amount", "free_shipping"
_TYPES = {PERCENT: Benefit.PERCENTAGE, AMOUNT: Benefit.FIXED, FREE_SHIPPING: Benefit.SHIPPING_PERCENTAGE}
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that cannot be mistaken for each other: twelve of them are 60 bits
PREFIX = "personal-"  # of the slugs of offers behind such vouchers: nobody edits these by hand
_OFFERS_LOCK = 7_105_001  # of pg_advisory_xact_lock: two people must not make the same offer at once


class NotAVoucher(ValueError):
    """What was asked for cannot be given: no such kind, nothing off, no time to use it."""


def issue(
    customer: Customer,
    *,
    kind: str,
    value: Decimal | int,
    days: int,
    cause: str,
    name: str,
    min_total: Decimal | None = None,
    now: datetime | None = None,
) -> Voucher:
    """A voucher of this person, good for `days` days; the same cause gives the same voucher. Raises `NotAVoucher`.

    `kind` is "percent" or "amount" (`value` of it, off baskets from `min_total`) or "free_shipping" (`value` is not read).
    `name` is what the person reads in the basket.
    """
    made = issue_all({cause: customer}, kind=kind, value=value, days=days, name=name, min_total=min_total, now=now)
    return made[cause]


@transaction.atomic
def issue_all(
    customers: Mapping[str, Customer],
    *,
    kind: str,
    value: Decimal | int,
    days: int,
    name: str,
    min_total: Decimal | None = None,
    now: datetime | None = None,
) -> dict[str, Voucher]:
    """The same voucher for many people, by cause, in a fixed number of queries. Raises `NotAVoucher`."""
    now = now or timezone.now()
    offer = _offer(kind, _checked(kind, Decimal(value), days), min_total or None)
    until = datetime.combine(timezone.localdate(now) + timedelta(days=days), time.max, timezone.get_current_timezone())
    known = set(Voucher.objects.filter(cause__in=customers).values_list("cause", flat=True))
    Voucher.objects.bulk_create(
        [
            Voucher(
                name=name,
                code=new_code(),
                usage=Voucher.SINGLE_USE,
                owner=customer,
                cause=cause,
                start_datetime=now,
                end_datetime=until,
            )
            for cause, customer in customers.items()
            if cause not in known
        ],
        ignore_conflicts=True,  # another worker may be at the same cause: its voucher is as good
    )
    vouchers = {str(one.cause): one for one in Voucher.objects.filter(cause__in=customers)}
    links = Voucher.offers.through
    fresh = [links(voucher=one, conditionaloffer=offer) for cause, one in vouchers.items() if cause not in known]
    links.objects.bulk_create(fresh, ignore_conflicts=True)
    return vouchers


def give_up(voucher: Voucher) -> None:
    """End a voucher that has not been used: its cause is gone, or the person is."""
    Voucher.objects.filter(pk=voucher.pk, end_datetime__gt=timezone.now()).update(end_datetime=timezone.now())


def of(customer: Customer) -> list[Voucher]:
    """What a person could still use, the one that ends first at the top."""
    return list(Voucher.objects.usable(timezone.now()).filter(owner=customer).order_by("end_datetime", "pk"))


def new_code() -> str:
    """A code nobody can guess, in groups that can be typed."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def _checked(kind: str, value: Decimal, days: int) -> Decimal:
    if kind not in _TYPES:
        raise NotAVoucher(f"There is no kind {kind}.")
    if kind == FREE_SHIPPING:
        value = Decimal(100)
    if not value.is_finite() or value <= 0 or (kind != AMOUNT and value > 100) or days < 1:
        raise NotAVoucher(f"{value} for {days} days")
    return value


def _offer(kind: str, value: Decimal, min_total: Decimal | None) -> ConditionalOffer:
    """The offer behind all personal vouchers of this kind and value."""
    slug = f"{PREFIX}{kind}-{value.normalize():f}-{(min_total or Decimal(0)).normalize():f}".replace(".", "_")
    found = _running(slug)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OFFERS_LOCK])
        found = _running(slug) or _make_offer(slug, kind, value, min_total)
    return found


def _running(slug: str) -> ConditionalOffer | None:
    # One that was switched off by hand stays so for the vouchers that have it; new ones get another.
    offers = ConditionalOffer.objects.exclude(status=ConditionalOffer.SUSPENDED)
    return offers.filter(slug__startswith=f"{slug}--", offer_type=ConditionalOffer.VOUCHER).first()


def _make_offer(slug: str, kind: str, value: Decimal, min_total: Decimal | None) -> ConditionalOffer:
    everything = Range.objects.filter(includes_all_products=True, proxy_class=None, excluded_categories=None).first()
    goods = everything or Range.objects.create(name="Everything", includes_all_products=True)
    by_value = {"type": Condition.VALUE, "value": min_total} if min_total else {"type": Condition.COUNT, "value": 1}
    stamp = secrets.token_hex(4)
    return ConditionalOffer.objects.create(
        name=f"Personal vouchers: {kind} {value.normalize():f} / {min_total or 0} ({stamp})",
        slug=f"{slug}--{stamp}",
        offer_type=ConditionalOffer.VOUCHER,
        condition=Condition.objects.create(range=goods, **by_value),
        benefit=Benefit.objects.create(range=None if kind == FREE_SHIPPING else goods, type=_TYPES[kind], value=value),
        # Five off means five off the order, not five for each thing in it.
        max_basket_applications=None if kind == PERCENT else 1,
    )
