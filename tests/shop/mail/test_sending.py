"""Handing messages to a mail server that refuses, hangs up and goes away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.customers import consent, privacy
from shop.mail import lines, marks, outbox, sending, smtp, suppression
from shop.mail.models import Batch, Message
from shop.mail.verdicts import Verdict
from tests import make, sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with sink.open_sink() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def order_mail(key="1", **options):
    return outbox.send("account_unknown", make.customer(), {}, key=key, **options)


def marketing(key="1"):
    customer = make.customer()
    consent.give(customer, "news", source="form", confirmed_at=timezone.now())
    return outbox.send("account_unknown", customer, {}, key=key, topic="news")


def again(message):
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
    sending.send_due()
    message.refresh_from_db()
    return message


def test_a_message_leaves_once(server):
    message = order_mail()
    assert [sending.send_due(), sending.send_due()] == [1, 0]
    message.refresh_from_db()
    assert (message.state, message.attempts, bool(message.sent_at)) == ("sent", 1, True)
    assert len(server.mails) == 1


def test_a_sender_ends_by_itself_when_its_time_is_over(server):
    order_mail()
    assert sending.send_due(seconds=0) == 0
    assert Message.objects.get().state == "queued"
    assert sending.send_due(seconds=5) == 1


def test_a_message_costs_one_short_query_to_send(server, django_assert_max_num_queries):
    for number in range(10):
        order_mail(str(number))
    with django_assert_max_num_queries(10 + 20):  # and some for each of the two claims, one of them empty
        sending.send_due()


def test_many_messages_share_a_connection(server):
    for number in range(25):
        order_mail(str(number))
    assert sending.send_due() == 25
    assert (len(server.mails), server.connections) == (25, 1)


def test_the_mail_is_what_was_written(server, settings):
    settings.DEFAULT_FROM_EMAIL = "Teapot Lane <shop@teapot.example>"
    message = order_mail(attachments=[outbox.Attachment("data.json", "application/json", b"{}")])
    sending.send_due()
    mail = server.mails[0]
    assert mail["From"] == "Teapot Lane <shop@teapot.example>" and mail["To"] == message.to_address
    assert mail["Message-ID"] == f"<{message.uid}@teapot.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert message.text.strip() in mail.get_body(("plain",)).get_content().replace("\r", "")
    assert "<h1" in mail.get_body(("html",)).get_content()
    assert [part.get_filename() for part in mail.iter_attachments()] == ["data.json"]


def test_marketing_comes_from_its_own_address_with_one_click_to_stop(server, settings, client):
    settings.MAIL_MARKETING_FROM = "news@teapot.example"
    message = marketing()
    sending.send_due()
    mail = server.mails[0]
    assert mail["From"] == "news@teapot.example" and mail["List-Id"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip(" <>").removeprefix(settings.SHOP_URL)
    client.handler.enforce_csrf_checks = True
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not consent.is_given(message.customer, "news")


def test_what_orders_need_leaves_before_marketing(server):
    late = marketing("m")
    first = order_mail("o")
    assert [message.pk for message in sending.claim(1)[1].messages] == [first.pk]
    assert [message.pk for message in sending.claim(1)[1].messages] == [late.pk]


def test_a_mailbox_that_does_not_exist_bounces_and_is_blocked(server):
    server.on_recipient = lambda address: "550 5.1.1 no such user"
    message = again(order_mail())
    assert message.state == "bounced" and "no such user" in message.reason
    assert suppression.find(message.to_address).reason == "bounce"


def test_a_refusal_that_is_about_us_blocks_nobody(server):
    server.on_recipient = lambda address: "550 5.7.1 your server is on a list"
    message = again(order_mail())
    assert message.state == "failed"
    assert suppression.find(message.to_address) is None


@pytest.mark.parametrize("write", [order_mail, marketing])
@pytest.mark.parametrize("answer", ["421 too busy", "450 greylisted", "452 full"])
def test_not_now_is_tried_again_later(server, write, answer):
    server.on_recipient = lambda address: answer
    message = again(write())
    assert message.state == "queued"
    assert abs((message.due_at - timezone.now()).total_seconds() - sending.RETRIES[0]) < 5
    server.on_recipient = lambda address: None
    assert again(message).state == "sent"
    assert len(server.to(message.to_address)) == 1


def test_tries_come_further_apart_and_end_where_staff_see_it(server):
    server.on_recipient = lambda address: "450 not now"
    message = order_mail()
    for seconds in sending.RETRIES:
        assert again(message).state == "queued"
        assert abs((message.due_at - timezone.now()).total_seconds() - seconds) < 5
    assert again(message).state == "failed"


def test_after_a_hang_up_order_mail_goes_again_and_marketing_stays_in_doubt(server):
    server.on_data = lambda address: "hang up"
    order, news = again(order_mail("o")), again(marketing("n"))
    assert (order.state, news.state) == ("queued", "uncertain")
    server.on_data = lambda address: None
    again(order)
    again(news)
    assert len(server.to(order.to_address)) == 2
    assert len(server.to(news.to_address)) == 1
    assert max(server.copies.values()) == 2, "both copies carry one Message-ID"


def test_while_the_server_is_away_nothing_counts_as_a_try(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    messages = [order_mail("o"), marketing("n")]
    for _ in range(3):
        for message in messages:
            assert again(message).state == "queued"
    assert [message.attempts for message in messages] == [0, 0]


def test_a_no_said_after_writing_still_counts(server):
    message = marketing()
    consent.withdraw(message.customer, "news", source="unsubscribe")
    assert again(message).state == "withheld"
    assert not server.mails


def test_a_block_after_writing_still_counts(server):
    message = marketing()
    suppression.suppress(message.to_address, "complaint")
    assert again(message).state == "withheld"


def time_passes():
    """Long enough for a silent sender to be thought dead."""
    Batch.objects.update(heard_at=timezone.now() - sending.STALE - timedelta(seconds=1))


def test_what_a_dead_sender_was_handing_over_is_settled(server):
    order, news = order_mail("o"), marketing("n")
    for _ in range(2):
        assert sending.claim(1)[1].begin(0)
    assert sending.sweep() == 0, "a living sender keeps what it holds"
    time_passes()
    assert sending.sweep() == 2
    assert (again(order).state, again(news).state) == ("sent", "uncertain")
    assert [str(mail["To"]) for mail in server.mails] == [order.to_address]
    assert not Batch.objects.exists()


def test_what_a_dead_sender_had_only_claimed_goes_out_like_any_other(server):
    order, news = order_mail("o"), marketing("n")
    sending.claim(1), sending.claim(1)
    time_passes()
    sending.sweep()
    assert (again(order).state, again(news).state) == ("sent", "sent")
    assert set(server.copies.values()) == {1}


def test_what_a_dead_sender_had_come_past_was_sent(server, settings):
    settings.DEMO = False
    first, second, third = order_mail("1", is_secret=True), order_mail("2"), order_mail("3")
    _count, held = sending.claim(3)
    assert held.begin(0) and held.begin(1)
    time_passes()
    sending.sweep()
    first.refresh_from_db()
    assert (first.state, first.text, bool(first.sent_at)) == ("sent", "", True)
    assert (again(second).state, again(third).state) == ("sent", "sent")
    assert [len(server.to(message.to_address)) for message in (first, second, third)] == [0, 1, 1]


def test_what_was_refused_and_taken_by_another_since_is_not_the_dead_senders(server):
    message = order_mail()
    _count, held = sending.claim(1)
    held.begin(0)
    marks.failed(held.messages[0], Verdict.LATER, "not now")
    time_passes()
    Message.objects.update(due_at=timezone.now())
    _count, others = sending.claim(1)
    sending.sweep()
    message.refresh_from_db()
    assert message.state == "sending"
    assert others.begin(0)
    with pytest.raises(marks.BatchTaken):
        held.begin(0)


def test_a_sender_that_was_thought_dead_does_not_send_what_another_has_taken(server):
    order_mail()
    _count, mine = sending.claim(1)
    time_passes()
    sending.sweep()
    sending.send_due()
    sending._send_all(mine, lines.kept())
    assert len(server.mails) == 1


@pytest.mark.parametrize("write", [order_mail, marketing])
def test_who_is_erased_after_the_batch_was_claimed_gets_nothing_and_the_others_do(server, write):
    messages = [write("1"), write("2"), write("3")]
    _count, mine = sending.claim(3)
    privacy.erase(messages[1].customer)
    sending._send_all(mine, lines.kept())
    assert [str(mail["To"]) for mail in server.mails] == [messages[0].to_address, messages[2].to_address]
    states = [(one.state, bool(one.sent_at)) for one in Message.objects.order_by("pk")]
    assert states == [("sent", True), ("withheld", False), ("sent", True)]
    assert not Batch.objects.exists()


def test_a_batch_is_not_held_for_ever(server, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST", -1)
    message = order_mail()
    sending._send_all(sending.claim(1)[1], lines.kept())
    message.refresh_from_db()
    assert (message.state, message.attempts, Batch.objects.count()) == ("queued", 0, 0)


def test_an_error_that_nobody_expected_leaves_the_batch_to_be_settled(server, monkeypatch):
    order_mail("1"), order_mail("2")

    def broken(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(smtp, "hand_over", broken)
    with pytest.raises(KeyboardInterrupt):
        sending.send_due()
    assert Batch.objects.get().place == 1
    monkeypatch.undo()
    time_passes()
    sending.sweep()
    assert (sending.send_due(), len(server.mails)) == (2, 2)


def test_a_sender_that_was_thought_dead_and_did_send_settles_the_doubt(server, monkeypatch):
    message = marketing()

    def swept_meanwhile():
        time_passes()
        sending.sweep()

    real = smtp.hand_over

    def slow(*args):
        real(*args)
        swept_meanwhile()

    monkeypatch.setattr(smtp, "hand_over", slow)
    assert again(message).state == "sent"


def test_a_key_to_an_account_is_gone_once_it_was_sent(server, settings):
    settings.DEMO = False
    message = order_mail(is_secret=True)
    assert message.text
    again(message)
    assert (message.state, message.text, message.html) == ("sent", "", "")
    assert server.mails[0].get_body(("plain",)).get_content().strip()


def test_in_the_demo_the_mailbox_still_shows_it(server, settings):
    settings.DEMO = True
    assert again(order_mail(is_secret=True)).text
