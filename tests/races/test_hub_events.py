"""A killed worker, a failing handler and a broker that is away lose nothing and do nothing twice."""

import json

import pytest
from django.db import transaction

from shop.customers.models import Consent
from shop.events import log, tasks
from shop.events.catalog import EmailConfirmed
from shop.events.models import Delivery, Event
from shop.mail.models import Message
from tests import hub as hearing_hub
from tests import make
from tests.races import hub, hub_worker

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

HANDLER = "tests.races.hub_worker.note"


def happen(times=1):
    ana = make.customer()
    for _ in range(times):
        with transaction.atomic():
            row = Event.objects.create(kind=EmailConfirmed.kind, customer=ana)
            Delivery.objects.create(event=row, handler=HANDLER)


def effects():
    return Consent.objects.count()


def test_a_worker_killed_in_the_middle_of_a_handler_leaves_nothing_and_the_next_does_it_once():
    happen()
    code, _, errors = hub.run("deliver", DIE_IN_HANDLER="1")
    assert code == 9, errors
    assert effects() == 0
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    hub.make_due()
    assert hub.run("deliver")[0] == 0
    assert effects() == 1
    assert Delivery.objects.get().state == "done"


def test_control_a_handler_that_writes_outside_its_delivery_does_it_twice():
    happen()
    code, _, errors = hub.run("deliver", DIE_IN_HANDLER="1", ON_THE_SIDE="1")
    assert code == 9, errors
    hub.make_due()
    hub.run("deliver", ON_THE_SIDE="1")
    assert effects() == 2


def test_workers_killed_at_random_moments_do_everything_once():
    happen(80)
    code, _, errors = hub.run("herd_of_workers", 10)
    assert code == 0, errors
    assert not Delivery.objects.exclude(state="done").exists()
    assert effects() == 80


def test_control_the_same_herd_doubles_what_is_written_outside_the_deliveries():
    happen(80)
    hub.run("herd_of_workers", 10, ON_THE_SIDE="1")
    assert effects() > 80


def test_a_failing_handler_fails_alone_and_loses_nothing(monkeypatch):
    ana = make.customer()
    broken = [True]

    def stumble(event, customer):
        hub_worker.note(event, customer)
        if broken:
            raise OSError("disk full")

    with hearing_hub.hearing(EmailConfirmed, stumble, hub_worker.note):
        with transaction.atomic():
            log.record(EmailConfirmed(), customer=ana)
        tasks.deliver_due_events()
        assert effects() == 1
        broken.clear()
        hub.make_due()
        tasks.deliver_due_events()
    assert effects() == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_without_a_broker_a_checkout_commits_at_once_and_the_sweep_does_the_rest():
    make.customer()
    code, out, errors = hub.run("buy", BROKER_URL=hub.AWAY, REDIS_URL=hub.AWAY)
    assert code == 0, errors
    assert json.loads(out)["seconds"] < 3
    assert Event.objects.filter(kind="customer.email_confirmed").count() == 3
    assert Message.objects.filter(state="queued").count() == 3
    assert Delivery.objects.filter(state="waiting").count() == 3
    assert hub.run("deliver", BROKER_URL=hub.AWAY, REDIS_URL=hub.AWAY)[0] == 0
    assert effects() == 3


def test_control_ringing_without_forgiveness_fails_what_was_committed():
    make.customer()
    code, _, errors = hub.run("buy_unforgivingly", BROKER_URL=hub.AWAY)
    assert code == 1 and "OperationalError" in errors
    assert Event.objects.count() == 1, "the customer was told that it failed, and it had happened"
