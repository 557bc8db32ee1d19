"""The life of a newsletter: draft, approved, scheduled, sending, sent; with a pause or an end on the way.

What it says is copied when it is approved, to whom it goes when it begins. Each verb locks the newsletter and asks whether
it is in a state that allows it, so that two people or two workers never do the same twice.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from campaigns import audience, schedule
from campaigns.letters import lint, posting, vouchers
from campaigns.models import Newsletter, Recipient
from campaigns.segments import CannotRead
from shop.customers.models import User
from shop.events import bell
from shop.events.catalog import NewsletterSent
from shop.events.log import record
from shop.mail import attention, gate, outbox
from shop.mail.models import Message

log = structlog.get_logger(__name__)

State = Newsletter.State
BATCH = 500  # messages written at once
AHEAD = timedelta(seconds=60)  # how far a throttled newsletter is written in advance
SOON = timedelta(minutes=10)  # a message put off for longer does not keep its newsletter from being called sent
KIND = "newsletter"  # of its messages
CANCELLED = gettext_noop("The newsletter was cancelled.")
PAUSED = gettext_noop("The newsletter is paused.")
UNDER_WAY = [State.SCHEDULED, State.SENDING, State.PAUSED]


class NotPossible(Exception):
    """The message says why, to be shown."""


# What staff do


@transaction.atomic
def approve(newsletter: Newsletter, by: User) -> Newsletter:
    """Fix what it says. Raises `NotPossible` while something is wrong with its letter, or it goes to nobody."""
    row = _locked(newsletter, State.DRAFT)
    problems = [finding.text for finding in lint.of(row.letter.content) if finding.is_error]
    if problems:
        raise NotPossible(" ".join(problems))
    if not row.segments.exists():
        raise NotPossible(gettext("Choose to whom it goes first."))
    row.state, row.content, row.approved_by, row.approved_at = State.APPROVED, row.letter.content, by, timezone.now()
    return _saved(row)


@transaction.atomic
def reopen(newsletter: Newsletter) -> Newsletter:
    """Back to a draft, to be changed and approved anew."""
    row = _locked(newsletter, State.APPROVED, State.SCHEDULED)
    row.state, row.content, row.approved_by, row.approved_at = State.DRAFT, {}, None, None
    return _saved(row)


@transaction.atomic
def put_on(
    newsletter: Newsletter, day: date, at: time, *, in_own_time: bool = False, now: datetime | None = None
) -> Newsletter:
    """Schedule an approved newsletter. Raises `NotPossible` for a moment that is past."""
    row = _locked(newsletter, State.APPROVED, State.SCHEDULED)
    now = now or timezone.now()
    if schedule.moment_of(day, at) < now - timedelta(minutes=1):
        raise NotPossible(gettext("This moment is past. Choose a later one."))
    row.state, row.send_on, row.send_at, row.in_own_time = State.SCHEDULED, day, at, in_own_time
    bell.ring("campaigns.tasks.send_newsletters")
    return _saved(row)


def send_now(newsletter: Newsletter, now: datetime | None = None) -> Newsletter:
    """Schedule it for this minute."""
    here = timezone.localtime(now or timezone.now())
    return put_on(newsletter, here.date(), here.time().replace(second=0, microsecond=0), now=now)


@transaction.atomic
def pause(newsletter: Newsletter) -> Newsletter:
    """Let nothing more leave; what a sender has in its hands does, if the server takes it."""
    row = _locked(newsletter, State.SENDING)
    outbox.hold(messages_of(row))
    row.state = State.PAUSED
    return _saved(row)


@transaction.atomic
def resume(newsletter: Newsletter) -> Newsletter:
    row = _locked(newsletter, State.PAUSED)
    outbox.let_go(messages_of(row))
    messages_of(row).filter(state=Message.State.QUEUED, reason=PAUSED).update(due_at=timezone.now(), reason="")
    row.state, row.paced_until = State.SENDING, None
    bell.ring("campaigns.tasks.send_newsletters")
    return _saved(row)


@transaction.atomic
def cancel(newsletter: Newsletter) -> Newsletter:
    """For good. Whoever has not got it yet never will; each of them keeps a row that says so.

    Also one that counts as sent while messages still wait, as those do that were written at night.
    """
    row = _locked(newsletter, State.APPROVED, *UNDER_WAY, *([State.SENT] if has_waiting(newsletter) else []))
    outbox.withdraw(messages_of(row), CANCELLED)
    vouchers.take_back(timezone.now(), f"{KIND}:{row.pk}:")  # what is wrong may be what they are worth
    row.recipients.waiting().update(outcome=Recipient.Outcome.REFUSED, reason=CANCELLED)
    row.state, row.ended_at = State.CANCELLED, timezone.now()
    return _saved(row)


def messages_of(newsletter: Newsletter) -> QuerySet[Message]:
    return Message.objects.filter(newsletter_recipient__newsletter=newsletter)


def has_waiting(newsletter: Newsletter) -> bool:
    """Whether messages of it are still to leave."""
    return messages_of(newsletter).filter(state__in=[Message.State.QUEUED, Message.State.HELD]).exists()


# What workers do


def begin_due(now: datetime | None = None) -> int:
    """Begin what is scheduled for now or earlier; return how many. Any number of workers may call it at once."""
    now = now or timezone.now()
    return sum(_begin_or_not(newsletter, now) for newsletter in Newsletter.objects.scheduled() if begins_at(newsletter) <= now)


def begins_at(newsletter: Newsletter) -> datetime:
    """When the first person may get it: with everybody's own time, that is where the day begins."""
    assert newsletter.send_on and newsletter.send_at
    zone = schedule.EARLIEST if newsletter.in_own_time else ""
    return schedule.moment_of(newsletter.send_on, newsletter.send_at, zone)


def write_due(now: datetime | None = None) -> int:
    """Write a batch of messages of each newsletter being sent; return how many recipients were settled."""
    return sum(write_batch(newsletter, now or timezone.now()) for newsletter in Newsletter.objects.sending())


@transaction.atomic
def write_batch(newsletter: Newsletter, now: datetime) -> int:
    """Settle up to `BATCH` recipients, all or none of them; the last batch ends the newsletter."""
    row = Newsletter.objects.select_for_update(skip_locked=True).filter(pk=newsletter.pk, state=State.SENDING).first()
    if row is None:
        return 0
    room = _room(row, now)
    waiting = row.recipients.waiting(now).select_related("customer").order_by("due_at", "pk")
    batch = list(waiting.select_for_update(of=("self",))[:room])
    if not batch:
        _end(row, now)
        return 0
    allowed = _allowed(row, _awake(row, batch, now))
    _write(row, allowed, now)
    return len(batch)


def _begin_or_not(newsletter: Newsletter, now: datetime) -> bool:
    """A newsletter whose segment cannot be read waits until that is mended, as its page says; the others go out."""
    try:
        return _begin(newsletter.pk, now)
    except CannotRead:
        log.exception("newsletter_unreadable", newsletter=newsletter.pk)
        return False


@transaction.atomic
def _begin(pk: int, now: datetime) -> bool:
    row = Newsletter.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.SCHEDULED).first()
    if row is None or not schedule.takes(f"newsletter:{pk}", begins_at(row)):
        return False
    sizes = audience.count(row, now)
    audience.freeze(row, now)
    row.left_out = {"in_segments": sizes.in_segments, "excluded": sizes.excluded, "not_subscribed": sizes.not_subscribed}
    row.state, row.began_at = State.SENDING, now
    _saved(row)
    return True


def _room(row: Newsletter, now: datetime) -> int:
    """How many may be written now: with a throttle so many as leave within `AHEAD`."""
    if not row.per_minute:
        return BATCH
    ahead = now + AHEAD - max(row.paced_until or now, now)
    return max(0, min(BATCH, int(ahead.total_seconds() * row.per_minute / 60)))


def _awake(row: Newsletter, batch: Sequence[Recipient], now: datetime) -> Sequence[Recipient]:
    """Those of a throttled newsletter with whom it is not night; the others are written to in the morning. Written at night,
    the messages of all of them would leave in the same minute."""
    if not row.per_minute:
        return batch
    setting, awake, asleep = attention.current(), [], []
    for one in batch:
        moment = gate.opens_at(one.customer, row.topic, now, setting)
        # Where it is always night somewhere, as in Antarctica, there is no morning to wait for.
        if moment > now and gate.opens_at(one.customer, row.topic, moment, setting) == moment:
            one.due_at = moment
            asleep.append(one)
        else:
            awake.append(one)
    Recipient.objects.bulk_update(asleep, ["due_at"])
    return awake


def _allowed(row: Newsletter, batch: Sequence[Recipient]) -> list[Recipient]:
    """Those whom nothing speaks against; the others get the reason. Asked before a voucher is made for anybody."""
    said = gate.objections([(one.customer, row.topic, one.customer.email or "") for one in batch])
    refused = [(one, reason) for one, reason in zip(batch, said, strict=True) if reason]
    for one, reason in refused:
        one.outcome, one.reason = Recipient.Outcome.REFUSED, reason
    Recipient.objects.bulk_update([one for one, _reason in refused], ["outcome", "reason"])
    return [one for one, reason in zip(batch, said, strict=True) if not reason]


def _write(row: Newsletter, batch: Sequence[Recipient], now: datetime) -> None:
    if not batch:
        return
    step = timedelta(seconds=60 / row.per_minute) if row.per_minute else timedelta()
    first = max(row.paced_until or now, now)
    posts = [posting.Post(one.customer, f"{row.pk}:{one.customer_id}", first + step * place) for place, one in enumerate(batch)]
    messages = posting.write(edition_of(row), posts, is_asked=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_recipient r SET message_id = m.message, outcome = 'written' "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS m(id, message) WHERE r.id = m.id",
            [[one.pk for one in batch], [message.pk for message in messages]],
        )
    if step:
        row.paced_until = first + step * len(batch)
        row.save(update_fields=["paced_until"])


def edition_of(row: Newsletter) -> posting.Edition:
    return posting.Edition(f"newsletter:{row.pk}", row.content, row.name, kind=KIND, topic=row.topic)


def _end(row: Newsletter, now: datetime) -> None:
    leaving = [Message.State.QUEUED, Message.State.SENDING]
    still = messages_of(row).filter(state__in=leaving, due_at__lt=now + SOON)
    if row.recipients.waiting().exists() or still.exists():
        return
    row.state, row.ended_at = State.SENT, now
    _saved(row)
    record(NewsletterSent(newsletter_id=row.pk, recipients=row.recipients.count()), customer=None)


def _locked(newsletter: Newsletter, *states: str) -> Newsletter:
    row = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
    if row.state not in states:
        raise NotPossible(gettext("It is %(state)s now; this cannot be done any more.") % {"state": row.get_state_display()})
    return row


def _saved(row: Newsletter) -> Newsletter:
    row.save()
    return row
