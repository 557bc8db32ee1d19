"""The automations of the demo shop have worked for some months: who walked through them, what they got and where they went."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from campaigns import arms, demo_letters, schedule  # the letters' chapter comes first: who agreed to statistics stands in it
from campaigns.automations import ready, running, steps, triggers
from campaigns.automations.steps import SEND, UNTIL, WAIT
from campaigns.letters import posting
from campaigns.letters.posting import Edition, Post
from campaigns.models import Automation, Passed, Run, Version
from campaigns.segments import ready as ready_segments
from shop.customers.models import Consent, Customer
from shop.demo import bulk, chapters
from shop.events.models import Event
from shop.mail.models import Message
from shop.search import index
from shop.search.models import Listing

# Which automations have a past, by the event that began them and for how many days.
PAST = {"welcome": ("customer.consent_given", 240), "running-low": ("order.delivered", 75)}


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
    ready.ensure(is_on=True)
    now = min(timezone.now(), schedule.moment_of(today + timedelta(days=1), datetime.min.time()))
    for code, (kind, days) in PAST.items():
        automation = Automation.objects.get(code=code)
        version = automation.working
        assert version is not None
        Version.objects.filter(pk=version.pk).update(put_to_work_at=now - timedelta(days=days))
        messages = _write(version, list(_walks(version, kind, now - timedelta(days=days), now)))
        demo_letters.follow([one for one in messages if one.state == Message.State.DELIVERED], agreeing, chance)


def _walks(version: Version, kind: str, since: datetime, now: datetime) -> Iterator[Walk]:
    automation = version.automation
    agreeing = {person.pk: person for person in Customer.objects.agreeing_to(automation.topic)}
    found = Event.objects.filter(kind=kind, customer__in=agreeing, happened_at__gte=since, happened_at__lt=now)
    pause = timedelta(days=automation.again_after_days or 10_000)
    orders = _orders(list(agreeing), since)
    entered: dict[int, datetime] = {}
    for event in found.order_by("happened_at", "pk"):
        customer = agreeing[event.customer_id or 0]
        before = entered.get(customer.pk)
        if (before and event.happened_at < before + pause) or event.data.get("topic", automation.topic) != automation.topic:
            continue
        entered[customer.pk] = event.happened_at
        cause = f"order:{event.data['order_id']}" if "order_id" in event.data else "subscribed"
        run = Run(automation=automation, version=version, customer=customer, cause=cause, about=event.data)
        run.entered_at = run.due_at = event.happened_at
        run.closed_during = running.closed_during(automation, run.entered_at)
        yield _walked(run, orders.get(customer.pk, []), now)


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
    posts = []
    for walk in walks:
        brings = beginning.brings(walk.run)
        cause = f"run:{walk.run.pk}:{position}"
        posts.append(Post(walk.run.customer, cause, walk.sent[position], brings.products, brings.url))
    written = posting.write(edition, posts)
    for message, walk in zip(written, walks, strict=True):
        moment = walk.sent[position]
        message.created_at = message.due_at = moment
        if message.state == Message.State.QUEUED:
            message.state, message.attempts = Message.State.DELIVERED, 1
            message.sent_at = message.admitted_at = moment + timedelta(seconds=20)
    fields = ["created_at", "due_at", "state", "attempts", "sent_at", "admitted_at"]
    Message.objects.bulk_update(written, fields, batch_size=500)
    return {(walk.run.pk, position): message for message, walk in zip(written, walks, strict=True)}


def _orders(customers: list[int], since: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    rows = Event.objects.filter(kind="order.placed", customer__in=customers, happened_at__gte=since).order_by("happened_at")
    for customer, moment in rows.values_list("customer_id", "happened_at"):
        found.setdefault(customer, []).append(moment)
    return found


chapters.add("campaigns", "Automations at work", write)
