"""The last question before a message leaves: now, later or never; and a row that says so."""

import itertools
import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shop.customers import consent, merging, privacy
from shop.mail import admission, gate, outbox, suppression, wishes
from shop.mail.models import Attention, Decision, Message
from tests import make

pytestmark = pytest.mark.django_db
_keys = itertools.count(1)
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


def limits(**fields):
    return Attention.objects.create(**{"per_day": 1, "per_week": 3, "quiet_from": "00:00", "quiet_until": "00:00", **fields})


def reader(*topics, **fields):
    person = make.customer(**fields)
    for topic in topics or ("news",):
        consent.give(person, topic, source="form", confirmed_at=timezone.now())
    return person


def letter(person, topic="news", **fields):
    message = outbox.send("account_unknown", person, {}, key=str(next(_keys)), topic=topic)
    Message.objects.filter(pk=message.pk).update(created_at=NOON, due_at=NOON, **fields)
    return message


def asked(*messages, at=NOON):
    """Ask the gate about messages; those that may leave."""
    ids = [message.pk for message in messages]
    return [one.pk for one in admission.admit(list(Message.objects.filter(pk__in=ids).select_related("customer")), at)]


def said(message):
    return message.decisions.order_by("-pk").first()


def sent(message, at=NOON):
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=at)


def test_without_settings_there_is_no_limit():
    ana = reader()
    first, second = letter(ana), letter(ana)
    assert asked(first, second) == [first.pk, second.pk]


@pytest.mark.parametrize("registry", ["_holds", "_conditions"])
@pytest.mark.parametrize("fault", ["python", "database"])
def test_a_rule_that_fails_holds_the_rows_it_fails_at_and_no_others(monkeypatch, registry, fault):
    """Also after an error of the database, which ends every transaction that it is not caught for."""
    letters = [letter(reader()) for _ in range(5)]
    broken = letters[3].pk if registry == "_conditions" else letters[3].customer_id

    def rule(rows):
        if broken in [row.pk for row in rows] and fault == "database":
            connection.cursor().execute("SELECT 1 / 0")
        return {broken: 1 / 0} if broken in [row.pk for row in rows] else {}

    monkeypatch.setattr(gate, registry, [rule])
    assert asked(*letters) == [one.pk for one in letters if one != letters[3]]
    letters[3].refresh_from_db()
    assert (letters[3].state, letters[3].reason) == ("queued", gate.UNANSWERED)
    assert letters[3].due_at == NOON + admission.LATER
    monkeypatch.setattr(gate, registry, [])
    assert asked(letters[3], at=letters[3].due_at) == [letters[3].pk]


def test_what_is_too_much_waits_until_the_window_has_moved_on():
    limits()
    ana = reader()
    first, second = letter(ana), letter(ana)
    assert asked(first) == [first.pk]
    assert asked(second, at=NOON + timedelta(hours=2)) == []
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("queued", 0)
    assert said(second).outcome == "deferred"
    assert second.due_at == said(second).until >= NOON + timedelta(days=1)
    assert asked(second, at=second.due_at) == [second.pk]


def test_other_people_are_not_kept_waiting():
    limits()
    ana, ion = reader(), reader()
    both = letter(ana), letter(ion)
    assert len(asked(*both)) == 2


def test_the_most_important_goes_first_and_takes_what_is_left():
    limits()
    ana = reader("news", "basket")
    news, basket, urgent = letter(ana), letter(ana, "basket"), letter(ana, priority=99)
    assert asked(news, basket, urgent) == [urgent.pk]
    assert said(basket).reason == said(news).reason == admission.ENOUGH


def test_a_more_important_message_in_another_senders_hands_is_waited_for():
    limits()
    ana = reader("news", "basket")
    news, basket = letter(ana), letter(ana, "basket")
    assert asked(news) == []
    assert said(news).reason == admission.OUTRANKED
    assert asked(basket) == [basket.pk]


def test_what_people_asked_for_themselves_neither_waits_nor_counts():
    limits(free_topics=["stock"])
    ana = reader("news", "stock")
    stock, news, again = letter(ana, "stock"), letter(ana), letter(ana, "stock")
    assert asked(stock) and asked(news) and asked(again)


def test_a_person_may_want_one_a_week_and_the_stricter_wish_counts():
    limits(per_day=None, per_week=3)
    ana = reader()
    wishes.keep(ana, per_week=1, is_paused=False)
    assert asked(letter(ana))
    late = letter(ana)
    assert not asked(late, at=NOON + timedelta(days=2))
    assert said(late).reason == admission.ENOUGH


def test_a_pause_puts_off_and_what_is_of_no_use_after_it_expires():
    ana = reader()
    wishes.keep(ana, per_week=None, is_paused=True, now=NOON)
    patient, hasty = letter(ana, expires_at=NOON + timedelta(days=60)), letter(ana)
    assert asked(patient, hasty) == []
    assert (said(patient).outcome, said(patient).until) == ("deferred", NOON + wishes.PAUSE)
    assert (said(hasty).outcome, said(hasty).reason) == ("expired", admission.PAUSED)
    hasty.refresh_from_db()
    assert hasty.state == "withheld"


def test_quiet_hours_put_off_until_the_morning_of_the_place():
    limits(quiet_from="21:00", quiet_until="08:00")
    ana = reader(time_zone="Asia/Tokyo")
    message = letter(ana, expires_at=NOON + timedelta(days=9))
    assert asked(message, at=NOON.replace(hour=15)) == []  # midnight in Tokyo
    assert said(message).reason == admission.QUIET
    assert said(message).until == NOON.replace(hour=23)


def test_what_comes_too_late_is_not_sent():
    message = letter(reader(), expires_at=NOON - timedelta(minutes=1))
    assert asked(message) == []
    assert (said(message).outcome, said(message).reason) == ("expired", admission.TOO_LATE)


def test_consent_is_asked_again_and_so_is_the_address():
    ana, ion = reader(), reader()
    letters = letter(ana), letter(ion)
    consent.withdraw(ana, "news", source="unsubscribe")
    suppression.suppress(ion.email, "complaint", ion)
    assert asked(*letters) == []
    assert [said(one).outcome for one in letters] == ["withheld", "withheld"]


@pytest.fixture
def registered(monkeypatch):
    """Rules of apps above, gone after the test."""
    for name in ("_holds", "_conditions"):
        monkeypatch.setattr(gate, name, [])
    return gate


def test_apps_may_hold_a_person_back_for_a_while(registered):
    ana, ion = reader(), reader()
    registered.holds(lambda people: {ana.pk: gate.Hold("A case is open.")})
    hers, his = letter(ana), letter(ion)
    assert asked(hers, his) == [his.pk]
    assert (said(hers).outcome, said(hers).reason) == ("deferred", "A case is open.")
    assert said(hers).until == NOON + admission.LATER


def test_apps_may_say_that_a_message_makes_no_sense_any_more(registered):
    over, later = letter(reader()), letter(reader())
    until = NOON + timedelta(hours=1)
    registered.conditions(lambda messages: {over.pk: "Bought since.", later.pk: gate.Hold("Paused.", until)})
    assert asked(over, later) == []
    assert said(over).outcome == "withheld"
    assert said(later).until == until


def test_mail_of_an_order_passes_whatever_there_is():
    limits()
    ana = reader()
    wishes.keep(ana, per_week=1, is_paused=True)
    needed = outbox.send("account_unknown", ana, {}, key="order")
    assert asked(needed) == [needed.pk]
    assert not needed.decisions.exists()


def test_a_message_that_was_not_taken_gives_its_place_back():
    limits()
    ana = reader()
    first, second = letter(ana), letter(ana)
    assert asked(first)
    Message.objects.filter(pk=first.pk).update(state="failed")
    assert asked(second)


def test_a_message_that_is_tried_again_does_not_count_twice():
    limits()
    first = letter(reader())
    assert asked(first)
    assert asked(first, at=NOON + timedelta(minutes=2))


def test_why_a_written_message_is_not_sent_is_a_decision_too():
    message = outbox.send("account_unknown", make.customer(), {}, key="no", topic="news")
    assert said(message).outcome == "withheld"


def test_five_hundred_cost_as_many_queries_as_one(costs_the_same, registered):
    limits()
    batch = []
    costs_the_same(show=lambda: asked_again(batch), add_row=lambda: batch.append(letter(reader())))


def asked_again(batch):
    Message.objects.filter(pk__in=[one.pk for one in batch]).update(state="queued", admitted_at=None)
    return admission.admit(list(Message.objects.filter(pk__in=[one.pk for one in batch]).select_related("customer")), NOON)


@pytest.mark.parametrize("seed", range(3))
def test_no_window_ever_holds_more_than_it_may(seed):
    """A month of random messages, asked at random moments, against a count over all windows."""
    chance, per_day, per_week = random.Random(seed), 2, 4
    limits(per_day=per_day, per_week=per_week)
    ana = reader()
    left = [letter(ana, expires_at=NOON + timedelta(days=60)) for _ in range(25)]
    now, let_out = NOON, []
    while left and now < NOON + timedelta(days=30):
        now += timedelta(minutes=chance.randint(20, 400))
        chosen = chance.sample(left, min(len(left), chance.randint(1, 4)))
        for message in [one for one in chosen if one.pk in asked(*chosen, at=now)]:
            sent(message, now)
            let_out.append(now)
            left.remove(message)
        Message.objects.filter(pk__in=[one.pk for one in left]).update(due_at=now)
    assert len(let_out) > per_week
    for window, most in ((timedelta(days=1), per_day), (timedelta(days=7), per_week)):
        assert all(
            sum(0 <= (one - start).total_seconds() < window.total_seconds() for one in let_out) <= most for start in let_out
        )


def test_wishes_follow_a_person_and_go_with_them():
    ana, also_ana = make.customer(), make.customer()
    wishes.keep(also_ana, per_week=1, is_paused=True)
    wishes.keep(ana, per_week=2, is_paused=False)
    merging.merge(ana, also_ana)
    kept = wishes.of(ana)
    assert (kept.per_week, bool(kept.paused_until)) == (1, True)
    with transaction.atomic():
        privacy.erase(ana)
    assert not wishes.of(ana).pk


def test_one_decision_for_each_time_it_was_asked():
    limits()
    ana = reader()
    first, second = letter(ana), letter(ana)
    asked(first)
    asked(second)
    asked(second, at=NOON + timedelta(days=2))
    assert list(Decision.objects.filter(message=second).order_by("pk").values_list("outcome", flat=True)) == [
        "deferred",
        "sent",
    ]
    assert said(second).per_day == 1
