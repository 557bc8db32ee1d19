"""What must still be true of an automation's message when it leaves: asked again by the gate, hours after it was written."""

from collections.abc import Sequence

from campaigns.automations import interventions, running
from campaigns.models import Passed, Run
from shop.mail import gate
from shop.mail.models import Message


@gate.conditions
def is_still_wanted(messages: Sequence[Message]) -> dict[int, str | gate.Hold]:
    """Reasons by message id: they have ordered, left the segment, emptied the basket; or staff ended or paused the run."""
    ids = [message.pk for message in messages if message.kind == running.KIND]
    if not ids:
        return {}
    passed = Passed.objects.filter(message__in=ids).select_related("run__version", "run__automation", "run__customer")
    found: dict[int, str | gate.Hold] = {}
    for step in passed:
        objection = _objection(step.run)
        if objection and step.message_id:
            found[step.message_id] = objection
    return found


def _objection(run: Run) -> str | gate.Hold:
    if run.state == Run.State.ENDED:
        return run.reason
    if run.state == Run.State.PAUSED:
        return gate.Hold(interventions.PAUSED, run.paused_until)
    return running.why_over(run)
