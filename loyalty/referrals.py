"""Recommending the shop: a link for each buyer, points for both once the friend has kept a first order.

Only who has paid for an order can recommend, and only somebody without any order, but for those that they never paid, can
come on a recommendation: so nobody recommends to themselves in a circle, however many links they pass around.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from loyalty import arriving, caps, deeds, ledger, programme, purchases, windows
from loyalty.models import Account, Code, Entry, Referral, Rule
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import ReferralRewarded
from shop.forks.order.models import Order
from shop.forks.races import is_guarded
from shop.orders import statuses
from shop.orders.quotes import Quote

State = Referral.State
REASONS = (Entry.Reason.REFERRAL, Entry.Reason.REFERRED)
LOOKED_AT = 20  # addresses of the referrer, and as many of earlier friends
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are taken for another
DOTLESS = {"gmail.com", "googlemail.com"}
SAME_MAILBOX = {"googlemail.com": "gmail.com"}

SELF = _("The same person")
SAME_PHONE = _("The same telephone number")
SAME_ADDRESS = _("The same postal address")
THROW_AWAY = _("A throw-away address")
SENT_BACK = _("The order was cancelled or sent back")
TOO_SMALL = _("Too small an order")
TOO_MANY = _("More recommendations than one customer is rewarded for")
BY_STAFF = _("Decided by staff")


def may_recommend(customer: Customer) -> bool:
    """Whether somebody has paid for an order, and the programme rewards recommendations."""
    rule = programme.rule_for(Rule.Kind.REFERRAL, timezone.now())
    return rule is not None and _has_paid(customer)


def code_of(customer: Customer) -> str:
    """What stands in this customer's link."""
    found = Code.objects.filter(customer=customer).order_by("pk").first()
    while found is None:
        code = "".join(secrets.choice(LETTERS) for _ in range(7))
        Code.objects.bulk_create([Code(customer=customer, code=code)], ignore_conflicts=True)
        found = Code.objects.filter(customer=customer).order_by("pk").first()
    return found.code


def link_of(customer: Customer) -> str:
    return f"{settings.SHOP_URL}{reverse('loyalty:friend', args=[code_of(customer)])}"


def referrer_of(code: str) -> Customer | None:
    """Who recommends with this code; None for one that nobody has."""
    found = Code.objects.select_related("customer").filter(code=code.strip().lower()[:12]).first()
    return found.customer if found and not found.customer.erased_at else None


def note(order: Order, details: Any, quote: Quote) -> None:
    """With a new order: whether it is a first one that came by somebody's link."""
    code = arriving.code()
    if code and order.customer_id and programme.current().is_on:
        attribute(order, code)


def attribute(order: Order, code: str) -> Referral | None:
    """The recommendation an order came on; None where there is nothing to reward: a known customer, or no such code."""
    rule = programme.rule_for(Rule.Kind.REFERRAL, timezone.now())
    referrer, referee = referrer_of(code), order.customer
    if rule is None or referrer is None or referee is None or referrer == referee or not _has_paid(referrer):
        return None
    if is_guarded("referral") and (has_ordered(referee, order) or _is_known_otherwise(referee, referrer)):
        return None
    friends = programme.rule_for(Rule.Kind.REFERRED, timezone.now())
    state, why = _judged(referrer, referee, order)
    made = Referral(
        referrer=referrer,
        referee=referee,
        order=order,
        state=state,
        why=why,
        referrer_points=rule.points or 0,
        referee_points=(friends.points or 0) if friends else 0,
        min_order=rule.min_order or 0,
    )
    try:
        with transaction.atomic():
            # Of an order that was given up unpaid nothing came: this one is the first.
            Referral.objects.filter(referee=referee, order__status=statuses.CANCELLED, order__paid_at=None).delete()
            made.save(force_insert=True)
    except IntegrityError:  # another first order of the same person was quicker
        return None
    return made


def canonical(email: str | None) -> str:
    """The mailbox behind an address: without what follows a plus, and without dots where they mean nothing."""
    name, _at, domain = (email or "").strip().lower().partition("@")
    domain = SAME_MAILBOX.get(domain, domain)
    name = name.partition("+")[0]
    return f"{name.replace('.', '') if domain in DOTLESS else name}@{domain}"


def reward_due(now: datetime | None = None) -> int:
    """Reward every recommendation whose order was kept beyond its return window; how many. Each by itself."""
    now = now or timezone.now()
    waiting = Referral.objects.filter(state=State.ORDERED, order__paid_at__isnull=False).select_related("order")
    due = [one for one in waiting.order_by("pk") if windows.end_of(one.order) <= now and not windows.is_still_here(one.order)]
    return sum(_settled(one, now).state == State.REWARDED for one in due)


@transaction.atomic
def follow(order: Order) -> None:
    """The order was refunded or cancelled: what came of its recommendation is looked at again."""
    referral = Referral.objects.select_for_update().filter(order=order).first()
    if referral is None or _is_kept(referral):
        return
    undo(referral, SENT_BACK)


def undo(referral: Referral, why: str) -> None:
    """Refuse a recommendation; what was given for it already is taken back. In the caller's transaction."""
    if referral.state == State.REWARDED:
        # By its order: the causes name the friend, who may have become one with another row since.
        given = Entry.objects.filter(kind=Entry.Kind.EARN, order=referral.order_id, reason__in=REASONS)
        for cause in given.order_by("account__customer").values_list("cause", flat=True):
            ledger.reverse(cause, because=f"undone:{cause}")
        _save(referral, State.REVERSED, why)
    elif referral.state in (State.ORDERED, State.CHECK):
        _save(referral, State.REFUSED, why)


@transaction.atomic
def decide(referral: Referral, *, is_good: bool) -> Referral:
    """Staff have looked at a suspicious one: it goes its way, or is refused."""
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if locked.state == State.CHECK:
        _save(locked, State.ORDERED if is_good else State.REFUSED, BY_STAFF)
    return locked


def circular() -> Iterable[Referral]:
    """Recommendations by somebody who had not bought before the friend did: none, so the graph has no circle."""
    rows = Referral.objects.select_related("order", "referrer").exclude(state=State.REFUSED)
    firsts = {row.referee_id: row.order.date_placed for row in rows}
    return [row for row in rows if row.referrer_id in firsts and firsts[row.referrer_id] >= row.order.date_placed]


@transaction.atomic
def _settled(referral: Referral, now: datetime) -> Referral:
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if referral.state != State.ORDERED:
        return referral
    if not _is_kept(referral):
        _save(referral, State.REFUSED, SENT_BACK if _is_sent_back(referral) else TOO_SMALL)
        return referral
    rule = programme.rule_for(Rule.Kind.REFERRAL, now)
    # Both accounts, in the order of their customers' ids, before either earns.
    people = sorted((referral.referrer, referral.referee), key=lambda person: person.pk)
    for person in people:
        Account.objects.lock_for(person)
    points = referral.referrer_points
    if rule:
        points = caps.cut(points, [rule], referral.referrer, now)
    if points < referral.referrer_points:
        _save(referral, State.REFUSED, TOO_MANY)
        return referral
    gifts = (referral.referrer_points, referral.referee_points)
    for person, reason, gift, cause in zip(
        (referral.referrer, referral.referee), REASONS, gifts, _causes(referral), strict=True
    ):
        if gift and not person.erased_at:
            ledger.earn(person, gift, reason, cause=cause, order=referral.order, now=now)
    referral.rewarded_at = now
    _save(referral, State.REWARDED, "")
    if not referral.referrer.erased_at:
        event = ReferralRewarded(referral_id=referral.pk, referee_id=referral.referee_id, points=referral.referrer_points)
        log.record(event, customer=referral.referrer, happened_at=now)
    return referral


def _causes(referral: Referral) -> tuple[str, str]:
    """One cause for each referee: the journal itself lets no second reward in."""
    return f"referral:{referral.referee_id}", f"referred:{referral.referee_id}"


def _is_kept(referral: Referral) -> bool:
    order = Order.objects.get(pk=referral.order_id)
    if order.status in (statuses.CANCELLED, statuses.REFUNDED):
        return False
    left = purchases.goods_kept(order)
    return left > 0 and left >= Decimal(referral.min_order)


def _is_sent_back(referral: Referral) -> bool:
    order = Order.objects.get(pk=referral.order_id)
    paid = sum((line.line_price_incl_tax for line in order.lines.all()), Decimal(0))
    return order.status == statuses.CANCELLED or purchases.goods_kept(order) < paid


def _judged(referrer: Customer, referee: Customer, order: Order) -> tuple[str, str]:
    """How a recommendation starts: refused where it is plainly the same person, set aside where it may be."""
    if canonical(referrer.email) == canonical(referee.email):
        return State.REFUSED, SELF
    if deeds.is_refused(referee.email):
        return State.REFUSED, THROW_AWAY
    address = order.shipping_address
    phone = _digits(address.phone_number) if address else ""
    # Where the referrer had things sent, and where their earlier friends did: ten friends in one flat are one friend.
    theirs = [
        Order.objects.filter(customer=referrer),
        Order.objects.filter(referral__referrer=referrer).exclude(customer=referee),
    ]
    latest = [one for some in theirs for one in some.select_related("shipping_address").order_by("-pk")[:LOOKED_AT]]
    places = [one.shipping_address for one in latest if one.shipping_address]
    if phone and phone in {_digits(referrer.phone), *(_digits(place.phone_number) for place in places)}:
        return State.CHECK, SAME_PHONE
    if address and _place(address) in {_place(place) for place in places}:
        return State.CHECK, SAME_ADDRESS
    return State.ORDERED, ""


def _has_paid(customer: Customer) -> bool:
    return customer.orders.filter(paid_at__isnull=False).exists()


def has_ordered(customer: Customer, apart_from: Order | None = None) -> bool:
    """Whether somebody has an order, other than this one, that was not given up before it was paid."""
    orders = customer.orders.exclude(status=statuses.CANCELLED, paid_at=None)
    return orders.exclude(pk=apart_from.pk if apart_from else None).exists()


def _is_known_otherwise(referee: Customer, referrer: Customer) -> bool:
    """Whether the mailbox has ordered under another spelling of its address. The referrer's own is judged apart."""
    name, _at, domain = canonical(referee.email).partition("@")
    is_dotless = domain in DOTLESS
    letters = r"\.*".join(re.escape(letter) for letter in name) if is_dotless else re.escape(name)
    domains = "|".join(re.escape(one) for one in (sorted(DOTLESS) if is_dotless else [domain]))
    alike = Customer.objects.filter(
        email__startswith=name[:1] if is_dotless else name, email__regex=rf"^{letters}(\+[^@]*)?@({domains})$"
    )
    others = alike.exclude(pk__in=(referee.pk, referrer.pk)).values("pk")
    return Order.objects.filter(customer__in=others).exclude(status=statuses.CANCELLED, paid_at=None).exists()


def _digits(phone: object) -> str:
    return "".join(sign for sign in str(phone or "") if sign.isdigit())[-9:]


def _place(address: Any) -> tuple[str, ...]:
    parts = (address.line1, address.line2, address.postcode, address.line4, address.country_id)
    return tuple("".join(str(part or "").lower().split()) for part in parts)


def _save(referral: Referral, state: str, why: str) -> None:
    referral.state, referral.why = state, why
    referral.save(update_fields=["state", "why", "rewarded_at"])
