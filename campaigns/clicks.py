"""Whether a person followed a link, or one of the scanners and previewers that open every link of a mail.

A visit is written down as a `Hit` at once, judged when enough time has passed to see what else happened to the same
message, and then becomes a `Click` for ever. Whose it was is kept only of people who agreed to statistics; of everybody
else there is a number and nobody behind it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaigns.models import Click, Hit, Link
from shop.customers import consent
from shop.customers.models import Consent
from shop.events import log
from shop.events.catalog import MessageClicked
from shop.mail.models import Message

JUDGED_AFTER = timedelta(seconds=30)
TOO_SOON = timedelta(seconds=5)  # after it was handed over: a mail is not read so fast
AT_ONCE = timedelta(seconds=10)  # within which a person does not follow …
MANY = 3  # … so many different links
KNOWN = timedelta(hours=1)  # so long after the hidden link was opened, its message is in a machine's hands
BATCH = 500
_MACHINES = re.compile(
    r"bot|crawl|spider|slurp|scan|preview|proofpoint|barracuda|mimecast|safelinks|microsoft office|trendmicro|fireeye|"
    r"forcepoint|symantec|messagelabs|ironport|googleimageproxy|yahoomailproxy|curl|wget|python|java/|go-http|okhttp|"
    r"headless|phantom|facebookexternalhit|whatsapp|telegram",
    re.IGNORECASE,
)


def is_machine(method: str, agent: str, purpose: str) -> bool:
    """Whether a request says of itself that nobody sits before it. `purpose`: of a browser that fetches in advance."""
    return method != "GET" or not agent or bool(_MACHINES.search(agent)) or "prefetch" in purpose.lower()


def note(message: Message, link: Link | None, machine: bool, now: datetime | None = None) -> Hit:
    """Write down that a link of a message was opened; `None` is the hidden one."""
    return Hit.objects.create(message=message, link=link, is_machine=machine, happened_at=now or timezone.now())


def judge(now: datetime | None = None) -> int:
    """Judge what has waited long enough; return how many. Any number of workers may call it at once."""
    now, count = now or timezone.now(), 0
    while judged := _judge_some(now - JUDGED_AFTER):
        count += judged
    return count


@transaction.atomic
def judge_of(customer_id: int) -> int:
    """Judge a person's hits at once: an order has come that they may explain."""
    hits = Hit.objects.select_for_update(skip_locked=True, of=("self",)).filter(message__customer=customer_id)
    return _settle(list(hits.select_related("message__customer").order_by("happened_at", "pk")))


@transaction.atomic
def _judge_some(until: datetime) -> int:
    """All hits of a message together, once nothing more has come for a while: what the others are says what each is."""
    quiet = Hit.objects.values("message").annotate(last=Max("happened_at")).filter(last__lte=until)
    messages = [row["message"] for row in quiet.order_by("message")[:BATCH]]
    hits = Hit.objects.select_for_update(skip_locked=True, of=("self",)).filter(message__in=messages)
    return _settle(list(hits.select_related("message__customer").order_by("happened_at", "pk")))


def _settle(hits: Sequence[Hit]) -> int:
    by_message: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_message[hit.message_id].append(hit)
    opened = _hidden_before(hits)
    human = {hit.pk for pk, found in by_message.items() for hit in humans(found, opened[pk])}
    named = _agreeing({hit.message.customer_id for hit in hits if hit.message.customer_id})
    clicks = [_click(hit, hit.pk in human, hit.message.customer_id in named) for hit in hits if hit.message.sheet_id]
    Click.objects.bulk_create(clicks)
    for hit in hits:
        if hit.pk in human and hit.message.customer_id in named and hit.link_id:
            event = MessageClicked(message_id=hit.message_id, link_id=hit.link_id)
            log.record(event, customer=hit.message.customer, happened_at=hit.happened_at)
    Hit.objects.filter(pk__in=[hit.pk for hit in hits]).delete()
    return len(hits)


def humans(hits: Sequence[Hit], opened: Sequence[datetime] = ()) -> list[Hit]:
    """Those hits on one message that a person made. `opened`: when its hidden link was, of what is judged already."""
    hidden = [*opened, *(hit.happened_at for hit in hits if hit.link_id is None)]
    return [
        hit
        for hit in hits
        if hit.link_id is not None
        and not hit.is_machine
        and not _is_too_soon(hit)
        and not _is_one_of_many(hit, hits)
        and not any(abs(hit.happened_at - moment) < KNOWN for moment in hidden)
    ]


def _hidden_before(hits: Sequence[Hit]) -> dict[int, list[datetime]]:
    """When the hidden links of these messages were opened, as far as it is known of whom the clicks were."""
    found: dict[int, list[datetime]] = defaultdict(list)
    if hits:
        since = min(hit.happened_at for hit in hits) - KNOWN
        rows = Click.objects.filter(message__in={hit.message_id for hit in hits}, link=None, happened_at__gt=since)
        for pk, moment in rows.values_list("message_id", "happened_at"):
            found[pk or 0].append(moment)
    return found


def _is_too_soon(hit: Hit) -> bool:
    sent_at = hit.message.sent_at
    return sent_at is None or hit.happened_at - sent_at < TOO_SOON


def _is_one_of_many(hit: Hit, hits: Iterable[Hit]) -> bool:
    near = {other.link_id for other in hits if abs(other.happened_at - hit.happened_at) <= AT_ONCE}
    return len(near) >= MANY


def _click(hit: Hit, is_human: bool, is_named: bool) -> Click:
    return Click(
        sheet_id=hit.message.sheet_id,
        link_id=hit.link_id,
        message_id=hit.message_id if is_named else None,
        by=Click.By.HUMAN if is_human else Click.By.MACHINE,
        happened_at=hit.happened_at,
    )


def _agreeing(customer_ids: set[int]) -> set[int]:
    topic = Consent.Topic.STATISTICS
    return {pk for pk, _topic in consent.agreed(customer_ids, {topic}, channel=Consent.Channel.WEB)}
