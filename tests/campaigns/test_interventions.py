"""What staff do to one person's way through an automation; each with a reason that stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

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
    return run, ana


def does(verb, run, now=NOW, **more):
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
    "sent", [{"reason": ""}, {"reason": "x" * 201}, {"until": "soon"}, {"until": "2026-13-41"}, {"reason": "a\0b"}]
)
def test_what_is_not_whole_is_asked_again(support, sent):
    run, _ana = under_way()
    assert act(support, run, "pause", **sent).status_code == 422
    run.refresh_from_db()
    assert run.state == Run.State.UNDER_WAY


def test_a_day_that_is_over_is_no_pause(support):
    run, _ana = under_way()
    act(support, run, "pause", until="2020-01-01")
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
        assert act(client, run, do).status_code == 302
    assert Intervention.objects.count() == 5
    run.refresh_from_db()
    assert run.state == Run.State.ENDED
    assert "<form" not in client.get(page(run)).content.decode().partition('id="content-main"')[2].partition("</main>")[0]


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
