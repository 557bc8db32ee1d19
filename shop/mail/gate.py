"""What keeps a message from leaving. Asked when it is written, and again when it is about to leave.

Everything is asked for many at once: a newsletter goes through here in batches, in a number of queries that does not
depend on their size. Order mail only needs somebody to write to; the rest is about marketing, which has a topic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext_noop

from shop.customers import consent
from shop.customers.models import Customer
from shop.mail import attention, hours, suppression
from shop.mail.models import Attention, Message

log = structlog.get_logger(__name__)

UNANSWERED = gettext_noop("It could not be found out whether it may leave.")

Wish = tuple[Customer | None, str, str]  # who, which topic, which address


@dataclass(frozen=True)
class Hold:
    """Not now. `until`: when to ask again; without it every few hours, until the message is too old."""

    reason: str
    until: datetime | None = None


Holds = Callable[[Sequence[Customer]], Mapping[int, Hold]]
Conditions = Callable[[Sequence[Message]], Mapping[int, str | Hold]]

_holds: list[Holds] = []
_conditions: list[Conditions] = []


def holds(function: Holds) -> Holds:
    """Register `function(customers) -> {customer id: Hold}`: people who get no marketing for the time being."""
    _holds.append(function)
    return function


def conditions(function: Conditions) -> Conditions:
    """Register `function(messages) -> {message id: reason or Hold}`: what must still be true of a message when it leaves,
    such as that its campaign runs, or that nothing was bought since. A reason keeps it for good, a `Hold` for now."""
    _conditions.append(function)
    return function


def objection(customer: Customer | None, topic: str, address: str) -> str:
    """Why this must not be sent, in words for the log; empty when nothing speaks against it."""
    return objections([(customer, topic, address)])[0]


def objections(wishes: Sequence[Wish]) -> list[str]:
    """`objection` for many at once, in their order."""
    asked = [wish for wish in wishes if wish[0] is not None and wish[1]]
    agreed = consent.agreed({person.pk for person, _topic, _address in asked if person}, {topic for _p, topic, _a in asked})
    blocked = suppression.blocked({address for _person, topic, address in wishes if topic and address})
    return [_objection(wish, agreed, blocked) for wish in wishes]


def opens_at(customer: Customer | None, topic: str, moment: datetime, setting: Attention | None = None) -> datetime:
    """From when a message may leave: at once for what an order needs, after the quiet hours for the rest."""
    if customer is None or not topic:
        return moment
    setting = setting or attention.current()
    zones = hours.zones_of(customer.time_zone, customer.country)
    return hours.opening(moment, zones, setting.quiet_from, setting.quiet_until)


def open_at(wishes: Sequence[Wish], moment: datetime) -> list[datetime]:
    """`opens_at` for many at once, in their order."""
    setting = attention.current()
    return [opens_at(customer, topic, moment, setting) for customer, topic, _address in wishes]


def held(customers: Sequence[Customer]) -> dict[int, Hold]:
    """Who gets no marketing for the time being, and why."""
    found: dict[int, Hold] = {}
    for ask in _holds:
        found |= _answers(ask, customers)
    return found


def unmet(messages: Sequence[Message]) -> dict[int, str | Hold]:
    """Messages that make no sense (any more), by id."""
    found: dict[int, str | Hold] = {}
    for ask in _conditions:
        found |= _answers(ask, messages)
    return found


def _answers(ask: Callable[[Sequence[Any]], Mapping[int, Any]], asked: Sequence[Any]) -> dict[int, Any]:
    """What a rule says of these rows. Those at which it fails are held; the others must not wait for its repair."""
    if not asked:
        return {}
    try:
        with transaction.atomic():  # also after an error of the database the claim goes on
            return dict(ask(asked))
    except Exception:
        if transaction.get_connection().needs_rollback:  # the database went away: nobody can be asked
            raise
        if len(asked) == 1:
            log.exception("gate_rule_failed", rule=f"{ask.__module__}.{ask.__name__}", row=asked[0].pk)
            return {asked[0].pk: Hold(UNANSWERED)}
    half = len(asked) // 2
    return _answers(ask, asked[:half]) | _answers(ask, asked[half:])


def _objection(wish: Wish, agreed: set[tuple[int, str]], blocked: set[str]) -> str:
    customer, topic, address = wish
    if customer is not None and customer.erased_at:
        return gettext_noop("The customer was erased.")
    if not address:
        return gettext_noop("There is no address to write to.")
    if not topic:
        return ""
    if customer is None or (customer.pk, topic) not in agreed:
        return gettext_noop("The customer has not agreed to this topic.")
    if suppression.mailbox_of(address) in blocked:
        return gettext_noop("The address is suppressed.")
    return ""
