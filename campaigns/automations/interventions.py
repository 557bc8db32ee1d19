"""What staff do to somebody's run: pause it, send it on, leave a step out, end it. Each with a reason, which is kept.

A pause lasts until it is lifted or until its day. What came due meanwhile happens then: nothing is lost, only later.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.letters import vouchers
from campaigns.models import Automation, Intervention, Passed, Run
from shop.customers.models import Customer, User
from shop.events import bell
from shop.forks.races import is_guarded
from shop.mail import outbox
from shop.mail.models import Message

STOPPED = gettext_noop("Staff ended it.")
PAUSED = gettext_noop("Staff paused it.")
OFF = gettext_noop("The automation is switched off.")
AT_ONCE = 500
What, State = Intervention.What, Run.State
POSSIBLE: dict[str, tuple[str, ...]] = {  # in which states
    What.PAUSED: Run.ON_THE_WAY,
    What.RESUMED: (State.PAUSED, State.FAILED),
    What.HURRIED: (State.UNDER_WAY,),
    What.SKIPPED: Run.ON_THE_WAY,
    What.ENDED: (*Run.ON_THE_WAY, State.FAILED),
}
_FIELDS = ["state", "reason", "position", "attempts", "due_at", "paused_until", "ended_at"]


class NotPossible(Exception):
    """Says in words what stands in the way."""


def pause(run: Run, *, by: User, reason: str, until: datetime | None, now: datetime) -> None:
    """Nothing more happens until then, or until somebody resumes it; messages that wait to leave wait on."""
    if until is not None and until <= now:
        raise NotPossible(_("Choose a day to come."))

    def act(row: Run) -> None:
        row.state, row.paused_until = State.PAUSED, until
        outbox.hold(_messages(row))

    _intervene(run, What.PAUSED, act, by=by, reason=reason, until=until, now=now)


def resume(run: Run, *, by: User, reason: str, now: datetime) -> None:
    """Go on: after a pause where it stood, after failures with the step that failed."""
    _intervene(run, What.RESUMED, _go_on, by=by, reason=reason, now=now)


def hurry(run: Run, *, by: User, reason: str, now: datetime) -> None:
    """Take the next step now instead of when its time comes. Whether it still makes sense is asked as always."""

    def act(row: Run) -> None:
        row.due_at = min(row.due_at, now)

    _intervene(run, What.HURRIED, act, by=by, reason=reason, now=now)


def skip(run: Run, *, by: User, reason: str, now: datetime, position: int | None) -> None:
    """Leave out the next step, which is the one at `position` unless somebody was faster; the one after it takes its place in
    time."""

    def act(row: Run) -> None:
        if row.position != position:
            raise NotPossible(_("Meanwhile another step is the next one. Look again."))
        if row.position >= len(row.steps):
            raise NotPossible(_("There is no step left."))
        Passed.objects.create(run=row, position=row.position, happened_at=now)
        row.position, row.attempts = row.position + 1, 0

    _intervene(run, What.SKIPPED, act, by=by, reason=reason, now=now)


def end(run: Run, *, by: User, reason: str, now: datetime) -> None:
    """No more steps, and what is written but has not left is not sent."""

    def act(row: Run) -> None:
        row.state, row.reason, row.ended_at, row.paused_until = State.ENDED, STOPPED, now, None
        outbox.withdraw(_messages(row), STOPPED)

    _intervene(run, What.ENDED, act, by=by, reason=reason, now=now)


def end_all(runs: QuerySet[Run], *, by: User, reason: str, now: datetime) -> int:
    """End all of them that are on the way; return how many. Each `AT_ONCE` of them end together.

    Who has taken the last step is on the way no more; its message may still wait to leave, and does not any more either.
    """
    waiting = Passed.objects.filter(run__in=runs, message__state__in=[Message.State.QUEUED, Message.State.HELD])
    ids = sorted({*runs.filter(state__in=Run.ON_THE_WAY).values_list("pk", flat=True), *waiting.values_list("run", flat=True)})
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    count = sum(_end_together(part, by, reason, now) for part in parts)
    vouchers.take_back(now, "automation:")
    return count


def let_go_on(automation: Automation) -> None:
    """It is on again: messages that waited for that are asked about at once."""
    waiting = Message.objects.filter(automation_step__run__automation=automation, state=Message.State.QUEUED, reason=OFF)
    waiting.update(due_at=timezone.now(), reason="")


@transaction.atomic
def _end_together(ids: list[int], by: User, reason: str, now: datetime) -> int:
    people = Customer.objects.filter(automation_runs__in=ids).values("pk")
    list(Customer.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    still = Run.objects.filter(pk__in=ids, state__in=Run.ON_THE_WAY).order_by("pk").select_for_update()
    rows = list(still.only("pk", "position"))
    Intervention.objects.bulk_create(
        Intervention(run=row, what=What.ENDED, reason=reason, position=row.position, by=by, happened_at=now) for row in rows
    )
    ended = Run.objects.filter(pk__in=[row.pk for row in rows])
    ended.update(state=State.ENDED, reason=STOPPED, ended_at=now, paused_until=None)
    outbox.withdraw(Message.objects.filter(automation_step__run__in=ids), STOPPED)
    return len(rows)


@transaction.atomic
def lift_pauses(now: datetime) -> int:
    """Let those go on whose pause has come to its day; return how many."""
    over = Run.objects.filter(state=State.PAUSED, paused_until__lte=now).select_related("customer").order_by("paused_until")
    rows = list(over.select_for_update(skip_locked=True, no_key=True, of=("self", "customer"))[:AT_ONCE])
    for row in rows:
        _go_on(row)
        row.save(update_fields=_FIELDS)
    return len(rows)


def _intervene(
    run: Run,
    what: str,
    act: Callable[[Run], None],
    *,
    by: User,
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """Do it to the run as it is now: a worker that has it in its hands finishes its step first. The person's row is locked
    before the run and its messages, as by who erases them."""
    try:
        with transaction.atomic():
            if is_guarded("intervention.person"):
                Customer.objects.lock_for(run.customer)
            rows = Run.objects.select_related("version")
            if is_guarded("intervention"):
                rows = rows.select_for_update(of=("self",))
            row = rows.get(pk=run.pk)
            if row.state not in POSSIBLE[what]:
                raise NotPossible(_("This is not possible any more: it is “%s”.") % row.get_state_display())
            Intervention.objects.create(
                run=row, what=what, reason=reason, position=row.position, until=until, by=by, happened_at=now
            )
            act(row)
            row.save(update_fields=_FIELDS)
    except IntegrityError as error:
        raise NotPossible(_("They have entered again meanwhile, and walk through it once at a time.")) from error
    bell.ring("campaigns.tasks.advance_automations")


def _go_on(row: Run) -> None:
    row.state, row.reason, row.attempts, row.paused_until, row.ended_at = State.UNDER_WAY, "", 0, None, None
    outbox.let_go(_messages(row))


def _messages(run: Run) -> QuerySet[Message]:
    return Message.objects.filter(automation_step__run=run)
