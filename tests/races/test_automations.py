"""Automations under pressure: a person enters once however many say so at once, and walks through every step once however
often the workers die."""

import os
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError, transaction
from django.db.models import Count
from django.utils import timezone

from campaigns.automations import interventions, running
from campaigns.models import Passed, Run, Trigger
from shop.customers import privacy
from shop.customers.models import Consent, Customer
from shop.events.catalog import ConsentGiven, OrderPlaced
from shop.events.log import record
from shop.events.models import Delivery, Event
from shop.forks import races
from shop.mail.models import Message
from tests import fast_sink, make
from tests.campaigns.test_automations import automation, letter, reader, wait
from tests.races import brokers
from tests.races.conftest import all_at_once, unguarded
from tests.races.test_newsletter import Workers, people, ring

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MANY = 12
CLOSED = {"nobody_enters_too_soon": "campaigns_run", "one_run_at_a_time": "campaigns_run"}

SIZE = int(os.environ.get("AUTOMATION", "240"))
KILLS = 10
HASTY = 80  # people whose workers are hasty
LONGEST = 300  # seconds; then something is stuck
TASKS = (
    "shop.events.tasks.deliver_due_events",
    "campaigns.tasks.advance_automations",
    "shop.mail.tasks.send_due_messages",
)
OVER = (Message.State.SENT, Message.State.UNCERTAIN, Message.State.WITHHELD)
COPIES = {Message.State.SENT: {1}, Message.State.UNCERTAIN: {0, 1}, Message.State.WITHHELD: {0}}


# Entering


def runs_of_occasions(causes, **fields):
    """How many runs there are after all of these occasions came at the same moment."""
    made, ana = automation(send(), trigger=Trigger.ORDER_PAID, **fields), reader()
    races.on_point["automation.may_enter"] = lambda: time.sleep(0.3)  # everybody has looked before anybody writes

    def happens(cause):
        with transaction.atomic():
            running.begin(Trigger.ORDER_PAID, ana, cause, {})

    all_at_once([lambda cause=cause: happens(cause) for cause in causes], at_once=MANY)
    return made.runs.count()


def send(subject="One"):
    return {"do": "send", "letter": letter(subject).pk}


SAME, DIFFERENT = ["order:1"] * MANY, [f"order:{number}" for number in range(MANY)]


@pytest.mark.parametrize("causes", [SAME, DIFFERENT], ids=["the same occasion", "many occasions"])
def test_one_person_enters_once_however_many_say_so_at_once(causes):
    assert runs_of_occasions(causes, again_after_days=30) == 1


def test_occasions_that_are_each_their_own_are_not_lost():
    assert runs_of_occasions(DIFFERENT) == MANY


def test_the_lock_alone_keeps_the_promise():
    with unguarded(constraints=CLOSED):
        assert runs_of_occasions(DIFFERENT, again_after_days=30) == 1


def test_the_constraint_alone_keeps_the_promise():
    with unguarded("automation"):
        assert runs_of_occasions(DIFFERENT, again_after_days=30) == 1


def test_control_without_both_somebody_enters_twice():
    with unguarded("automation", constraints=CLOSED):
        assert runs_of_occasions(DIFFERENT, again_after_days=30) > 1


# Staff and workers


def paused_while_a_step_is_taken():
    """The run after a worker took its first step while somebody paused it."""
    made, ana, staff = automation(send(), wait(1), send("Two")), reader(), make.staff("support")
    with transaction.atomic():
        run = running.enter(made, ana, "a", {}, timezone.now())
    is_at_it = threading.Event()

    def in_the_middle():
        is_at_it.set()
        time.sleep(0.5)

    races.on_point["automation.before_commit"] = in_the_middle

    def pauses():
        is_at_it.wait(timeout=20)
        interventions.pause(run, by=staff, reason="A call", until=None, now=timezone.now())

    ends = all_at_once([running.advance, pauses])
    assert not [end for end in ends if isinstance(end, Exception)], ends
    run.refresh_from_db()
    return run


def test_a_pause_waits_for_the_step_that_is_being_taken():
    run = paused_while_a_step_is_taken()
    assert (run.state, run.position) == (Run.State.PAUSED, 2)
    assert Message.objects.get(kind="automation").state == Message.State.HELD


def test_control_without_the_lock_the_step_is_forgotten():
    with unguarded("intervention"):
        assert paused_while_a_step_is_taken().position == 0


def erased_while_they_are_paused(monkeypatch):
    """What came of it, and the run, when somebody erases a person whose run is just being paused."""
    made, ana, staff = automation(send(), wait(1), send("Two")), reader(), make.staff("support")
    with transaction.atomic():
        run = running.enter(made, ana, "a", {}, timezone.now())
    running.advance()
    is_at_it, hold = threading.Event(), interventions.outbox.hold

    def slow(messages):
        is_at_it.set()
        time.sleep(0.5)
        return hold(messages)

    monkeypatch.setattr(interventions.outbox, "hold", slow)

    def erases():
        is_at_it.wait(timeout=20)
        privacy.erase(ana)

    ends = all_at_once([
        lambda: interventions.pause(run, by=staff, reason="A call", until=None, now=timezone.now()), erases
    ])  # fmt: skip
    run.refresh_from_db()
    return ends, run


def test_erasing_waits_for_what_staff_do_and_ends_it(monkeypatch):
    ends, run = erased_while_they_are_paused(monkeypatch)
    assert ends == [None, None]
    assert (run.state, run.reason, run.paused_until) == (Run.State.ENDED, running.GONE, None)
    assert Message.objects.get(kind="automation").state == Message.State.WITHHELD


def test_control_without_the_persons_lock_they_wait_for_each_other(monkeypatch):
    with unguarded("intervention.person"):
        ends, _run = erased_while_they_are_paused(monkeypatch)
    assert [type(end) for end in ends if end] == [OperationalError]


# Walking


@dataclass
class Storm:
    """What happened to the people while workers died."""

    kills: int
    buying: list[Customer] = field(default_factory=list)
    bought: dict[str, float] = field(default_factory=dict)
    killed: int = 0

    def rages(self, workers, broker, steps):
        """Ring, kill, flush, let time pass and people buy, until nobody is on the way any more."""
        chance, began = random.Random(5), time.monotonic()
        while time.monotonic() - began < LONGEST:
            workers.keep_up()
            ring(broker.url, TASKS)
            taken = Passed.objects.count()
            if self.killed < self.kills and taken > steps * (self.killed + 0.5) / (self.kills + 1):
                self.kill(workers, broker)
            if taken > steps / 3 and self.buying:
                self.buys(self.buying.pop())
            if chance.random() < 0.5:  # an hour goes by
                Run.objects.under_way().filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
            if self.killed >= self.kills and not self.buying and is_over():
                break
            time.sleep(0.2)

    def kill(self, workers, broker):
        if self.killed == self.kills // 2:
            workers.kill_all()
            self.killed += 1
        else:
            self.killed += workers.kill_one()
        if self.killed % 3 == 0:
            broker.forget_everything()

    def buys(self, person):
        """In the log only: what the shop does with an order is another test's subject."""
        Event.objects.create(kind=OrderPlaced.kind, customer=person, data={})
        self.bought[person.email] = time.time()


def is_over():
    waits = Message.objects.exclude(state__in=OVER).exists() or Delivery.objects.waiting().exists()
    return not waits and not Run.objects.under_way().exists() and Run.objects.count() == Customer.objects.count()


def subscribing(count):
    """So many people subscribe at once to a shop with a welcome of three letters; nobody has heard of it yet."""
    automation(send("One"), wait(1), send("Two"), wait(1), send("Three"))
    everybody = people(count)
    with transaction.atomic():
        for person in everybody:
            record(ConsentGiven(topic=Consent.Topic.NEWS, channel="email"), customer=person)
    return everybody


def test_everybody_gets_every_letter_once_whenever_workers_die(tmp_path):
    everybody = subscribing(SIZE)
    storm = Storm(KILLS, buying=random.Random(3).sample(everybody, SIZE // 8))
    with brokers.own(tmp_path / "broker") as broker, fast_sink.running(tmp_path / "mails", milliseconds=5) as sink:
        workers = Workers(sink.port, broker.url, (tmp_path / "workers").open("a"))
        try:
            storm.rages(workers, broker, SIZE * 4)
        finally:
            workers.kill_all()
        mails = sink.mails()
    assert storm.killed == KILLS
    copies = Counter(mail.message_id.strip("<>").partition("@")[0] for mail in mails)
    states: Counter[str] = Counter()
    assert Run.objects.count() == SIZE, "everybody has entered, and once"
    for run in Run.objects.select_related("customer").prefetch_related("passed__message"):
        written = [step.message for step in run.passed.all() if step.message]
        for message in written:
            states[message.state] += 1
            assert copies[str(message.uid)] in COPIES[message.state], message.state
        bought_at = storm.bought.get(run.customer.email)
        if bought_at:
            sent = [message for message in written if copies[str(message.uid)]]
            assert all(message.claimed_at.timestamp() <= bought_at for message in sent), "who has bought is left alone"
        else:
            assert (run.state, run.position, len(run.passed.all())) == (Run.State.DONE, 5, 5), "nobody is lost in a step"
            assert len(written) == 3
            assert not any(message.state == Message.State.WITHHELD for message in written)
    assert states["uncertain"] <= 2 * KILLS
    ended = Run.objects.filter(state=Run.State.ENDED)
    assert {run.customer.email for run in ended} <= set(storm.bought)
    assert ended.exists(), "or nobody bought in time to show anything"
    print(f"\n{SIZE} people, {KILLS} kills, {len(storm.bought)} bought: {dict(states)}, {ended.count()} left alone")


def lost_by_hasty_workers(tmp_path, kills):
    """How many came to the end without one of their five steps, where workers note a step before they write its message."""
    subscribing(HASTY)
    storm = Storm(kills)
    with brokers.own(tmp_path / "broker") as broker, fast_sink.running(tmp_path / "mails") as sink:
        workers = Workers(
            sink.port, broker.url, (tmp_path / "workers").open("a"), app="tests.races.automation_worker", HASTY="1"
        )
        try:
            storm.rages(workers, broker, HASTY * 4)
        finally:
            workers.kill_all()
    assert storm.killed == kills
    assert is_over(), "all came to the end, or it is the time that ran out"
    assert Run.objects.filter(state=Run.State.DONE, position=5).count() == HASTY
    return Run.objects.annotate(taken=Count("passed")).exclude(taken=5).count()


def test_control_a_step_that_is_noted_before_its_message_is_written_loses_people(tmp_path):
    assert 0 < lost_by_hasty_workers(tmp_path, KILLS) <= 2 * KILLS


def test_control_without_kills_nobody_is_lost(tmp_path):
    assert lost_by_hasty_workers(tmp_path, 0) == 0
