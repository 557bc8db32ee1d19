"""What must still be true of an automation's message when it leaves: asked again by the gate, hours after it was written."""

from collections.abc import Sequence

from campaigns.automations import running
from campaigns.models import Passed, Run
from shop.mail import gate
from shop.mail.models import Message


@gate.conditions
def is_still_wanted(messages: Sequence[Message]) -> dict[int, str | gate.Hold]:
    """Reasons by message id: the person has ordered, left the segment, emptied the basket; or staff ended the run."""
    ids = [message.pk for message in messages if message.kind == running.KIND]
    if not ids:
        return {}
    passed = Passed.objects.filter(message__in=ids).select_related("run__version", "run__automation", "run__customer")
    found: dict[int, str | gate.Hold] = {}
    for step in passed:
        run = step.run
        reason = run.reason if run.state == Run.State.ENDED else running.why_over(run)
        if reason and step.message_id:
            found[step.message_id] = reason
    return found
