"""The last question before a message leaves: now, later or never; and a row that says so.

Two senders may hold messages to one person. The rows of the people are locked while the budget is counted and spent, so that
no rolling window ever holds more than the budget allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from shop.mail import attention, gate, inserting
from shop.mail.inserting import Decided
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


def due_needed(most: int) -> list[Message]:
    """So many of what orders and accounts need, in the caller's transaction: due, and in nobody else's hands."""
    due = Message.objects.due().needed().select_related("customer")
    return list(due.select_for_update(skip_locked=True, of=("self",))[:most])


def due_marketing(most: int) -> list[Message]:
    """The same of marketing. Its people are locked too: who is in somebody else's hands is left to them, so nobody waits."""
    due = Message.objects.due().marketing().filter(customer__uid__isnull=False).select_related("customer")
    return list(_locked(due)[:most])


def admit(batch: Sequence[Message], now: datetime) -> list[Message]:
    """Those of a batch that may be handed over now, the most important first, marked as being sent; in the transaction that
    locked them.

    The others are written back: to be asked again later, or never to be sent. One `Decision` row for each marketing message.
    """
    asked = _ask(batch, now)
    ranked = sorted(batch, key=lambda message: (-attention.priority_of(message), message.due_at, message.pk or 0))
    decisions = [_decide(message, asked) for message in ranked if message.topic]
    _keep(decisions, now)
    refused = [message for message in batch if not message.topic and asked.objections[message.pk]]
    for message in refused:
        Message.objects.filter(pk=message.pk).update(state=Message.State.WITHHELD, reason=asked.objections[message.pk])
    needed = [message for message in batch if not message.topic and message not in refused]
    admitted = [decision.message for decision in decisions if decision.outcome == Decision.Outcome.SENT]
    _let_out(needed, now, None)
    _let_out(admitted, now, now)
    return [*needed, *admitted]


def note(messages: Sequence[Message]) -> None:
    """Write down why messages that have just been written will not be sent."""
    withheld = [one for one in messages if one.topic and one.state == Message.State.WITHHELD]
    inserting.decisions([Decided(one, Decision.Outcome.WITHHELD, one.reason) for one in withheld], timezone.now())


def _locked(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.select_for_update(skip_locked=True, no_key=True, of=("self", "customer"))


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


def _decide(message: Message, asked: Asked) -> Decided:
    decision = Decided(message)
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


def _keep(decisions: Sequence[Decided], now: datetime) -> None:
    """Write down what was decided, and what stays here; in two statements, however many there are."""
    inserting.decisions(decisions, now)
    kept = []
    for decision in decisions:
        message = decision.message
        if decision.outcome == Decision.Outcome.SENT:
            continue
        message.reason, message.admitted_at, message.state = decision.reason, None, Message.State.WITHHELD
        if decision.until:
            message.state, message.due_at = Message.State.QUEUED, decision.until
        kept.append(message)
    Message.objects.bulk_update(kept, ["state", "due_at", "reason", "admitted_at"])


def _let_out(messages: list[Message], now: datetime, admitted_at: datetime | None) -> None:
    """Into the sender's hands: each time counts as an attempt."""
    if not messages:
        return
    for message in messages:
        message.state, message.claimed_at, message.admitted_at = Message.State.SENDING, now, admitted_at
        message.attempts += 1
    ids = [message.pk for message in messages]
    Message.objects.filter(pk__in=ids).update(
        state=Message.State.SENDING, claimed_at=now, admitted_at=admitted_at, reason="", attempts=F("attempts") + 1
    )
