"""The automations of the demo shop have worked for some months: who walked through them, what they got and where they went."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from campaigns import arms, demo_letters, demo_occasions, schedule  # the letters' chapter comes first: it has the consents
from campaigns.automations import ready, running, steps, triggers
from campaigns.automations.steps import SEND, UNTIL, WAIT
from campaigns.demo_occasions import Orders
from campaigns.letters import blocks, posting
from campaigns.letters.posting import Edition, Post
from campaigns.models import Automation, Passed, Run, Version
from campaigns.segments import ready as ready_segments
from shop.customers.models import Consent
from shop.demo import bulk, chapters
from shop.events.models import Event
from shop.mail.models import Message
from shop.search import index
from shop.search.models import Listing

PAST = {"welcome": 365, "running-low": 365, "miss-you": 540, "birthday": 540}  # for how many days they have worked


@dataclass
class Walk:
    """A run as it is made up, with the moments of its messages by step."""

    run: Run
    sent: dict[int, datetime] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)


def write(today: date, seed: int) -> None:
    """The chapter. Who came when stands in the log, and the arms are hashes; chance says who follows a link."""
    chance = random.Random(f"{seed} automations")
    statistics = Consent.objects.filter(topic=Consent.Topic.STATISTICS, is_given=True)
    agreeing = set(statistics.values_list("customer_id", flat=True))
    if not Listing.objects.exists():
        index.rebuild()  # letters show products as lists do
    ready_segments.ensure()
    ready.ensure()
    Automation.objects.exclude(code=None).update(is_on=True)
    now = min(timezone.now(), schedule.moment_of(today + timedelta(days=1), datetime.min.time()))
    orders = _orders()
    for code, days in PAST.items():
        automation = Automation.objects.get(code=code)
        version = automation.working
        assert version is not None
        Version.objects.filter(pk=version.pk).update(put_to_work_at=now - timedelta(days=days))
        messages = _write(version, list(_walks(version, orders, now - timedelta(days=days), now)))
        demo_letters.follow([one for one in messages if one.state == Message.State.DELIVERED], agreeing, chance)


def _walks(version: Version, orders: Orders, since: datetime, now: datetime) -> Iterator[Walk]:
    automation = version.automation
    open_again: dict[int, datetime] = {}
    for one in demo_occasions.of(automation, orders, since, now):
        if one.at < open_again.get(one.customer.pk, one.at):
            continue
        run = Run(automation=automation, version=version, customer=one.customer, cause=one.cause, about=one.about)
        run.entered_at = run.due_at = one.at
        run.closed_during = running.closed_during(automation, one.at)
        if run.closed_during:
            open_again[one.customer.pk] = run.closed_during.upper or now
        yield _walked(run, orders.get(one.customer.pk, []), now)


def _walked(run: Run, orders: list[datetime], now: datetime) -> Walk:
    """How far the run has come by now."""
    walk = Walk(run)
    if arms.is_held_out(f"automation:{run.automation_id}", run.customer.uid, run.automation.held_out_percent):
        run.state, run.ended_at = Run.State.HELD_OUT, run.entered_at
        return walk
    moment = run.entered_at
    ordered = next((one for one in orders if one > run.entered_at), None)
    for position, step in enumerate(run.steps):
        if moment > now:
            break
        if ordered and ordered < moment and run.version.ends_with_order:
            run.state, run.reason, run.ended_at = Run.State.ENDED, running.BOUGHT, moment
            break
        walk.passed.append(Passed(run=run, position=position, happened_at=moment))
        if step["do"] == SEND:
            walk.sent[position] = moment
        elif step["do"] in (WAIT, UNTIL):
            moment = steps.due_after(step, moment, run.customer)
        run.position = position + 1
    else:
        run.state, run.ended_at = Run.State.DONE, moment
    run.due_at = moment
    return walk


def _write(version: Version, walks: list[Walk]) -> list[Message]:
    bulk.write(Run, [walk.run for walk in walks])
    messages: dict[tuple[int, int], Message] = {}
    for position, step in enumerate(version.steps):
        mine = [walk for walk in walks if position in walk.sent]
        if step["do"] == SEND and mine:
            messages |= _send(version, position, step, mine)
    for walk in walks:
        for passed in walk.passed:
            passed.run_id = walk.run.pk
            passed.message = messages.get((walk.run.pk, passed.position))
    bulk.write(Passed, [passed for walk in walks for passed in walk.passed])
    return list(messages.values())


def _send(version: Version, position: int, step: steps.Step, walks: list[Walk]) -> dict[tuple[int, int], Message]:
    """Written through the one door, and then dated back as if they had been delivered."""
    automation = version.automation
    edition = Edition(
        f"automation:{version.pk}:{position}", step["content"], automation.name, kind=running.KIND, topic=automation.topic
    )
    beginning = triggers.BEGINNINGS[automation.trigger]
    walks = sorted(walks, key=lambda walk: walk.sent[position])
    brings_voucher = any(block["kind"] == blocks.VOUCHER for block in step["content"]["blocks"])
    written: list[Message] = []
    for _week, group in groupby(walks, key=lambda walk: brings_voucher and walk.sent[position].isocalendar()[:2]):
        together = list(group)
        posts = []
        for walk in together:
            brings = beginning.brings(walk.run)
            cause = f"run:{walk.run.pk}:{position}"
            posts.append(Post(walk.run.customer, cause, walk.sent[position], brings.products, brings.url))
        written += posting.write(edition, posts, now=posts[0].due_at)  # vouchers are of the week
    for message, walk in zip(written, walks, strict=True):
        moment = walk.sent[position]
        message.created_at = message.due_at = moment
        if message.state == Message.State.QUEUED:
            message.state, message.attempts = Message.State.DELIVERED, 1
            message.sent_at = message.admitted_at = moment + timedelta(seconds=20)
    fields = ["created_at", "due_at", "state", "attempts", "sent_at", "admitted_at"]
    Message.objects.bulk_update(written, fields, batch_size=500)
    return {(walk.run.pk, position): message for message, walk in zip(written, walks, strict=True)}


def _orders() -> Orders:
    """When each person ordered, the oldest first."""
    found: dict[int, list[datetime]] = {}
    rows = Event.objects.filter(kind="order.placed", customer__isnull=False).order_by("happened_at")
    for customer, moment in rows.values_list("customer_id", "happened_at"):
        found.setdefault(customer, []).append(moment)
    return found


chapters.add("campaigns", "Automations at work", write)
