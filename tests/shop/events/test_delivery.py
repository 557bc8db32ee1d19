"""Handlers hear once; a failing one fails alone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shop.customers.models import Consent
from shop.events import delivery, log, registry
from shop.events.catalog import EmailConfirmed
from shop.events.models import Delivery, Event
from tests import hub, make

pytestmark = pytest.mark.django_db


def happen(customer):
    with transaction.atomic():
        return log.record(EmailConfirmed(), customer=customer)


def note(event, customer):
    """A handler whose work can be counted."""
    Consent.objects.create(customer=customer, topic="stock", is_given=True, source="staff")


def fail_after_writing(event, customer):
    note(event, customer)
    raise ValueError("the shelf fell down")


def make_due():
    Delivery.objects.update(due_at=timezone.now())


def test_a_handler_hears_once_however_often_the_worker_comes():
    ana = make.customer()
    with hub.hearing(EmailConfirmed, note):
        happen(ana)
        assert [delivery.deliver_all(), delivery.deliver_all()] == [1, 0]
    assert ana.consents.count() == 1
    assert Delivery.objects.get().state == Delivery.State.DONE


def test_a_worker_ends_by_itself_when_its_time_is_over():
    with hub.hearing(EmailConfirmed, note):
        happen(make.customer())
        assert [delivery.deliver_all(seconds=0), delivery.deliver_all(seconds=5)] == [0, 1]


def test_a_failing_handler_leaves_nothing_behind_and_does_not_stop_the_other():
    ana = make.customer()
    with hub.hearing(EmailConfirmed, fail_after_writing, note):
        happen(ana)
        delivery.deliver_all()
    assert ana.consents.count() == 1
    failed = Delivery.objects.get(handler__endswith="fail_after_writing")
    assert (failed.state, failed.error, failed.attempts) == ("waiting", "ValueError: the shelf fell down", 1)
    assert timezone.now() < failed.due_at < timezone.now() + timedelta(seconds=11)


def test_tries_come_further_and_further_apart_and_then_end():
    with hub.hearing(EmailConfirmed, fail_after_writing):
        happen(make.customer())
        for seconds in delivery.RETRIES:
            make_due()
            delivery.deliver_all()
            waiting = Delivery.objects.get()
            assert waiting.state == Delivery.State.WAITING
            assert abs((waiting.due_at - timezone.now()).total_seconds() - seconds) < 5
        make_due()
        delivery.deliver_all()
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_an_event_that_kills_its_worker_each_time_ends_as_failed():
    with hub.hearing(EmailConfirmed, note):
        happen(make.customer())
        for _ in range(len(delivery.RETRIES) + 1):
            make_due()
            assert delivery.claim()  # and then the worker is gone
        make_due()
        delivery.deliver_all()
    dead = Delivery.objects.get()
    assert (dead.state, dead.error) == ("failed", "The worker died each time.")


def test_a_failed_delivery_can_be_tried_again():
    ana = make.customer()
    with hub.hearing(EmailConfirmed, note):
        happen(ana)
        Delivery.objects.update(state="failed", attempts=8, error="once")
        assert delivery.deliver_all() == 0
        assert delivery.try_again(Delivery.objects.all()) == 1
        delivery.deliver_all()
    assert ana.consents.count() == 1
    assert Delivery.objects.get().error == ""


def test_a_handler_of_another_name_is_waited_for_and_named():
    with hub.hearing(EmailConfirmed, note):
        happen(make.customer())
    with hub.hearing(EmailConfirmed):
        delivery.deliver_all()
    waiting = Delivery.objects.get()
    assert waiting.state == Delivery.State.WAITING
    assert "No handler tests.shop.events.test_delivery.note hears customer.email_confirmed" in waiting.error


def test_a_renamed_handler_still_gets_what_waited_for_its_old_name(monkeypatch):
    monkeypatch.setattr(registry, "_former_names", {})
    ana = make.customer()
    with hub.hearing(EmailConfirmed, note):
        happen(ana)
    Delivery.objects.update(handler="shop.gone.note")
    with hub.hearing(EmailConfirmed):
        registry.on(EmailConfirmed, formerly=["shop.gone.note"])(note)
        delivery.deliver_all()
    assert ana.consents.count() == 1


def test_two_handlers_of_one_name_are_refused():
    with hub.hearing(EmailConfirmed, note), pytest.raises(ValueError, match="Two handlers"):
        registry.on(EmailConfirmed)(note)


def test_traces_of_deliveries_go_after_a_month_and_the_events_stay():
    with hub.hearing(EmailConfirmed, note):
        number = happen(make.customer())
        delivery.deliver_all()
    Delivery.objects.update(done_at=timezone.now() - timedelta(days=31))
    assert delivery.forget_old() == 1
    assert Event.objects.filter(pk=number).exists()
