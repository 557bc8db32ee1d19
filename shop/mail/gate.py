"""What keeps a message from leaving. Asked when it is written, and again when it is about to leave."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_noop

from shop.customers import consent
from shop.customers.models import Customer
from shop.mail import suppression

Rule = Callable[[Customer, str], str]
Clock = Callable[[Customer, str, datetime], datetime]

_rules: list[Rule] = []
_clocks: list[Clock] = []


def rule(function: Rule) -> Rule:
    """Register `function(customer, topic) -> reason why not, or ""`: an attention budget, a holdout group."""
    _rules.append(function)
    return function


def clock(function: Clock) -> Clock:
    """Register `function(customer, topic, moment) -> the moment from which it may leave`: quiet hours."""
    _clocks.append(function)
    return function


def objection(customer: Customer | None, topic: str, address: str) -> str:
    """Why this must not be sent now, in words for the log; empty when nothing speaks against it.

    Mail without a topic belongs to an order or an account and only needs somebody to write to.
    """
    if customer is not None and customer.erased_at:
        return gettext_noop("The customer was erased.")
    if not address:
        return gettext_noop("There is no address to write to.")
    if not topic:
        return ""
    if customer is None or not consent.is_given(customer, topic):
        return gettext_noop("The customer has not agreed to this topic.")
    if suppression.find(address):
        return gettext_noop("The address is suppressed.")
    return next((reason for reason in (ask(customer, topic) for ask in _rules) if reason), "")


def opens_at(customer: Customer | None, topic: str, moment: datetime) -> datetime:
    """From when a message may leave: at once for what an order needs, after the quiet hours for the rest."""
    if customer is not None and topic:
        for shift in _clocks:
            moment = max(moment, shift(customer, topic, moment))
    return moment
