"""The last question before a message leaves: now, later or never; and a row that says so.

Two senders may hold messages to one person. The rows of the people are locked, in the order of their ids, while the budget
is counted and spent, so that no rolling window ever holds more than the budget allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from shop.customers.models import Customer
from shop.mail import attention, gate
from shop.mail.models import Attention, Decision, Message

SOON = timedelta(minutes=5)  # to wait for a more important message
LATER = timedelta(hours=6)  # to ask again what nobody knows the end of

TOO_LATE = gettext_noop("It would have come too late.")
QUIET = gettext_noop("It is night where the customer lives.")
PAUSED = gettext_noop("The customer asked for a pause.")
ENOUGH = gettext_noop("The customer has had enough mail for now.")
OUTRANKED = gettext_noop("A more important message to the customer goes first.")


@dataclass(frozen=True)
class Asked:
    """What was asked for a whole batch at once."""

    now: datetime
    setting: Attention
    budget: attention.Budget
    objections: dict[int, str]
    held: dict[int, gate.Hold]
    unmet: dict[int, "str | gate.Hold"]


def admit(batch: Sequence[Message], now: datetime | None = None) -> list[Message]:
    """Those of a sender's claimed messages that may be handed over now, the most important first.

    The others are written back: to be asked again later, or never to be sent. One `Decision` row for each marketing message.
    """
    now = now or timezone.now()
    needed = [message for message in batch if not message.topic]
    with transaction.atomic():
        marketing = _locked([message for message in batch if message.topic])
        marketing.sort(key=lambda message: (-attention.priority_of(message), message.due_at, message.pk or 0))
        asked = _ask([*needed, *marketing], now)
        decisions = {message: _decide(message, asked) for message in marketing}
        _write(decisions, now)
        refused = [message for message in needed if asked.objections[message.pk]]
        for message in refused:
            _back(message).update(state=Message.State.WITHHELD, reason=asked.objections[message.pk])
    admitted = [message for message, decision in decisions.items() if decision.outcome == Decision.Outcome.SENT]
    return [message for message in needed if message not in refused] + admitted


def note(messages: Sequence[Message]) -> None:
    """Write down why messages that have just been written will not be sent."""
    Decision.objects.bulk_create(
        Decision(message=one, customer_id=one.customer_id, outcome=Decision.Outcome.WITHHELD, reason=one.reason)
        for one in messages
        if one.topic and one.state == Message.State.WITHHELD
    )


def _locked(messages: list[Message]) -> list[Message]:
    """Those still in this sender's hands, with the rows of their people locked and as they are now."""
    people = Customer.objects.filter(pk__in={message.customer_id for message in messages}).order_by("pk")
    found = {person.pk: person for person in _lock(people)}
    ids = [message.pk for message in messages]
    ours = set(Message.objects.filter(pk__in=ids, state=Message.State.SENDING).values_list("pk", "attempts"))
    for message in messages:
        message.customer = found.get(message.customer_id or 0)
    return [message for message in messages if (message.pk, message.attempts) in ours]


def _lock(people: QuerySet[Customer]) -> QuerySet[Customer]:
    return people.select_for_update(no_key=True)


def _ask(messages: Sequence[Message], now: datetime) -> Asked:
    marketing = [message for message in messages if message.topic]
    customers = {message.customer.pk: message.customer for message in marketing if message.customer}
    said = gate.objections([(message.customer, message.topic, message.to_address) for message in messages])
    setting = attention.current()
    return Asked(
        now=now,
        setting=setting,
        budget=attention.Budget(setting, customers, [message.pk for message in marketing], now),
        objections=dict(zip([message.pk for message in messages], said, strict=True)),
        held=gate.held(list(customers.values())) if customers else {},
        unmet=gate.unmet(marketing) if marketing else {},
    )


def _decide(message: Message, asked: Asked) -> Decision:
    decision = Decision(message=message, customer_id=message.customer_id, decided_at=asked.now)
    unmet = asked.unmet.get(message.pk)
    refusal = asked.objections[message.pk] or (unmet if isinstance(unmet, str) else "")
    expires_at = message.expires_at or message.created_at + timedelta(days=asked.setting.patience_days)
    if refusal:
        decision.outcome, decision.reason = Decision.Outcome.WITHHELD, refusal
        return decision
    until, reason = _opening(message, asked)
    if expires_at <= max(asked.now, until):
        decision.outcome, decision.reason = Decision.Outcome.EXPIRED, reason or TOO_LATE
    elif until > asked.now:
        decision.outcome, decision.reason, decision.until = Decision.Outcome.DEFERRED, reason, until
    else:
        decision.outcome = Decision.Outcome.SENT
        if message.topic not in asked.setting.free_topics:
            decision.per_day, decision.per_week = asked.budget.caps_of(message.customer_id or 0)
            asked.budget.take(message.customer_id or 0)
    return decision


def _opening(message: Message, asked: Asked) -> tuple[datetime, str]:
    """From when the message may leave, and what it waits for: the last of all that keeps it."""
    assert message.customer is not None  # or there would have been an objection
    customer, now, waits = message.customer, asked.now, []
    wish, unmet = asked.budget.wishes.get(customer.pk), asked.unmet.get(message.pk)
    if wish and wish.paused_until and wish.paused_until > now:
        waits.append((wish.paused_until, PAUSED))
    for hold in filter(None, (asked.held.get(customer.pk), unmet)):
        assert isinstance(hold, gate.Hold)
        waits.append((max(hold.until or now + LATER, now + SOON), hold.reason))
    if message.topic not in asked.setting.free_topics:
        room = asked.budget.opens_at(customer.pk)
        if room > now:
            waits.append((room, ENOUGH))
        elif asked.budget.is_outranked(message):
            waits.append((now + SOON, OUTRANKED))
    until, reason = max(waits, default=(now, ""))
    awake = gate.opens_at(customer, message.topic, until, asked.setting)
    return (awake, reason or QUIET) if awake > until else (until, reason)


def _write(decisions: dict[Message, Decision], now: datetime) -> None:
    """In four statements, however many there are."""
    Decision.objects.bulk_create(decisions.values())
    admitted, kept = [], []
    for message, decision in decisions.items():
        if decision.outcome == Decision.Outcome.SENT:
            admitted.append(message.pk)
            continue
        message.reason, message.attempts = decision.reason, message.attempts - 1  # nothing was tried
        message.state = Message.State.WITHHELD
        if decision.until:
            message.state, message.due_at = Message.State.QUEUED, decision.until
        kept.append(message)
    Message.objects.filter(pk__in=admitted).update(admitted_at=now, reason="")
    Message.objects.bulk_update(kept, ["state", "due_at", "reason", "attempts"])
    Message.objects.filter(pk__in=[message.pk for message in kept]).update(claimed_at=None, admitted_at=None)


def _back(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)
