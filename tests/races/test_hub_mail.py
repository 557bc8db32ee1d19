"""Order mail is never lost, marketing never leaves twice: senders killed with SIGKILL against a real mail server."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shop.customers import consent, privacy
from shop.customers.models import Customer
from shop.mail import marks, outbox, sending
from shop.mail.models import Batch, Message
from tests import make, sink
from tests.races import hub

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server():
    with sink.open_sink() as running:
        yield running


def order_mail(key="o"):
    return outbox.send("account_unknown", make.customer(), {}, key=key)


def marketing(key="m"):
    customer = make.customer()
    consent.give(customer, "news", source="form", confirmed_at=timezone.now())
    return outbox.send("account_unknown", customer, {}, key=key, topic="news")


def time_passes():
    """Long enough for the dead to be found."""
    Batch.objects.update(heard_at=timezone.now() - sending.STALE - timedelta(seconds=1))


def die_after_250(server):
    code, _, errors = hub.run("send_and_die_after_250", mail_port=server.port)
    assert code == 9, errors


def be_killed_before_250(server):
    """The server has the mail, and SIGKILL comes before it can say so."""
    worker = hub.start("send", mail_port=server.port)
    server.before_250 = lambda: os.kill(worker.pid, signal.SIGKILL)
    worker.communicate(timeout=60)
    server.before_250 = lambda: None
    assert worker.returncode == -signal.SIGKILL


@pytest.mark.parametrize("die", [die_after_250, be_killed_before_250])
def test_order_mail_in_flight_at_a_kill_comes_at_most_twice_with_one_id(server, die):
    message = order_mail()
    die(server)
    assert Message.objects.get().state == "sending"
    time_passes()
    assert hub.run("send", mail_port=server.port)[0] == 0
    assert Message.objects.get().state == "sent"
    assert list(server.copies.values()) == [2]
    assert len(server.to(message.to_address)) == 2


@pytest.mark.parametrize("die", [die_after_250, be_killed_before_250])
def test_marketing_in_flight_at_a_kill_comes_once_and_is_in_doubt(server, die):
    message = marketing()
    die(server)
    time_passes()
    hub.run("send", mail_port=server.port)
    hub.run("send", mail_port=server.port)
    assert Message.objects.get().state == "uncertain"
    assert len(server.to(message.to_address)) == 1


def test_control_with_the_rule_for_order_mail_marketing_leaves_twice(server):
    message = marketing()
    die_after_250(server)
    Message.objects.update(topic="")
    time_passes()
    hub.run("send", mail_port=server.port)
    assert len(server.to(message.to_address)) == 2


def test_a_storm_of_kills_loses_no_order_mail_and_doubles_no_marketing(server):
    server.before_250 = lambda: time.sleep(0.004)
    orders = [order_mail(f"o{number}") for number in range(60)]
    news = [marketing(f"m{number}") for number in range(60)]
    kills = 10
    code, _, errors = hub.run("herd_of_senders", kills, mail_port=server.port)
    assert code == 0, errors
    states = dict(Message.objects.values_list("pk", "state"))
    assert {states[message.pk] for message in orders} == {"sent"}
    copies = [len(server.to(message.to_address)) for message in orders]
    assert min(copies) == 1 and max(copies) <= 2 and sum(copies) <= len(orders) + kills
    assert {len(server.to(message.to_address)) for message in news if states[message.pk] == "sent"} == {1}
    uncertain = [message for message in news if states[message.pk] == "uncertain"]
    assert len(uncertain) <= kills
    assert all(len(server.to(message.to_address)) <= 1 for message in uncertain)
    assert set(states.values()) <= {"sent", "uncertain"}


def test_two_senders_at_once_send_each_message_once(server):
    for number in range(60):
        order_mail(str(number))
    assert hub.run("two_senders", 1, mail_port=server.port)[0] == 0
    assert len(server.mails) == 60
    assert set(server.copies.values()) == {1}


def mails_to_whom_was_erased_while_a_batch_left(server, settings):
    """How many came to the second person of a batch who was erased while the first mail was being handed over."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    messages = [marketing(f"m{number}") for number in range(3)]

    def erases():
        server.before_250 = lambda: None
        try:
            privacy.erase(messages[1].customer)
        finally:
            connection.close()

    server.before_250 = erases
    assert sending.send_due() == 3
    assert not Customer.objects.known().filter(pk=messages[1].customer_id).exists()
    assert [len(server.to(messages[place].to_address)) for place in (0, 2)] == [1, 1], "the others get theirs"
    return len(server.to(messages[1].to_address))


def test_who_is_erased_while_their_batch_leaves_gets_nothing(server, settings):
    assert mails_to_whom_was_erased_while_a_batch_left(server, settings) == 0
    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "sent", "withheld"]


def test_control_without_a_look_at_the_message_the_erased_get_it(server, settings, monkeypatch):
    monkeypatch.setattr(marks, "_BEGIN", marks._BEGIN.replace("state = 'sending'", "TRUE"))
    assert mails_to_whom_was_erased_while_a_batch_left(server, settings) == 1


def test_control_two_senders_without_a_lock_send_the_same_message(server):
    for number in range(60):
        order_mail(str(number))
    hub.run("two_senders", 0, mail_port=server.port)
    assert max(server.copies.values()) == 2
