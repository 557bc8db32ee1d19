"""The page of an automation: steps as rows that work without scripts, saved only when whole."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.automations import interventions, running
from campaigns.models import Automation, Passed, Run
from shop.mail.models import Message
from tests import make
from tests.campaigns.test_automations import automation, letter, reader, send, wait

pytestmark = pytest.mark.django_db
ADD = reverse("admin:campaigns_automation_add")
HEAD = {
    "name": "Welcome",
    "trigger": "subscribed",
    "topic": "news",
    "held_out_percent": "10",
    "is_on": "on",
    "ends_with_order": "on",
}


@pytest.fixture
def marketer(client):
    client.force_login(make.staff("marketer"))
    return client


def page(made):
    return reverse("admin:campaigns_automation_change", args=[made.pk])


def test_a_marketer_makes_one(marketer):
    sent = {
        **HEAD,
        "s0-do": "send",
        "s0-letter": letter().pk,
        "s1-do": "wait",
        "s1-amount": "3",
        "s1-unit": "days",
        "do": "save",
    }
    assert marketer.post(ADD, sent).status_code == 302
    made = Automation.objects.get()
    assert [step["do"] for step in made.working.steps] == ["send", "wait"]
    assert made.is_on


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"s0-do": "wait", "s0-amount": "3", "s0-unit": "days"}, "Without a message"),
        ({"s0-do": "send", "s0-letter": ""}, "choose a letter"),
        ({"s0-do": "wait", "s0-amount": "soon", "s0-unit": "days"}, "whole number"),
        ({"s0-do": "until", "s0-hour": "25"}, "whole number"),
        ({"s0-do": "only_if", "s0-segment": "999999"}, "choose a segment"),
        ({"s0-do": "explode"}, "choose what happens"),
        ({}, "Without a message"),
    ],
)
def test_what_is_not_whole_is_not_saved(marketer, rows, says):
    answer = marketer.post(ADD, {**HEAD, **rows, "do": "save"})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Automation.objects.exists()


def test_a_segment_automation_needs_its_segment(marketer):
    answer = marketer.post(ADD, {**HEAD, "trigger": "segment", "s0-do": "send", "s0-letter": letter().pk, "do": "save"})
    assert "Choose the segment" in answer.content.decode()


def test_buttons_change_the_form_only(marketer):
    made = automation(send("One"), wait(2))
    rows = {"s0-do": "send", "s0-letter": str(made.steps[0]["letter"]), "s1-do": "wait", "s1-amount": "2", "s1-unit": "hours"}
    shown = marketer.post(page(made), {**HEAD, **rows, "do": "down:0"}).context["rows"]
    assert [row.do for row in shown] == ["wait", "send"]
    shown = marketer.post(page(made), {**HEAD, **rows, "do": "remove:1"}).context["rows"]
    assert [row.do for row in shown] == ["send"]
    shown = marketer.post(page(made), {**HEAD, **rows, "do": "add"}).context["rows"]
    assert [row.do for row in shown] == ["send", "wait", "wait"]
    for nonsense in ("down:9", "remove:x", "up:0", "down:1", "", "add:add"):
        assert marketer.post(page(made), {**HEAD, **rows, "do": nonsense}).status_code == 200
    made.refresh_from_db()
    assert [step["do"] for step in made.steps] == ["send", "wait"]


def test_what_was_typed_stays_while_rows_change(marketer):
    answer = marketer.post(ADD, {**HEAD, "name": "My new one", "do": "add"})
    assert 'value="My new one"' in answer.content.decode()


def test_saving_again_makes_a_version_only_when_something_changed(marketer):
    made = automation(send("One"))
    sent = {**HEAD, "s0-do": "send", "s0-letter": str(made.steps[0]["letter"]), "do": "save"}
    marketer.post(page(made), sent)
    assert made.versions.count() == 1
    marketer.post(page(made), {**sent, "s1-do": "wait", "s1-amount": "1", "s1-unit": "days"})
    assert made.versions.count() == 2


def test_staff_end_all_that_are_under_way(marketer):
    made = automation(wait(2), send("One"))
    for name in ("ana", "olga"):
        running.enter(made, reader(f"{name}@example.com"), "a", {}, made.created_at)
    stop = reverse("admin:campaigns_automation_stop", args=[made.pk])
    marketer.post(stop)  # without a word why
    assert set(Run.objects.values_list("state", flat=True)) == {Run.State.UNDER_WAY}
    marketer.post(stop, {"reason": "A wrong letter"})
    assert set(Run.objects.values_list("state", flat=True)) == {Run.State.ENDED}


def test_the_page_shows_who_is_on_the_way(marketer):
    made = automation(send("One"), wait(2))
    running.enter(made, reader(), "a", {}, made.created_at)
    running.advance()
    shown = marketer.get(page(made)).content.decode()
    assert "There is not enough to tell" in shown
    assert "ana@example.com" in shown


def test_the_ready_made_ones_come_with_a_button(marketer):
    marketer.post(reverse("admin:campaigns_automation_ready"))
    assert Automation.objects.filter(code="welcome").exists()
    assert marketer.get(reverse("admin:campaigns_automation_changelist")).status_code == 200


@pytest.mark.parametrize("role", ["support"])
def test_others_do_not_see_them(client, role):
    client.force_login(make.staff(role))
    made = automation(send("One"))
    assert client.get(page(made)).status_code == 403
    assert client.post(reverse("admin:campaigns_automation_stop", args=[made.pk])).status_code == 403


@pytest.mark.parametrize("pk", ["999999", "x", "99999999999999"])
def test_what_is_not_there_is_not_found(marketer, pk):
    assert marketer.get(reverse("admin:campaigns_automation_changelist") + f"{pk}/change/").status_code == 404


def test_what_waits_to_leave_is_stopped_too_also_of_those_who_went_through(marketer):
    made = automation(send("Wrong"))
    running.enter(made, reader(), "subscribed", {}, timezone.now())
    running.advance()
    assert Run.objects.get().state == Run.State.DONE
    marketer.post(reverse("admin:campaigns_automation_stop", args=[made.pk]), {"reason": "A wrong letter"})
    assert Message.objects.get(kind="automation").state == Message.State.WITHHELD


def test_switching_it_on_again_lets_go_what_waited_for_that(marketer):
    made = automation(send("One"), is_on=False)
    run = Run.objects.create(automation=made, version=made.working, customer=reader(), cause="a", state=Run.State.DONE)
    later = timezone.now() + timedelta(hours=6)
    message = Message.objects.create(customer=run.customer, kind="automation", key="1", reason=interventions.OFF, due_at=later)
    Passed.objects.create(run=run, position=0, message=message)
    marketer.post(page(made), {**HEAD, "s0-do": "send", "s0-letter": made.steps[0]["letter"], "do": "save"})
    message.refresh_from_db()
    assert message.due_at <= timezone.now()


def test_what_began_it_stays_once_somebody_has_entered(marketer):
    made = automation(send("One"), wait(2), send("Two"))
    sent = {**HEAD, "trigger": "basket_left", "s0-do": "send", "s0-letter": made.steps[0]["letter"], "do": "save"}
    running.enter(made, reader(), "subscribed", {}, timezone.now())
    assert "make another automation" in marketer.post(page(made), sent).content.decode()
    made.refresh_from_db()
    assert made.trigger == "subscribed"
    Run.objects.all().delete()
    assert marketer.post(page(made), sent).status_code == 302
