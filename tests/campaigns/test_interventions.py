"""What staff do to one person's way through an automation; each with a reason that stays."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import run_page
from campaigns.automations import interventions, leaving, running
from campaigns.models import Intervention, Run
from shop.customers import privacy, timeline
from shop.mail import gate
from shop.mail.models import Message
from tests import make
from tests.campaigns.test_automations import NOW, automation, enter, orders, reader, send, subjects, wait

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def under_way(*steps):
    """A run that stands after its first message."""
    made, ana = automation(*(steps or (send("One"), wait(2), send("Two")))), reader()
    run = enter(made, ana)
    running.advance(NOW)
    run.refresh_from_db()
    return run, ana


def does(verb, run, now=NOW, **more):
    if verb is interventions.skip:
        more.setdefault("position", run.position)
    verb(run, by=make.staff("support"), reason="They asked for it", now=now, **more)
    run.refresh_from_db()


def goes_on(now):
    interventions.lift_pauses(now)
    running.advance(now)


def test_who_is_paused_gets_nothing_until_resumed():
    run, ana = under_way()
    does(interventions.pause, run, until=None)
    goes_on(NOW + 30 * DAY)
    assert subjects(ana) == ["One"]
    does(interventions.resume, run, NOW + 30 * DAY)
    goes_on(NOW + 30 * DAY)
    assert subjects(ana) == ["One", "Two"]


def test_a_pause_ends_with_its_day():
    run, ana = under_way()
    does(interventions.pause, run, until=NOW + 3 * DAY)
    goes_on(NOW + 3 * DAY - HOUR)
    assert subjects(ana) == ["One"]
    goes_on(NOW + 3 * DAY)
    assert subjects(ana) == ["One", "Two"]


def test_a_message_that_waits_to_leave_waits_with_its_run():
    run, _ana = under_way()
    message = Message.objects.get(kind="automation")
    does(interventions.pause, run, until=NOW + DAY)
    message.refresh_from_db()
    assert message.state == Message.State.HELD
    assert leaving.is_still_wanted([message]) == {message.pk: gate.Hold(interventions.PAUSED, NOW + DAY)}
    does(interventions.resume, run)
    message.refresh_from_db()
    assert message.state == Message.State.QUEUED


def test_who_is_sent_on_does_not_wait_but_is_asked_again():
    run, ana = under_way()
    does(interventions.hurry, run)
    running.advance(NOW)
    assert subjects(ana) == ["One", "Two"]


def test_who_has_ordered_gets_nothing_by_hand_either():
    run, ana = under_way()
    orders(ana)
    does(interventions.hurry, run)
    running.advance(NOW)
    assert subjects(ana) == ["One"]


def test_a_step_left_out_is_not_taken():
    run, ana = under_way(send("One"), wait(2), send("Two"), wait(2), send("Three"))
    does(interventions.skip, run)
    running.advance(NOW + 2 * HOUR)
    running.advance(NOW + 4 * HOUR)
    assert subjects(ana) == ["One", "Three"]


def test_two_clicks_leave_out_one_step():
    run, _ana = under_way(send("One"), wait(2), send("Two"), wait(2), send("Three"))
    shown = run.position
    does(interventions.skip, run, position=shown)
    with pytest.raises(interventions.NotPossible, match="another step"):
        does(interventions.skip, run, position=shown)
    assert Intervention.objects.count() == 1


def test_the_last_step_left_out_is_the_end():
    run, ana = under_way()
    does(interventions.skip, run)
    with pytest.raises(interventions.NotPossible):
        does(interventions.skip, run)
    running.advance(NOW + 2 * HOUR)
    run.refresh_from_db()
    assert (run.state, subjects(ana)) == (Run.State.DONE, ["One"])


def test_the_end_is_the_end_also_of_what_waits():
    run, _ana = under_way()
    does(interventions.end, run)
    running.advance(NOW + DAY)
    message = Message.objects.get(kind="automation")
    assert (message.state, message.reason) == (Message.State.WITHHELD, interventions.STOPPED)
    for verb, more in ((interventions.resume, {}), (interventions.hurry, {}), (interventions.pause, {"until": None})):
        with pytest.raises(interventions.NotPossible):
            does(verb, run, **more)


def test_what_failed_can_be_tried_again(monkeypatch):
    made, ana = automation(send("One")), reader()
    run = enter(made, ana)
    with monkeypatch.context() as broken:
        broken.setattr(running, "_message", lambda *_: 1 / 0)
        for days in range(running.TRIES):
            running.advance(NOW + days * DAY)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    does(interventions.resume, run)
    running.advance(NOW + 9 * DAY)
    assert subjects(ana) == ["One"]


def test_who_entered_again_meanwhile_is_not_brought_back():
    made, ana = automation(send("One"), wait(1), send("Two"), again_after_days=7), reader()
    run = enter(made, ana, cause="a")
    Run.objects.update(state=Run.State.FAILED)
    assert enter(made, ana, NOW + 8 * DAY, cause="b")
    with pytest.raises(interventions.NotPossible):
        does(interventions.resume, run)


def test_the_customers_page_tells_what_was_done_and_why():
    run, ana = under_way()
    does(interventions.pause, run, until=NOW + 3 * DAY)
    told = [moment for moment in timeline.page(ana)[0] if moment.source == "automations"]
    assert "They asked for it" in told[0].detail + told[1].detail
    assert {"Entered the automation “Welcome”", "Automation “Welcome”: paused"} == {str(moment.what) for moment in told}


def test_what_staff_wrote_is_handed_over_and_forgotten():
    run, ana = under_way()
    does(interventions.pause, run, until=None)
    told = privacy.export(ana)["automations"]
    assert [(one["automation"], one["by_staff"][0]["reason"]) for one in told] == [("Welcome", "They asked for it")]
    privacy.erase(ana)
    assert not Intervention.objects.get().reason


def test_nobody_goes_on_with_somebody_who_was_erased():
    run, ana = under_way()
    olga = enter(run.automation, reader("olga@example.com"))
    does(interventions.pause, run, until=NOW + 3 * DAY)
    done = enter(automation(send("One")), ana)
    Run.objects.filter(pk=done.pk).update(state=Run.State.DONE)
    privacy.erase(ana)
    for one in (run, olga, done):
        one.refresh_from_db()
    assert (run.state, run.reason, run.paused_until) == (Run.State.ENDED, running.GONE, None)
    assert run.ended_at
    assert (olga.state, done.state) == (Run.State.UNDER_WAY, Run.State.DONE)


def test_ending_many_asks_the_database_as_often_as_ending_few():
    made, staff = automation(send("One"), wait(2)), make.staff("support")

    def end_all(people):
        for number in range(people):
            enter(made, reader(f"p{people}_{number}@example.com"))
        running.advance(NOW)
        with CaptureQueriesContext(connection) as asked:
            assert interventions.end_all(made.runs.all(), by=staff, reason="A wrong letter", now=NOW) == people
        return len(asked)

    assert end_all(12) == end_all(2)
    assert set(Message.objects.filter(kind="automation").values_list("reason", flat=True)) == {interventions.STOPPED}
    told = list(Intervention.objects.values_list("what", "reason", "position", "by"))
    assert told == [("ended", "A wrong letter", 2, staff.pk)] * 14
    ended = list(Run.objects.values_list("state", "reason", "ended_at", "paused_until"))
    assert ended == [(Run.State.ENDED, interventions.STOPPED, NOW, None)] * 14


def test_also_who_went_through_is_locked_before_their_messages_as_by_who_erases_them():
    made = automation(send("One"))
    enter(made, reader())
    running.advance(NOW)
    with CaptureQueriesContext(connection) as asked:
        assert interventions.end_all(made.runs.all(), by=make.staff("support"), reason="A wrong letter", now=NOW) == 0
    assert [one.reason for one in Message.objects.filter(kind="automation")] == [interventions.STOPPED]
    said = [query["sql"] for query in asked]
    locks = [at for at, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql and 'FROM "customers_customer"' in sql]
    assert locks and locks[0] < min(at for at, sql in enumerate(said) if sql.startswith('UPDATE "mail_message"'))


def test_many_end_in_parts(monkeypatch):
    monkeypatch.setattr(interventions, "AT_ONCE", 2)
    made = automation(wait(2), send("One"))
    for number in range(5):
        enter(made, reader(f"p{number}@example.com"))
    does(interventions.pause, made.runs.first(), until=NOW + DAY)
    assert interventions.end_all(made.runs.all(), by=make.staff("owner"), reason="No more", now=NOW) == 5
    assert set(made.runs.values_list("state", flat=True)) == {Run.State.ENDED}


# The page


@pytest.fixture
def support(client):
    client.force_login(make.staff("support"))
    return client


def page(run, name="change"):
    return reverse(f"admin:campaigns_run_{name}", args=[run.pk])


def act(client, run, do, **more):
    return client.post(page(run, "act"), {"do": do, "reason": "They are on holiday", **more})


def test_support_pauses_until_a_day_and_resumes(support):
    run, ana = under_way()
    tomorrow = timezone.localdate() + DAY
    assert act(support, run, "pause", until=tomorrow.isoformat()).status_code == 302
    run.refresh_from_db()
    assert timezone.localtime(run.paused_until).isoformat()[:16] == f"{tomorrow}T00:00"
    shown = support.get(page(run)).content.decode()
    assert "They are on holiday" in shown
    assert ana.email in shown
    act(support, run, "resume")
    assert list(Intervention.objects.order_by("pk").values_list("what", flat=True)) == ["paused", "resumed"]
    assert "next, " in support.get(page(run)).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": ""},
        {"reason": "x" * 201},
        {"until": "soon"},
        {"until": "2026-13-41"},
        {"until": "0001-01-01"},
        {"reason": "a\0b"},
    ],
)
def test_what_is_not_whole_is_asked_again(support, sent):
    run, _ana = under_way()
    answer = act(support, run, "pause", **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode().partition('id="content-main"')[2]
    run.refresh_from_db()
    assert run.state == Run.State.UNDER_WAY


def test_a_day_that_is_over_is_no_pause(support):
    run, _ana = under_way()
    assert "Choose a day to come." in act(support, run, "pause", until="2020-01-01").content.decode()
    run.refresh_from_db()
    assert run.state == Run.State.UNDER_WAY
    assert not Intervention.objects.exists()


@pytest.mark.parametrize("do", ["", "explode", "delete"])
def test_what_cannot_be_done_is_not_found(support, do):
    run, _ana = under_way()
    assert act(support, run, do).status_code == 404


def test_all_that_staff_can_do_stands_on_the_page(client):
    client.force_login(make.staff("marketer"))
    run, _ana = under_way(send("One"), wait(2), send("Two"), wait(1), send("Three"))
    for do in ("hurry", "skip", "pause", "resume", "end"):
        assert f'value="{do}"' in client.get(page(run)).content.decode(), do
        run.refresh_from_db()
        assert act(client, run, do, position=run.position).status_code == 302
    assert Intervention.objects.count() == 5
    run.refresh_from_db()
    assert run.state == Run.State.ENDED
    assert "<form" not in client.get(page(run)).content.decode().partition('id="content-main"')[2].partition("</main>")[0]


def test_two_clicks_on_the_page_leave_out_one_step(client):
    client.force_login(make.staff("marketer"))
    run, _ana = under_way(send("One"), wait(2), send("Two"), wait(1), send("Three"))
    posted = re.search(r'name="position" value="(\d+)"', client.get(page(run)).content.decode())[1]
    answers = [client.post(page(run, "act"), {"do": "skip", "reason": "Twice", "position": posted}, follow=True) for _ in "12"]
    assert "The step is left out." in answers[0].content.decode()
    assert "another step is the next one" in answers[1].content.decode()
    assert Intervention.objects.count() == 1


@pytest.mark.parametrize("position", ["", "x", "-1", "٣", "9" * 40, "0"])
def test_another_position_leaves_out_nothing(client, position):
    client.force_login(make.staff("marketer"))
    run, _ana = under_way()
    assert act(client, run, "skip", position=position).status_code == 302
    assert not Intervention.objects.exists()


def test_the_page_says_which_steps_were_left_out_and_which_taken():
    run, ana = under_way(send("One"), wait(2), send("Two"), wait(2), send("Three"))
    does(interventions.skip, run)
    running.advance(NOW + 2 * HOUR)
    run.refresh_from_db()
    assert [stage.state for stage in run_page.stages_of(run)] == ["done", "done", "left_out", "done", "next"]
    Message.objects.filter(customer=ana).delete()  # old ones are swept one day: they were sent all the same
    assert [stage.state for stage in run_page.stages_of(run)] == ["done", "done", "left_out", "done", "next"]


def test_the_list_finds_a_person(support, costs_the_same):
    made = automation(send("One"), wait(2))
    enter(made, reader())
    address = reverse("admin:campaigns_run_changelist")
    assert "ana@example.com" in support.get(address + "?q=ana@").content.decode()
    costs_the_same(
        show=lambda: support.get(address), add_row=lambda: enter(made, reader(f"p{Run.objects.count()}@example.com"))
    )


def test_others_see_none_of_it(client):
    run, _ana = under_way()
    client.force_login(make.user("eve@example.com"))
    assert client.get(page(run)).status_code in (302, 403)
    assert act(client, run, "end").status_code in (302, 403)
