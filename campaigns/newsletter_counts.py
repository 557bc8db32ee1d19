"""What became of a newsletter, in numbers: of its people, its messages and its links."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q
from django.utils.translation import gettext

from campaigns import links, newsletters
from campaigns.models import Click, Newsletter, Recipient
from shop.mail.models import Message

State = Message.State
LEFT = (State.SENT, State.DELIVERED)
WRONG = (State.BOUNCED, State.FAILED, State.UNCERTAIN)
WAITING = (State.QUEUED, State.SENDING, State.HELD)


@dataclass(frozen=True)
class Counts:
    """`by_reason`: why people did not get it, with how many each."""

    recipients: int
    held_out: int
    waiting: int
    left: int
    refused: int
    wrong: int
    by_state: list[tuple[str, int]]
    by_reason: list[tuple[str, int]]

    def share(self, number: int) -> float:
        """In per cent of all recipients, for a bar."""
        return round(100 * number / self.recipients, 2) if self.recipients else 0

    @property
    def bar(self) -> list[tuple[str, float, str]]:
        """Class, width in per cent and words of each part."""
        parts = [
            ("sent", self.left, gettext("sent")),
            ("waiting", self.waiting, gettext("waiting")),
            ("wrong", self.wrong, gettext("bounced, refused or uncertain")),
            ("refused", self.refused, gettext("not sent")),
            ("held", self.held_out, gettext("held out")),
        ]
        return [(name, self.share(number), f"{words}: {number}") for name, number, words in parts if number]


def of(newsletter: Newsletter) -> Counts:
    """In three queries."""
    outcomes = dict(newsletter.recipients.order_by().values_list("outcome").annotate(Count("pk")))
    messages = newsletters.messages_of(newsletter).order_by()
    states = dict(messages.values_list("state").annotate(Count("pk")))
    reasons = messages.filter(state__in=[State.WITHHELD, State.FAILED, State.BOUNCED]).values_list("reason")
    said = dict(reasons.annotate(n=Count("pk")).order_by("-n")[:8])
    for reason, number in _refusals(newsletter):
        said[reason] = said.get(reason, 0) + number
    labels = dict(State.choices)
    return Counts(
        recipients=sum(outcomes.values()),
        held_out=outcomes.get(Recipient.Outcome.HELD_OUT, 0),
        waiting=outcomes.get(Recipient.Outcome.WAITING, 0) + sum(states.get(state, 0) for state in WAITING),
        left=sum(states.get(state, 0) for state in LEFT),
        refused=outcomes.get(Recipient.Outcome.REFUSED, 0) + states.get(State.WITHHELD, 0),
        wrong=sum(states.get(state, 0) for state in WRONG),
        by_state=[(str(labels[state]), states[state]) for state in labels if state in states],
        by_reason=[(gettext(reason) if reason else "–", number) for reason, number in said.items()],
    )


def _refusals(newsletter: Newsletter) -> list[tuple[str, int]]:
    rows = newsletter.recipients.filter(outcome=Recipient.Outcome.REFUSED).order_by()
    return list(rows.values_list("reason").annotate(n=Count("pk")))


def clicks_of(newsletter: Newsletter) -> dict[str, int]:
    """Clicks of people and of machines."""
    rows = Click.objects.filter(sheet__key__startswith=f"newsletter:{newsletter.pk}:")
    human = Q(by=Click.By.HUMAN)
    return rows.aggregate(
        human=Count("pk", filter=human),
        machine=Count("pk", filter=~human),
    )


def links_of(newsletter: Newsletter) -> list[dict[str, Any]]:
    """The places people went to most, without what tells campaigns apart."""
    rows = Click.objects.filter(sheet__key__startswith=f"newsletter:{newsletter.pk}:", by=Click.By.HUMAN, link__isnull=False)
    found: Counter[str] = Counter()
    for url, number in rows.order_by().values_list("link__url").annotate(n=Count("pk")):
        place = urlsplit(url or "")
        found[place.path or "/" if links.is_ours(url or "/") else place.netloc + place.path] += number
    return [{"url": url, "n": number} for url, number in found.most_common(8)]
