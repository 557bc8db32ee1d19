"""Messages in the admin."""

import pytest
from django.urls import reverse

from shop.mail import outbox, suppression
from shop.mail.models import Message, ProviderEvent, Suppression
from tests import make
from tests.shop.customers.test_admin import staff

pytestmark = pytest.mark.django_db


def message(state="failed", key="1", **options):
    written = outbox.send("account_unknown", make.customer(), {}, key=key, **options)
    Message.objects.filter(pk=written.pk).update(state=state, reason="554 no", attempts=11)
    written.refresh_from_db()
    return written


def send_again(client, *messages):
    url = reverse("admin:mail_message_changelist")
    return client.post(url, {"action": "send_again", "_selected_action": [each.pk for each in messages]})


def test_a_refused_mail_can_be_sent_again(client):
    staff(client, "order.view_order", "mail.view_message", "mail.change_message")
    dead = message()
    send_again(client, dead)
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.reason) == ("queued", 0, "")


def test_marketing_in_doubt_and_mails_that_left_are_not_sent_again(client):
    staff(client, "order.view_order", "mail.view_message", "mail.change_message")
    doubt, gone = message("uncertain", "1"), message("sent", "2")
    Message.objects.filter(pk=doubt.pk).update(topic="news")
    failed_news = message("failed", "3")
    Message.objects.filter(pk=failed_news.pk).update(topic="news")
    send_again(client, doubt, gone, failed_news)
    assert set(Message.objects.values_list("state", flat=True)) == {"uncertain", "sent", "failed"}


def test_who_may_only_look_sends_nothing(client):
    staff(client, "order.view_order", "mail.view_message")
    dead = message()
    send_again(client, dead)
    dead.refresh_from_db()
    assert dead.state == "failed"


def test_staff_read_a_message_but_not_the_key_to_an_account(client):
    staff(client, "order.view_order", "mail.view_message")
    plain, secret = message(key="1"), message(key="2", is_secret=True)
    Message.objects.update(text="https://shop.example/key", html="<p>https://shop.example/key</p>")
    for shown, is_seen in ((plain, True), (secret, False)):
        page = client.get(reverse("admin:mail_message_change", args=[shown.pk])).content.decode()
        assert ("https://shop.example/key" in page) is is_seen


def test_an_address_is_found_on_the_blocked_list_by_typing_it(client):
    staff(client, "mail.view_suppression")
    suppression.suppress("ana@example.com", "complaint")
    url = reverse("admin:mail_suppression_changelist")
    for sought, count in (("Ana+x@example.com", 1), ("ben@example.com", 0)):
        assert client.get(url, {"q": sought}).context["cl"].result_count == count


def test_staff_block_a_mailbox_by_its_address_and_let_it_through_again(client):
    staff(client, "mail.view_suppression", "mail.add_suppression", "mail.delete_suppression")
    ana = make.customer("ana@example.com")
    add = reverse("admin:mail_suppression_add")
    assert client.post(add, {"address": "nonsense"}).status_code == 200
    assert client.post(add, {"address": "Ana+x@example.com"}).status_code == 302
    assert client.post(add, {"address": "ana@example.com"}).status_code == 302
    blocked = suppression.find(ana.email)
    assert (blocked.reason, Suppression.objects.count()) == ("staff", 1)
    client.post(reverse("admin:mail_suppression_delete", args=[blocked.pk]), {"post": "yes"})
    assert suppression.find(ana.email) is None


def test_a_marketer_reads_newsletters_and_nobodys_letters_or_orders(client):
    ana = make.customer()
    letter = outbox.send("account_unknown", ana, {}, key="1")
    news = outbox.send("account_unknown", ana, {}, key="2", topic="news")
    pages = [reverse("admin:mail_message_change", args=[one.pk]) for one in (letter, news)]
    client.force_login(make.staff("marketer"))
    assert list(client.get(reverse("admin:mail_message_changelist")).context["cl"].result_list) == [news]
    assert [client.get(page).status_code for page in pages] == [403, 200]
    client.force_login(make.staff("support"))
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_an_owner_blocks_mailboxes_but_lets_nobody_through_who_was_forgotten(client):
    client.force_login(make.staff("owner"))
    assert client.post(reverse("admin:mail_suppression_add"), {"address": "ana@example.com"}).status_code == 302
    suppression.suppress("ben@example.com", "erased")
    ana, ben = suppression.find("ana@example.com"), suppression.find("ben@example.com")
    for row in (ana, ben):
        client.post(reverse("admin:mail_suppression_delete", args=[row.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [ben.pk], "post": "yes"}
    client.post(reverse("admin:mail_suppression_changelist"), chosen)
    assert list(Suppression.objects.all()) == [ben]


def test_the_list_costs_the_same_with_many_messages(client, costs_the_same):
    staff(client, "order.view_order", "mail.view_message")
    numbers = iter(range(99))
    url = reverse("admin:mail_message_changelist")
    costs_the_same(show=lambda: client.get(url), add_row=lambda: message(key=str(next(numbers))))


def test_a_message_shows_what_the_provider_said_of_it(client):
    written = outbox.send("account_unknown", make.customer(), {}, key="1")
    ProviderEvent.objects.create(message=written, provider="postmark", kind="delivered", event_id="1")
    client.force_login(make.staff("owner"))
    page = client.get(reverse("admin:mail_message_change", args=[written.pk]))
    assert page.status_code == 200
    assert "postmark" in page.content.decode()
