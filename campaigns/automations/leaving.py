"""What must still be true of an automation's message when it leaves: asked again by the gate, hours after it was written."""

from collections.abc import Sequence

from campaigns.automations import interventions, running
from campaigns.models import Passed, Run
from shop.mail import gate
from shop.mail.models import Message


@gate.conditions
def is_still_wanted(messages: Sequence[Message]) -> dict[int, str | gate.Hold]:
    """Reasons by message id: they have ordered, left the segment, emptied the basket; or staff ended or paused the run, or
    switched the automation off."""
    ids = [message.pk for message in messages if message.kind == running.KIND]
    if not ids:
        return {}
    passed = Passed.objects.filter(message__in=ids).select_related("run__version", "run__automation", "run__customer")
    runs = {step.message_id: step.run for step in passed if step.message_id}
    over: dict[int, str | gate.Hold] = {run.pk: said for run in runs.values() if (said := _by_staff(run))}
    over |= running.over([run for run in runs.values() if run.pk not in over], running.UNREADABLE)
    return {message: over[run.pk] for message, run in runs.items() if run.pk in over}


def _by_staff(run: Run) -> str | gate.Hold:
    """An end of any other kind is about the steps after this message: those who are out of a later step's segment get it."""
    if run.state == Run.State.ENDED and run.reason == interventions.STOPPED:
        return run.reason
    if run.state == Run.State.PAUSED:
        return gate.Hold(interventions.PAUSED, run.paused_until)
    return "" if run.automation.is_on else gate.Hold(interventions.OFF)
