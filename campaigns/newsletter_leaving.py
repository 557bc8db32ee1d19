"""What must still be true of a newsletter's message when it leaves: that nobody paused or cancelled it meanwhile.

Most messages are held back or withdrawn when somebody does. What a sender had in its hands at that moment comes back to the
queue when the mail server is away or says "later", up to a day after.
"""

from collections.abc import Sequence

from campaigns import newsletters
from campaigns.models import Newsletter, Recipient
from shop.mail import gate
from shop.mail.models import Message

_SAID: dict[str, str | gate.Hold] = {
    Newsletter.State.PAUSED: gate.Hold(newsletters.PAUSED),
    Newsletter.State.CANCELLED: newsletters.CANCELLED,
}


@gate.conditions
def still_goes_out(messages: Sequence[Message]) -> dict[int, str | gate.Hold]:
    """Reasons by message id, of newsletters that do not go out now."""
    ids = [message.pk for message in messages if message.kind == newsletters.KIND]
    stopped = Recipient.objects.filter(message__in=ids, newsletter__state__in=_SAID) if ids else Recipient.objects.none()
    return {pk: _SAID[state] for pk, state in stopped.values_list("message_id", "newsletter__state")}
