"""People on their way through automations: they enter, take one step after the other, and leave.

Everything waits in PostgreSQL. A step, the message it writes and the place of the run commit together, so a worker that
dies takes no step halfway and none twice.
"""

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns import arms, segments
from campaigns.automations import steps, triggers
from campaigns.automations.steps import ONLY_IF, SEND
from campaigns.letters import posting
from campaigns.letters.posting import Edition, Post
from campaigns.models import Automation, Passed, Run, Version
from campaigns.segments import CannotRead
from shop.customers import consent
from shop.customers.models import Customer, User
from shop.events import bell
from shop.events.models import Event
from shop.forks.races import is_guarded, racepoint
from shop.mail.models import Message

log = structlog.get_logger(__name__)

KIND = "automation"  # of its messages
ORDERED = ("order.placed", "order.paid")
TRIES = 8

BOUGHT = gettext_noop("They have ordered meanwhile.")
NOT_IN_SEGMENT = gettext_noop("They are not in the segment (any more).")
GONE = gettext_noop("The customer was erased.")
UNREADABLE = gettext_noop("Its segment names something that is gone.")


@transaction.atomic
def put_to_work(automation: Automation, by: User | None = None) -> Version:
    """Make a version of the automation as it is edited now; people enter it from now on. Raises `steps.NotSteps`."""
    Automation.objects.select_for_update().get(pk=automation.pk)
    kept = steps.frozen(automation.steps)
    rules = automation.segment.rules if automation.segment else None
    working = automation.working
    if working and (working.steps, working.rules, working.ends_with_order) == (kept, rules, automation.ends_with_order):
        return working
    return automation.versions.create(
        number=working.number + 1 if working else 1,
        steps=kept,
        rules=rules,
        ends_with_order=automation.ends_with_order,
        put_to_work_by=by,
    )


def begin(trigger: str, customer: Customer, cause: str, about: dict[str, Any], now: datetime | None = None) -> list[Run]:
    """Let somebody enter every automation that is on and begins so; in the caller's transaction."""
    chosen = Automation.objects.filter(is_on=True, trigger=trigger).select_related("segment").order_by("pk")
    entered = [enter(automation, customer, cause, about, now or timezone.now()) for automation in chosen]
    return [run for run in entered if run]


def enter(automation: Automation, customer: Customer, cause: str, about: dict[str, Any], now: datetime) -> Run | None:
    """Let somebody enter, or be held out; None when they may not: been there lately, not in the segment, no consent.

    In the caller's transaction: the person's row is locked, so that of two occasions at once the second sees the first;
    `closed_during` keeps the same promise in the database. Occasions that are each their own, such as two things back in
    stock, are walked through side by side.
    """
    version = automation.working
    if is_guarded("automation"):
        customer = Customer.objects.lock_for(customer)
    if version is None or customer.erased_at or not _may_enter(automation, version, customer, now):
        return None
    racepoint("automation.may_enter")
    closed = closed_during(automation, now)
    if closed is not None:
        _open_again(automation, customer, now)
    is_held_out = arms.is_held_out(f"automation:{automation.pk}", customer.uid, automation.held_out_percent)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                automation=automation,
                version=version,
                customer=customer,
                cause=cause,
                about=about,
                state=Run.State.HELD_OUT if is_held_out else Run.State.UNDER_WAY,
                due_at=now,
                entered_at=now,
                closed_during=closed,
                ended_at=now if is_held_out else None,
            )
    except IntegrityError:  # the same occasion, or another one at the same moment
        return None
    bell.ring("campaigns.tasks.advance_automations")
    return run


def enter_by_day(now: datetime) -> int:
    """Let those enter whose day it is: birthdays, and segments. Once a day is enough, more often does no harm."""
    chosen = Automation.objects.filter(is_on=True, trigger__in=_by_day()).select_related("segment").order_by("pk")
    return sum(_enter_by_day(automation, now) for automation in chosen)


def advance(now: datetime | None = None, *, seconds: float = 50) -> int:
    """Take the steps that are due for at most so long; return how many runs moved. Any number of workers may run at once."""
    moved, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and _advance_one(now or timezone.now()):
        moved += 1
    return moved


def why_over(run: Run) -> str:
    """Why somebody gets no more messages, in words for the log; empty while nothing speaks against it. Raises `CannotRead`."""
    return over([run]).get(run.pk, "")


def over(runs: Collection[Run], unreadable: str = "") -> dict[int, str]:
    """`why_over` for many at once, by run, of those who get no more; in one query for each question, and one for each version
    with rules. `unreadable`: what to say where rules cannot be read, instead of raising `CannotRead`."""
    found = {run.pk: GONE for run in runs if run.customer.erased_at}
    found |= dict.fromkeys(_ordered([run for run in runs if run.pk not in found and run.version.ends_with_order]), BOUGHT)
    for version in {run.version for run in runs}:
        asked = [run for run in runs if run.version == version and run.pk not in found]
        try:
            found |= dict.fromkeys(_outside(version, asked), NOT_IN_SEGMENT)
        except CannotRead:
            if not unreadable:
                raise
            found |= {run.pk: unreadable for run in asked}
    for trigger in {run.automation.trigger for run in runs}:
        asked = [run for run in runs if run.automation.trigger == trigger and run.pk not in found]
        found |= triggers.BEGINNINGS[trigger].over(asked) if asked else {}
    return found


def closed_during(automation: Automation, entered_at: datetime) -> DateTimeTZRange | None:
    """How long somebody who enters then does not enter again; None where each occasion is its own."""
    days = automation.again_after_days
    if days is None and not triggers.BEGINNINGS[automation.trigger].is_once:
        return None
    return DateTimeTZRange(entered_at, None if days is None else entered_at + timedelta(days=days))


def _may_enter(automation: Automation, version: Version, customer: Customer, now: datetime) -> bool:
    if not consent.is_given(customer, automation.topic) or _lately(automation, now).filter(customer=customer).exists():
        return False
    try:
        return version.rules is None or _is_in(version.rules, customer)
    except CannotRead:  # the same occasion may begin other automations, which must not fail with this one
        log.exception("automation_unreadable", automation=automation.pk)
        return False


def _lately(automation: Automation, now: datetime) -> QuerySet[Run]:
    """The runs because of which their people do not enter again yet."""
    runs = Run.objects.filter(automation=automation)
    if automation.again_after_days is not None:
        since = now - timedelta(days=automation.again_after_days)
        return runs.filter(Q(entered_at__gt=since) | Q(state__in=Run.ON_THE_WAY))
    return runs if triggers.BEGINNINGS[automation.trigger].is_once else runs.none()


def _open_again(automation: Automation, customer: Customer, now: datetime) -> None:
    """Somebody entered when the automation was closed for longer than it is now: the rule of today counts."""
    if automation.again_after_days is None:  # once and never again
        return
    since = now - timedelta(days=automation.again_after_days)
    earlier = Run.objects.filter(automation=automation, customer=customer, entered_at__lte=since, closed_during__contains=now)
    earlier.update(closed_during=Func(F("entered_at"), now, function="tstzrange"))


def _enter_by_day(automation: Automation, now: datetime) -> int:
    due, today = triggers.BEGINNINGS[automation.trigger].due, timezone.localdate(now)
    assert due is not None
    cause = triggers.cause_of_day(automation, today)
    entered_before = _lately(automation, now) | Run.objects.filter(automation=automation, cause=cause)
    agreeing = Customer.objects.agreeing_to(automation.topic).values("pk")
    try:
        people = due(automation, today).filter(pk__in=agreeing).exclude(pk__in=entered_before.values("customer"))
    except CannotRead:  # which must not keep people out of the other automations
        log.exception("automation_unreadable", automation=automation.pk)
        return 0
    entered = 0
    for customer in list(people.order_by("pk")):
        with transaction.atomic():
            entered += enter(automation, customer, cause, {}, now) is not None
    return entered


def _advance_one(now: datetime) -> bool:
    """Take the next steps of the run that waits longest; False when none is due."""
    run = None
    try:
        with transaction.atomic():
            due = Run.objects.due(now).select_for_update(skip_locked=True, of=("self",))
            run = due.select_related("version", "automation", "customer").first()
            if run is None:
                return False
            _walk(run, now)
            racepoint("automation.before_commit")
    except Exception as error:
        if run is None:
            raise
        _note_failure(run, error, now)
    return True


def _walk(run: Run, now: datetime) -> None:
    """Take steps until one has to be waited for, or the end."""
    reason = why_over(run)
    while not reason and run.position < len(run.steps):
        step = run.steps[run.position]
        if step["do"] == ONLY_IF:
            reason = "" if _is_in(step["rules"], run.customer) else NOT_IN_SEGMENT
        Passed.objects.create(run=run, position=run.position, message=_message(run, step, now), happened_at=now)
        run.position += 1
        if step["do"] not in (ONLY_IF, SEND):
            run.due_at = steps.due_after(step, now, run.customer)
            break
    else:
        run.state, run.reason, run.ended_at = Run.State.ENDED if reason else Run.State.DONE, reason, now
    run.attempts = 0
    run.save(update_fields=["position", "due_at", "state", "reason", "ended_at", "attempts"])


def _message(run: Run, step: steps.Step, now: datetime) -> Message | None:
    if step["do"] != SEND:
        return None
    brings = triggers.BEGINNINGS[run.automation.trigger].brings(run)
    edition = Edition(
        # A sheet of its own for each day: what is new and what sells best is looked up once for each.
        key=f"automation:{run.version_id}:{run.position}:{timezone.localdate(now)}",
        content=step["content"],
        campaign=run.automation.name,
        kind=KIND,
        topic=run.automation.topic,
    )
    post = Post(run.customer, f"run:{run.pk}:{run.position}", now, brings.products, brings.url)
    return posting.write(edition, [post])[0]


def _note_failure(run: Run, error: Exception, now: datetime) -> None:
    """A run that cannot go on must not hold up the others: it comes back later, and shows in the admin in the end."""
    log.exception("automation_failed", run=run.pk, attempt=run.attempts + 1)
    state = Run.State.FAILED if run.attempts + 1 >= TRIES else Run.State.UNDER_WAY
    Run.objects.filter(pk=run.pk, state=Run.State.UNDER_WAY).update(
        attempts=run.attempts + 1,
        due_at=now + timedelta(minutes=5) * 2**run.attempts,
        state=state,
        reason=f"{type(error).__name__}: {error}"[:255],
    )


def _ordered(runs: Collection[Run]) -> list[int]:
    """The runs whose people have ordered since they entered."""
    if not runs:
        return []
    since = min(run.entered_at for run in runs)
    orders = Event.objects.filter(customer__in=[run.customer_id for run in runs], kind__in=ORDERED, happened_at__gt=since)
    last = dict(orders.order_by().values_list("customer").annotate(Max("happened_at")))
    return [run.pk for run in runs if run.customer_id in last and last[run.customer_id] > run.entered_at]


def _outside(version: Version, runs: Collection[Run]) -> list[int]:
    """The runs whose people are not in the segment of their version (any more). Raises `CannotRead`."""
    if version.rules is None or not runs:
        return []
    people = segments.customers(version.rules).filter(pk__in=[run.customer_id for run in runs])
    inside = set(people.values_list("pk", flat=True))
    return [run.pk for run in runs if run.customer_id not in inside]


def _is_in(rules: Any, customer: Customer) -> bool:
    return segments.customers(rules).filter(pk=customer.pk).exists()


def _by_day() -> list[str]:
    return [trigger for trigger, beginning in triggers.BEGINNINGS.items() if beginning.due]
