"""Automations: who enters, which steps they take, when it is over; each step once, in the version they entered with."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.automations import interventions, leaving, running, steps, triggers
from campaigns.letters import blocks
from campaigns.models import Automation, Letter, Passed, Run, Segment, Trigger
from shop.customers import consent, merging, privacy
from shop.customers.models import Customer
from shop.events.catalog import ConsentGiven, OrderPlaced
from shop.events.log import record
from shop.forks.basket.models import Basket
from shop.forks.partner.models import StockRecord
from shop.mail import sending, sheets
from shop.mail.models import Message
from shop.pricing import personal
from shop.search import index
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def letter(subject="Hello", *more):
    text = blocks.new("text") | {"texts": {"en": {"html": "<p>Dear {{ first_name | friend }}</p>"}}}
    return Letter.objects.create(name=subject, subject={"en": subject}, blocks=[text, *more])


def send(subject="Hello", *more):
    return {"do": "send", "letter": letter(subject, *more).pk}


def wait(amount, unit="hours"):
    return {"do": "wait", "amount": amount, "unit": unit}


def automation(*what, trigger=Trigger.SUBSCRIBED, **fields):
    fields = {"is_on": True, "held_out_percent": 0, "name": "Welcome", **fields}
    made = Automation.objects.create(trigger=trigger, steps=list(what), **fields)
    running.put_to_work(made)
    return made


def reader(email="ana@example.com", topic="news", **fields):
    customer = make.customer(email, **fields)
    consent.give(customer, topic, source="form", confirmed_at=timezone.now())
    return customer


def enter(made, customer, now=NOW, cause="subscribed", **about):
    return running.enter(made, customer, cause, about, now)


@transaction.atomic
def orders(customer):
    record(OrderPlaced(order_id=1, number="1", total="1", currency="EUR"), customer=customer)


def subjects(customer):
    return list(Message.objects.filter(customer=customer, kind="automation").order_by("pk").values_list("subject", flat=True))


def test_a_run_takes_its_steps_in_their_time():
    made, ana = automation(send("One"), wait(2), send("Two")), reader()
    run = enter(made, ana)
    assert running.advance(NOW) == 1
    assert subjects(ana) == ["One"]
    assert running.advance(NOW + timedelta(hours=1, minutes=59)) == 0
    assert running.advance(NOW + timedelta(hours=2)) == 1
    assert subjects(ana) == ["One", "Two"]
    run.refresh_from_db()
    assert (run.state, run.position, run.passed.count()) == (Run.State.DONE, 3, 3)


def test_subscribing_begins_the_welcome(deliver):
    automation(send("Welcome"))
    ana = reader()
    deliver()
    running.advance()
    assert subjects(ana) == ["Welcome"]


def test_who_subscribes_again_is_not_welcomed_again(deliver):
    automation(send("Welcome"))
    ana = reader()
    deliver()
    running.advance()
    consent.withdraw(ana, "news", source="account")
    consent.give(ana, "news", source="form", confirmed_at=timezone.now())
    deliver()
    running.advance()
    assert len(subjects(ana)) == 1


def test_another_topic_is_no_subscription(deliver):
    automation(send("Welcome"))
    reader(topic="stock")
    deliver()
    assert not Run.objects.exists()


def test_who_has_not_agreed_does_not_enter():
    made = automation(send())
    assert enter(made, make.customer("ana@example.com")) is None


def test_an_order_ends_what_is_left():
    made, ana = automation(send("One"), wait(24), send("Two")), reader()
    run = enter(made, ana, timezone.now())
    running.advance()
    orders(ana)
    running.advance(timezone.now() + timedelta(days=2))
    run.refresh_from_db()
    assert subjects(ana) == ["One"]
    assert (run.state, run.reason) == (Run.State.ENDED, running.BOUGHT)


def test_an_order_ends_nothing_where_it_is_no_goal():
    made, ana = automation(send("One"), wait(24), send("Two"), ends_with_order=False), reader()
    enter(made, ana, timezone.now())
    running.advance()
    orders(ana)
    running.advance(timezone.now() + timedelta(days=2))
    assert subjects(ana) == ["One", "Two"]


def test_people_finish_with_the_version_they_entered_with():
    made = automation(send("One"), wait(24), send("Old"))
    ana, olga = reader(), reader("olga@example.com")
    enter(made, ana)
    running.advance(NOW)
    made.steps = [send("Three"), wait(24), send("New")]
    made.save()
    running.put_to_work(made)
    enter(made, olga)
    running.advance(NOW)
    running.advance(NOW + timedelta(days=2))
    assert subjects(ana) == ["One", "Old"]
    assert subjects(olga) == ["Three", "New"]


def test_a_letter_edited_later_changes_nothing_that_works():
    made = automation(send("One"))
    Letter.objects.update(subject={"en": "Edited"})
    ana = reader()
    enter(made, ana)
    running.advance(NOW)
    assert subjects(ana) == ["One"]


def test_working_twice_with_the_same_is_one_version():
    made = automation(send("One"))
    assert running.put_to_work(made) == made.working
    assert made.versions.count() == 1


def test_only_people_of_the_segment_enter_and_stay():
    rules = {"match": "all", "groups": [{"match": "all", "not": False, "conditions": [
        {"type": "fact", "fact": "customer_language", "question": "is", "value": "ro"}]}]}  # fmt: skip
    made = automation(send("One"), wait(1), send("Two"), segment=Segment.objects.create(name="Romanian", rules=rules))
    ana, olga = reader(language="ro"), reader("olga@example.com", language="ru")
    assert enter(made, olga) is None
    run = enter(made, ana)
    running.advance(NOW)
    Customer.objects.filter(pk=ana.pk).update(language="en")
    running.advance(NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert subjects(ana) == ["One"]
    assert run.reason == running.NOT_IN_SEGMENT


def test_a_step_may_ask_for_a_segment():
    rules = {"match": "all", "groups": [{"match": "all", "not": False, "conditions": [
        {"type": "fact", "fact": "customer_language", "question": "is", "value": "ro"}]}]}  # fmt: skip
    only = {"do": "only_if", "segment": Segment.objects.create(name="Romanian", rules=rules).pk}
    made = automation(send("One"), only, send("Two"))
    ana, olga = reader(language="ro"), reader("olga@example.com", language="ru")
    enter(made, ana)
    enter(made, olga)
    running.advance(NOW)
    assert (subjects(ana), subjects(olga)) == (["One", "Two"], ["One"])


ROMANIAN = {"match": "all", "groups": [{"match": "all", "conditions": [
    {"type": "fact", "fact": "customer_language", "question": "is", "value": "ro"}]}]}  # fmt: skip
OF_WHAT_IS_GONE = {"match": "all", "groups": [{"match": "all", "conditions": [
    {"type": "segment", "segment": 10**6, "did": True}]}]}  # fmt: skip


def written():
    return list(Message.objects.filter(kind="automation").order_by("pk"))


def test_who_is_out_of_a_later_steps_segment_gets_what_was_written_before():
    only = {"do": "only_if", "segment": Segment.objects.create(name="Romanian", rules=ROMANIAN).pk}
    made = automation(send("One"), only, send("Two"))
    run = enter(made, reader(language="ru"))
    running.advance(NOW)
    run.refresh_from_db()
    assert (run.state, run.reason) == (Run.State.ENDED, running.NOT_IN_SEGMENT)
    assert leaving.is_still_wanted(written()) == {}
    sending.send_due()
    assert [one.subject for one in mail.outbox] == ["One"]


def test_who_left_the_segment_of_the_automation_does_not_get_what_was_written_before():
    made = automation(send("One"), segment=Segment.objects.create(name="Romanian", rules=ROMANIAN))
    ana = reader(language="ro")
    enter(made, ana)
    running.advance(NOW)
    Customer.objects.filter(pk=ana.pk).update(language="en")
    assert list(leaving.is_still_wanted(written()).values()) == [running.NOT_IN_SEGMENT]


def broken_and_whole():
    """Two automations of which the first has a segment that names something gone, each with one person in it."""
    segment = Segment.objects.create(name="Everybody", rules={"match": "all", "groups": []})
    made = [automation(send(word), name=word, segment=segment) for word in ("Broken", "Whole")]
    people = [reader("ana@example.com"), reader("olga@example.com")]
    runs = [enter(one, person, timezone.now()) for one, person in zip(made, people, strict=True)]
    return made, people, runs


def breaks(made):
    Segment.objects.filter(pk=made.segment_id).update(rules=OF_WHAT_IS_GONE)
    made.versions.update(rules=OF_WHAT_IS_GONE)


def test_rules_that_cannot_be_read_keep_their_own_messages_only():
    made, _people, _runs = broken_and_whole()
    running.advance()
    breaks(made[0])
    assert sending.send_due() == 2
    assert [one.subject for one in mail.outbox] == ["Whole"]
    assert [(one.state, one.reason) for one in written()] == [("withheld", running.UNREADABLE), ("sent", "")]


def test_rules_that_cannot_be_read_keep_nobody_else_from_walking_and_entering():
    made, _people, runs = broken_and_whole()
    breaks(made[0])
    running.advance()
    for run in runs:
        run.refresh_from_db()
    assert (runs[0].state, runs[0].attempts, runs[1].state) == (Run.State.UNDER_WAY, 1, Run.State.DONE)
    begun = running.begin(Trigger.SUBSCRIBED, reader("ion@example.com"), "subscribed", {})
    assert [run.automation for run in begun] == [made[1]]


def test_a_segment_of_the_day_that_cannot_be_read_keeps_nobody_else_from_entering():
    broken = Segment.objects.create(name="Gone", rules=ROMANIAN)
    automation(send("One"), trigger=Trigger.SEGMENT, name="Broken", segment=broken)
    Segment.objects.filter(pk=broken.pk).update(rules=OF_WHAT_IS_GONE)
    whole = automation(send("Happy birthday"), trigger=Trigger.BIRTHDAY)
    reader(birth_month=11, birth_day=20)
    assert running.enter_by_day(NOW) == 1
    assert Run.objects.get().automation == whole


@pytest.mark.parametrize("trigger", [Trigger.BASKET_LEFT, Trigger.BACK_IN_STOCK])
def test_asking_again_about_many_costs_as_much_as_about_few(trigger):
    segment = Segment.objects.create(name="Everybody", rules={"match": "all", "groups": []})
    made = automation(send("One"), trigger=trigger, segment=segment)
    number = itertools.count()

    def written_to(people):
        for _ in range(people):
            ana, product = reader(f"p{next(number)}@example.com"), make.product()
            basket = left_basket(ana.email) if trigger == Trigger.BASKET_LEFT else None
            about = {"basket_id": basket.pk} if basket else {"product_id": product.pk}
            enter(made, ana, cause=str(about), **about)
        running.advance(NOW)
        with CaptureQueriesContext(connection) as asked:
            assert leaving.is_still_wanted(written()) == {}
        return len(asked)

    few = written_to(2)
    assert written_to(10) == few <= 6
    if trigger == Trigger.BASKET_LEFT:
        Basket.objects.update(item_count=0)
    else:
        StockRecord.objects.update(num_in_stock=0)
    assert len(leaving.is_still_wanted(written())) == 12


def test_of_many_only_those_are_kept_of_whom_it_is_true():
    made = automation(send("One"))
    ana, olga, ion = (reader(f"{name}@example.com") for name in ("ana", "olga", "ion"))
    orders(ana)  # before she enters: that is no answer to the letter
    for person in (ana, olga, ion):
        enter(made, person, timezone.now())
    running.advance()
    orders(olga)
    privacy.erase(ion)
    found = leaving.is_still_wanted(written())
    assert {one.customer.pk: found.get(one.pk) for one in written()} == {
        ana.pk: None, olga.pk: running.BOUGHT, ion.pk: running.GONE}  # fmt: skip


def test_the_held_out_get_nothing_and_are_kept_to_compare():
    made = automation(send("One"), held_out_percent=50)
    people = [reader(f"p{number}@example.com") for number in range(60)]
    for person in people:
        enter(made, person)
    running.advance(NOW)
    held = made.runs.held_out().count()
    assert 15 <= held <= 45
    assert Message.objects.filter(kind="automation").count() == 60 - held


def test_nobody_changes_arms():
    made = automation(send("One"), held_out_percent=50, again_after_days=1)
    people = [reader(f"p{number}@example.com") for number in range(20)]
    first = [enter(made, person, cause="a").state for person in people]
    running.advance(NOW)
    second = [enter(made, person, NOW + timedelta(days=3), cause="b").state for person in people]
    assert first == second


def test_again_after_so_many_days():
    made, ana = automation(send("One"), again_after_days=30), reader()
    enter(made, ana, cause="a")
    running.advance(NOW)
    assert enter(made, ana, NOW + timedelta(days=29), cause="b") is None
    assert enter(made, ana, NOW + timedelta(days=31), cause="c") is not None


def test_who_is_still_on_the_way_does_not_enter_again():
    made, ana = automation(send("One"), wait(40, "days"), send("Two"), again_after_days=7), reader()
    enter(made, ana, cause="a")
    running.advance(NOW)
    assert enter(made, ana, NOW + timedelta(days=8), cause="b") is None
    running.advance(NOW + timedelta(days=40))
    assert enter(made, ana, NOW + timedelta(days=41), cause="c") is not None


def test_a_time_that_was_shortened_counts_from_then_on():
    made, ana = automation(send("One"), again_after_days=180), reader()
    enter(made, ana, cause="a")
    running.advance(NOW)
    made.again_after_days = 30
    made.save()
    assert enter(made, ana, NOW + timedelta(days=29), cause="b") is None
    assert enter(made, ana, NOW + timedelta(days=31), cause="c") is not None
    assert [run.closed_during.upper for run in made.runs.order_by("pk")] == [
        NOW + timedelta(days=31),
        NOW + timedelta(days=61),
    ]


@pytest.mark.parametrize(("again", "trigger"), [(30, Trigger.ORDER_PAID), (None, Trigger.SUBSCRIBED)])
def test_the_database_lets_nobody_enter_too_soon(again, trigger, monkeypatch):
    made, ana = automation(send("One"), trigger=trigger, again_after_days=again), reader()
    enter(made, ana, cause="a")
    running.advance(NOW)
    monkeypatch.setattr(running, "_may_enter", lambda *_: True)
    assert enter(made, ana, NOW + timedelta(days=29), cause="b") is None


def test_what_is_switched_off_waits():
    made, ana = automation(send("One"), wait(1), send("Two")), reader()
    enter(made, ana)
    running.advance(NOW)
    Automation.objects.update(is_on=False)
    assert running.advance(NOW + timedelta(days=1)) == 0
    Automation.objects.update(is_on=True)
    assert running.advance(NOW + timedelta(days=1)) == 1


def test_a_step_that_fails_comes_back_and_holds_up_nobody(monkeypatch):
    made, ana, olga = automation(send("One")), reader(), reader("olga@example.com")
    broken = enter(made, ana)
    enter(made, olga)
    whole = running._message

    def fails_for_ana(run, step, now):
        if run.customer_id == ana.pk:
            raise RuntimeError("no such block")
        return whole(run, step, now)

    monkeypatch.setattr(running, "_message", fails_for_ana)
    running.advance(NOW)
    broken.refresh_from_db()
    assert subjects(olga) == ["One"]
    assert (broken.state, broken.attempts, broken.position) == (Run.State.UNDER_WAY, 1, 0)
    assert "no such block" in broken.reason
    monkeypatch.undo()
    running.advance(NOW + timedelta(hours=1))
    assert subjects(ana) == ["One"]


def test_a_step_that_always_fails_ends_in_the_admin(monkeypatch):
    made, ana = automation(send("One")), reader()
    run = enter(made, ana)
    monkeypatch.setattr(running, "_message", lambda *_: 1 / 0)
    for hours in range(0, 400, 24):
        running.advance(NOW + timedelta(hours=hours))
    run.refresh_from_db()
    assert (run.state, run.attempts) == (Run.State.FAILED, running.TRIES)


def left_basket(owner_email="ana@example.com"):
    user = make.user(owner_email)
    basket = make.basket(make.product(title="Assam"), owner=user)
    Basket.objects.filter(pk=basket.pk).update(changed_at=NOW - timedelta(hours=2))
    return basket


def test_a_reminder_shows_the_basket_and_leads_to_it():
    shown = blocks.new("products", rule="cause", count=3)
    button = blocks.new("button", to="cause") | {"texts": {"en": {"label": "To my basket"}}}
    made = automation(send("Still here", shown, button), trigger=Trigger.BASKET_LEFT, topic="basket")
    basket, ana = left_basket(), reader(topic="basket")
    index.catch_up()
    enter(made, ana, cause=f"basket:{basket.pk}", basket_id=basket.pk)
    running.advance(NOW)
    message = Message.objects.get(kind="automation")
    assert "Assam" in sheets.filled(message).html
    assert "To my basket" in sheets.filled(message).html


@pytest.mark.parametrize("change", [{"status": "Submitted"}, {"item_count": 0}, {"changed_at": NOW + timedelta(minutes=5)}])
def test_a_basket_that_changed_ends_its_reminders(change):
    made = automation(wait(1), send("Still here"), trigger=Trigger.BASKET_LEFT, topic="basket")
    basket, ana = left_basket(), reader(topic="basket")
    enter(made, ana, cause=f"basket:{basket.pk}", basket_id=basket.pk)
    running.advance(NOW)
    Basket.objects.filter(pk=basket.pk).update(**change)
    running.advance(NOW + timedelta(hours=2))
    assert subjects(ana) == []
    assert Run.objects.get().state == Run.State.ENDED


def test_what_sold_out_again_is_not_announced():
    product = make.product()
    made = automation(wait(1), send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock")
    ana = reader(topic="stock")
    enter(made, ana, cause="request:1", product_id=product.pk)
    running.advance(NOW)
    StockRecord.objects.filter(product=product).update(num_in_stock=0)
    running.advance(NOW + timedelta(hours=2))
    assert subjects(ana) == []


def test_two_things_that_come_back_at_once_are_two_messages():
    automation(send("Back"), trigger=Trigger.BACK_IN_STOCK, topic="stock")
    ana = reader(topic="stock")
    for number, product in enumerate([make.product(), make.product()]):
        running.begin(Trigger.BACK_IN_STOCK, ana, f"request:{number}", {"product_id": product.pk}, NOW)
    running.advance(NOW)
    assert subjects(ana) == ["Back", "Back"]


def test_a_voucher_in_a_message_is_the_persons_own():
    voucher = blocks.new("voucher") | {"texts": {"en": {"heading": "For you", "words": "Ten off"}}}
    made, ana = automation(send("Welcome", voucher)), reader()
    enter(made, ana)
    running.advance(NOW)
    assert [one.owner_id for one in personal.of(ana)] == [ana.pk]


def test_birthdays_enter_on_their_day_and_once_a_year():
    automation(send("Happy birthday"), trigger=Trigger.BIRTHDAY)
    ana = reader(birth_month=11, birth_day=20)
    reader("olga@example.com", birth_month=11, birth_day=21)
    assert [running.enter_by_day(NOW), running.enter_by_day(NOW + timedelta(hours=3))] == [1, 0]
    running.advance(NOW)
    assert subjects(ana) == ["Happy birthday"]
    assert running.enter_by_day(NOW + timedelta(days=365)) == 1


@pytest.mark.parametrize(("year", "day", "found"), [(2027, 28, 1), (2028, 28, 0), (2028, 29, 1)])
def test_who_was_born_on_a_leap_day(year, day, found):
    automation(send("Happy birthday"), trigger=Trigger.BIRTHDAY)
    reader(birth_month=2, birth_day=29)
    assert running.enter_by_day(datetime(year, 2, day, 12, tzinfo=UTC)) == found


def test_people_of_a_segment_enter_once():
    rules = {"match": "all", "groups": [{"match": "all", "not": False, "conditions": [
        {"type": "fact", "fact": "customer_language", "question": "is", "value": "ro"}]}]}  # fmt: skip
    automation(send("We miss you"), trigger=Trigger.SEGMENT, segment=Segment.objects.create(name="Quiet", rules=rules))
    reader(language="ro")
    reader("olga@example.com", language="ru")
    assert [running.enter_by_day(NOW), running.enter_by_day(NOW + timedelta(days=1))] == [1, 0]


def test_waiting_for_an_hour_where_they_live():
    step = {"do": "until", "hour": 10}
    ana = make.customer("ana@example.com", time_zone="Europe/Bucharest")
    yuki = make.customer("yuki@example.com", time_zone="Asia/Tokyo")
    assert steps.due_after(step, NOW, ana) == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert steps.due_after(step, NOW, yuki) == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert steps.due_after(step, datetime(2026, 11, 20, 7, 59, tzinfo=UTC), ana) == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "send",
        [],
        [{"do": "wait", "amount": 1, "unit": "days"}],
        [{"do": "send", "letter": 10**8}],
        [{"do": "send"}],
        [{"do": "wait", "amount": -1, "unit": "days"}],
        [{"do": "wait", "amount": "many", "unit": "days"}],
        [{"do": "wait", "amount": 9999, "unit": "days"}],
        [{"do": "wait", "amount": 1, "unit": "years"}],
        [{"do": "until", "hour": 24}],
        [{"do": "only_if", "segment": "x"}],
        [{"do": "rm -rf"}],
        [7],
        [{"do": "wait", "amount": 1, "unit": "days"}] * 21,
    ],
)
def test_what_are_no_steps_is_said(wrong):
    with pytest.raises(steps.NotSteps) as caught:
        steps.checked(wrong)
    assert all(caught.value.problems)


def test_a_message_is_asked_again_when_it_leaves():
    made, ana = automation(send("One"), wait(24), send("Two")), reader()
    enter(made, ana, timezone.now())
    running.advance()
    message = Message.objects.get(kind="automation")
    assert leaving.is_still_wanted([message]) == {}
    orders(ana)
    assert leaving.is_still_wanted([message]) == {message.pk: running.BOUGHT}


def test_two_rows_of_one_person_walk_once():
    made, ana, twin = automation(wait(1), send("One")), reader(), reader("ana2@example.com")
    enter(made, ana)
    enter(made, twin)
    merging.merge(ana, twin)
    running.advance(NOW)
    running.advance(NOW + timedelta(hours=1))
    assert len(subjects(ana)) == 1


def test_every_trigger_says_what_it_means():
    assert set(triggers.BEGINNINGS) == set(Trigger.values)
    assert all(beginning.event or beginning.due for beginning in triggers.BEGINNINGS.values())
    assert ConsentGiven in triggers.heard()


def test_no_step_is_taken_twice():
    made, ana = automation(send("One")), reader()
    run = enter(made, ana)
    running.advance(NOW)
    Run.objects.filter(pk=run.pk).update(state=Run.State.UNDER_WAY, position=0)  # as a lost update would
    running.advance(NOW)
    assert len(subjects(ana)) == 1
    assert Passed.objects.count() == 1


def test_messages_that_wait_to_leave_wait_while_it_is_switched_off():
    made, ana = automation(send("One")), reader()
    enter(made, ana, timezone.now())
    running.advance()
    Automation.objects.update(is_on=False)
    sending.send_due()
    message = Message.objects.get(kind="automation")
    assert (message.state, message.reason, mail.outbox) == ("queued", interventions.OFF, [])
    Automation.objects.update(is_on=True)
    interventions.let_go_on(made)
    sending.send_due()
    assert [one.subject for one in mail.outbox] == ["One"]


def test_who_said_stop_on_the_way_is_given_no_voucher():
    voucher = blocks.new("voucher") | {"texts": {"en": {"heading": "For you", "words": "Ten off"}}}
    made, ana, olga = automation(send("One"), wait(2), send("Two", voucher)), reader(), reader("olga@example.com")
    enter(made, ana), enter(made, olga)
    running.advance(NOW)
    consent.withdraw(ana, "news", source="unsubscribe")
    running.advance(NOW + timedelta(hours=2))
    assert Message.objects.get(customer=ana, subject="Two").state == Message.State.WITHHELD
    assert (personal.of(ana), len(personal.of(olga))) == ([], 1)
