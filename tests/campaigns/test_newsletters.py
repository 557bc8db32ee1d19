from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from campaigns import newsletters, schedule, tasks
from campaigns.letters import blocks
from campaigns.models import Newsletter, Slot
from shop.customers import consent
from shop.customers.models import Customer
from shop.events.models import Event
from shop.mail import sending
from shop.mail.marks import failed
from shop.mail.models import Attention, Message
from shop.mail.verdicts import Verdict
from shop.pricing import personal
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db


def outcomes(newsletter):
    return sorted(newsletter.recipients.values_list("outcome", flat=True))


def test_everybody_who_subscribed_gets_a_message_and_nobody_else():
    ana, ben = letters.subscriber(), make.customer()
    newsletter = letters.written(letters.newsletter())
    assert [message.customer for message in Message.objects.filter(kind="newsletter")] == [ana]
    assert outcomes(newsletter) == ["written"]
    assert not newsletter.recipients.filter(customer=ben).exists()
    assert newsletter.left_out == {"in_segments": 2, "excluded": 0, "not_subscribed": 1}


def test_each_reads_it_with_their_own_name_or_with_what_stands_instead():
    ana, _nobody = letters.subscriber(first_name="Ana"), letters.subscriber("nobody@example.com")
    letters.written(letters.newsletter())
    sending.send_due()
    bodies = {each.to[0]: each.body for each in mail.outbox}
    assert "Hello Ana." in bodies.pop(ana.email)
    assert "Hello there." in bodies["nobody@example.com"]


def test_what_it_says_is_what_was_approved():
    letters.subscriber()
    draft = letters.newsletter()
    newsletters.approve(draft, make.staff("owner"))
    draft.letter.blocks = [letters.text("Something else")]
    draft.letter.save()
    newsletters.send_now(draft)
    newsletters.begin_due()
    newsletters.write_due()
    assert "Something else" not in Message.objects.get(kind="newsletter").sheet.html


def test_a_draft_is_not_sent_and_an_approved_one_only_once_scheduled():
    letters.subscriber()
    draft = letters.newsletter()
    assert newsletters.begin_due() == 0
    newsletters.approve(draft, make.staff("owner"))
    assert newsletters.begin_due() == 0
    with pytest.raises(newsletters.NotPossible):
        newsletters.pause(draft)


def test_one_with_something_wrong_in_it_is_not_approved():
    draft = letters.newsletter(letter=letters.letter(letters.text("{{ password }}")))
    with pytest.raises(newsletters.NotPossible, match="password"):
        newsletters.approve(draft, make.staff("owner"))


def test_a_moment_that_is_past_is_refused():
    draft = letters.newsletter()
    newsletters.approve(draft, make.staff("owner"))
    with pytest.raises(newsletters.NotPossible):
        newsletters.put_on(draft, date(2020, 1, 1), time(9))


def test_beginning_twice_begins_once():
    letters.subscriber()
    newsletter = letters.begun(letters.newsletter())
    assert newsletters.begin_due() == 0
    Newsletter.objects.filter(pk=newsletter.pk).update(state="scheduled")
    assert newsletters.begin_due() == 0, "the slot is taken"
    assert Slot.objects.count() == 1


def test_a_segment_that_cannot_be_read_holds_up_its_own_newsletter_only(client):
    letters.subscriber()
    chosen = letters.segment()
    broken, whole = letters.newsletter(to=letters.segment(), name="Broken"), letters.newsletter(to=chosen)
    for draft in (broken, whole):
        newsletters.approve(draft, make.staff("owner"))
        newsletters.send_now(draft)
    missing = {"type": "segment", "segment": 10**6, "did": True}
    broken.segments.update(rules={"match": "all", "groups": [{"match": "all", "conditions": [missing]}]})
    assert newsletters.begin_due() == 1
    newsletters.write_due()
    broken.refresh_from_db(), whole.refresh_from_db()
    assert (broken.state, whole.state) == (Newsletter.State.SCHEDULED, Newsletter.State.SENDING)
    assert Message.objects.get(kind="newsletter").newsletter_recipient.newsletter == whole
    client.force_login(make.staff("owner"))
    page = client.get(reverse("admin:campaigns_newsletter_change", args=[broken.pk])).content.decode()
    assert "A segment that was chosen here is gone." in page
    broken.segments.update(rules=letters.EVERYBODY)
    assert newsletters.begin_due() == 1


def test_who_comes_after_it_began_does_not_get_it():
    letters.subscriber()
    newsletter = letters.begun(letters.newsletter())
    letters.subscriber()
    newsletters.write_due()
    assert newsletter.recipients.count() == 1


def test_who_stops_between_the_freeze_and_the_writing_keeps_a_row_that_says_why():
    ana = letters.subscriber()
    newsletter = letters.begun(letters.newsletter())
    consent.withdraw(ana, "news", source="unsubscribe")
    newsletters.write_due()
    row = newsletter.recipients.get()
    assert (row.outcome, bool(row.reason), row.message) == ("refused", True, None)


def test_a_paused_one_lets_nothing_leave_until_it_is_resumed():
    letters.subscriber()
    newsletter = letters.written(letters.newsletter())
    newsletters.pause(newsletter)
    sending.send_due()
    assert Message.objects.get(kind="newsletter").state == "held"
    newsletters.resume(newsletter)
    sending.send_due()
    assert Message.objects.get(kind="newsletter").state == "sent"


def test_a_cancelled_one_never_arrives_and_everybody_has_a_row():
    for _ in range(3):
        letters.subscriber()
    newsletter = letters.begun(letters.newsletter(per_minute=1))
    newsletters.write_due()
    newsletters.cancel(newsletter)
    sending.send_due()
    assert list(Message.objects.values_list("state", flat=True)) == ["withheld"]
    assert outcomes(newsletter) == ["refused", "refused", "written"]


def test_with_a_throttle_no_minute_has_more_than_it_allows():
    for _ in range(7):
        letters.subscriber()
    newsletter = letters.begun(letters.newsletter(per_minute=3))
    now = timezone.now()
    for second in range(0, 300, 20):
        newsletters.write_due(now + timedelta(seconds=second))
    moments = sorted(Message.objects.values_list("due_at", flat=True))
    assert len(moments) == 7
    assert all(moments[place + 3] - moments[place] >= timedelta(seconds=59) for place in range(4))
    assert outcomes(newsletter) == ["written"] * 7


def test_the_last_message_ends_it_and_the_log_says_so():
    letters.subscriber()
    newsletter = letters.written(letters.newsletter())
    sending.send_due()
    newsletters.write_due()
    newsletter.refresh_from_db()
    assert newsletter.state == "sent" and newsletter.ended_at
    assert Event.objects.get(kind="campaigns.newsletter_sent").data == {"newsletter_id": newsletter.pk, "recipients": 1}


@pytest.mark.parametrize(
    "zone, day, hour, expected",
    [
        ("Europe/Chisinau", date(2026, 11, 23), time(9), datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("Europe/Chisinau", date(2026, 7, 23), time(9), datetime(2026, 7, 23, 6, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped: 3:30
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
        ("Asia/Kathmandu", date(2026, 2, 28), time(9), datetime(2026, 2, 28, 3, 15, tzinfo=UTC)),
        ("Nowhere/Else", date(2026, 11, 23), time(9), datetime(2026, 11, 23, 7, tzinfo=UTC)),  # the shop's
    ],
)
def test_a_wall_clock_shows_a_time_at_one_moment(zone, day, hour, expected):
    assert schedule.moment_of(day, hour, zone) == expected


def test_nine_oclock_is_nine_oclock_wherever_somebody_lives():
    zones = ["America/New_York", "Asia/Tokyo", "", "not/a-zone"]
    for zone in zones:
        letters.subscriber(time_zone=zone)
    newsletter = letters.newsletter()
    newsletters.approve(newsletter, make.staff("owner"))
    day = timezone.localdate() + timedelta(days=3)
    newsletters.put_on(newsletter, day, time(9), in_own_time=True)
    newsletters.begin_due(newsletters.begins_at(Newsletter.objects.get()))
    due = {row.customer.time_zone: row.due_at for row in newsletter.recipients.select_related("customer")}
    assert due == {zone: schedule.moment_of(day, time(9), zone) for zone in zones}
    newsletters.write_due(due["Asia/Tokyo"] + timedelta(minutes=1))
    assert outcomes(newsletter) == ["waiting", "waiting", "waiting", "written"]
    newsletters.write_due(due["America/New_York"] + timedelta(minutes=1))
    assert outcomes(newsletter) == ["written"] * 4


def test_nine_oclock_of_those_who_said_where_they_are(client):
    for email, zone in (("nora@example.com", "America/New_York"), ("olena@example.com", "Europe/Kyiv")):
        client.post(reverse("news:subscribe"), {"email": email, "time_zone": zone})
        Customer.objects.filter(email=email).update(country="US")  # many zones: the country alone would not tell
        consent.give(Customer.objects.get(email=email), "news", source="form", confirmed_at=timezone.now())
    newsletter = letters.newsletter()
    newsletters.approve(newsletter, make.staff("owner"))
    newsletters.put_on(newsletter, date(2027, 1, 14), time(9), in_own_time=True)
    newsletters.begin_due(newsletters.begins_at(Newsletter.objects.get()))
    due = {row.customer.email: row.due_at for row in newsletter.recipients.select_related("customer")}
    assert due == {
        "nora@example.com": datetime(2027, 1, 14, 14, tzinfo=UTC),
        "olena@example.com": datetime(2027, 1, 14, 7, tzinfo=UTC),
    }


def in_hands(newsletter):
    """Its messages, claimed by a sender that has not handed them over yet."""
    letters.written(newsletter)
    _looked_at, marks = sending.claim(10)
    assert marks.messages
    return marks


def later(marks):
    """The server says: later."""
    for message in marks.messages:
        failed(message, Verdict.LATER, "4.2.0")
    marks.give_up()


@pytest.mark.parametrize("comes_back", [later, lambda marks: marks.give_up(marks.messages)])
def test_what_a_sender_had_in_its_hands_does_not_leave_after_it_was_cancelled(comes_back):
    letters.subscriber()
    newsletter = letters.newsletter()
    marks = in_hands(newsletter)
    newsletters.cancel(newsletter)
    comes_back(marks)
    Message.objects.update(due_at=timezone.now())
    sending.send_due()
    message = Message.objects.get(kind="newsletter")
    assert (message.state, message.reason, mail.outbox) == ("withheld", newsletters.CANCELLED, [])


def test_what_a_sender_had_in_its_hands_waits_while_it_is_paused_and_leaves_when_it_goes_on():
    letters.subscriber()
    newsletter = letters.newsletter()
    marks = in_hands(newsletter)
    newsletters.pause(newsletter)
    marks.give_up(marks.messages)
    sending.send_due()
    message = Message.objects.get(kind="newsletter")
    assert (message.state, message.reason, mail.outbox) == ("queued", newsletters.PAUSED, [])
    newsletters.resume(newsletter)
    sending.send_due()
    assert len(mail.outbox) == 1


def test_a_pause_of_a_week_loses_nobody():
    letters.subscriber()
    newsletter = letters.written(letters.newsletter())
    newsletters.pause(newsletter)
    Message.objects.update(created_at=timezone.now() - timedelta(days=7))
    newsletters.resume(newsletter)
    sending.send_due()
    assert Message.objects.get(kind="newsletter").state == "sent"


def night_and_morning():
    """It is night for everybody, and the moment at which that ends."""
    now = timezone.localtime().replace(second=0, microsecond=0)
    Attention.objects.create(
        per_day=None, per_week=None, quiet_from=(now - timedelta(hours=1)).time(), quiet_until=(now + timedelta(hours=3)).time()
    )
    return now + timedelta(hours=3)


def test_a_throttle_holds_in_the_morning_too():
    morning = night_and_morning()
    for _ in range(6):
        letters.subscriber()
    newsletter = letters.written(letters.newsletter(per_minute=2))
    assert outcomes(newsletter) == ["waiting"] * 6, "they sleep"
    for second in range(0, 240, 20):
        newsletters.write_due(morning + timedelta(seconds=second))
    moments = sorted(Message.objects.values_list("due_at", flat=True))
    assert len(moments) == 6 and moments[0] >= morning
    assert all(moments[place + 2] - moments[place] >= timedelta(seconds=59) for place in range(4))


def test_what_waits_for_the_morning_can_still_be_cancelled(client):
    night_and_morning()
    letters.subscriber()
    newsletter = letters.written(letters.newsletter())
    assert newsletter.state == Newsletter.State.SENT, "nothing leaves for hours"
    client.force_login(make.staff("owner"))
    page = reverse("admin:campaigns_newsletter_change", args=[newsletter.pk])
    button = reverse("admin:campaigns_newsletter_act", args=[newsletter.pk, "cancel"])
    assert button in client.get(page).content.decode()
    client.post(button)
    assert Message.objects.get(kind="newsletter").state == "withheld"
    assert button not in client.get(page).content.decode()


def test_what_has_left_cannot_be_cancelled(client):
    letters.subscriber()
    newsletter = letters.written(letters.newsletter())
    sending.send_due()
    newsletters.write_due()
    client.force_login(make.staff("owner"))
    button = reverse("admin:campaigns_newsletter_act", args=[newsletter.pk, "cancel"])
    assert button not in client.get(reverse("admin:campaigns_newsletter_change", args=[newsletter.pk])).content.decode()
    client.post(button)
    newsletter.refresh_from_db()
    assert newsletter.state == Newsletter.State.SENT


def test_vouchers_of_messages_that_were_cancelled_end_and_those_that_were_sent_stay():
    for _ in range(2):
        letters.subscriber()
    voucher = letters.block(blocks.VOUCHER, texts={"heading": "A present"}, value="50")
    newsletter = letters.written(letters.newsletter(letter=letters.letter(letters.text("Hello"), voucher)))
    gone, stays = Message.objects.filter(kind="newsletter").order_by("pk")
    Message.objects.filter(pk=stays.pk).update(state=Message.State.SENT)
    by_hand = personal.issue(gone.customer, kind="percent", value=5, days=9, cause="goodwill:1", name="Sorry")
    assert len(personal.of(gone.customer)) == 2
    newsletters.cancel(newsletter)
    assert personal.of(gone.customer) == [by_hand]
    assert len(personal.of(stays.customer)) == 1


def test_who_cancels_one_does_not_wait_until_the_vouchers_of_all_others_are_looked_at():
    ana = letters.subscriber()
    voucher = letters.block(blocks.VOUCHER, texts={"heading": "A present"})
    one, other = (letters.written(letters.newsletter(letter=letters.letter(letters.text("Hello"), voucher))) for _ in range(2))
    Message.objects.filter(kind="newsletter").update(state=Message.State.WITHHELD)
    Newsletter.objects.filter(pk=one.pk).update(state=Newsletter.State.PAUSED)
    newsletters.cancel(one)
    assert [found.cause.split(":")[1] for found in personal.of(ana)] == [str(other.pk)]
    tasks.begin_automations_of_the_day()
    assert personal.of(ana) == []


def test_vouchers_of_messages_that_the_gate_kept_back_end_too():
    ana = letters.subscriber()
    voucher = letters.block(blocks.VOUCHER, texts={"heading": "A present"})
    letters.written(letters.newsletter(letter=letters.letter(letters.text("Hello"), voucher)))
    tasks.begin_automations_of_the_day()
    assert len(personal.of(ana)) == 1
    consent.withdraw(ana, "news", source="unsubscribe")
    sending.send_due()
    tasks.begin_automations_of_the_day()
    assert personal.of(ana) == []


def test_a_throttled_one_ends_although_it_is_always_night_somewhere_in_antarctica():
    letters.subscriber(country="AQ")
    Attention.objects.create(per_day=None, per_week=None, quiet_from=time(21), quiet_until=time(8))
    newsletter = letters.begun(letters.newsletter(per_minute=2))
    newsletters.write_due()
    assert outcomes(newsletter) == ["written"]
