from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from loyalty import audit, expiry, ledger, purchases
from loyalty.models import Account, Entry, Lot, Posting, Programme
from shop.customers import merging
from shop.events.models import Event
from tests import make
from tests.loyalty import make as loyal
from tests.loyalty.make import at, pots

pytestmark = pytest.mark.django_db
LATER = timedelta(days=14)


@pytest.fixture
def ana():
    loyal.programme()
    return make.customer()


def test_points_are_pending_until_their_time_comes(ana):
    now = timezone.now()
    ledger.earn(ana, 120, Entry.Reason.ORDER, cause="order:1", available_at=now + LATER)
    assert purchases.activate_due(now) == 0
    assert pots(ana) == {"pending": 120}
    assert purchases.activate_due(now + LATER) == 1
    assert pots(ana) == {"available": 120}


def test_one_cause_earns_once(ana):
    first = loyal.points(ana, 50, cause="order:1")
    assert loyal.points(ana, 70, cause="order:1") == first
    assert pots(ana) == {"available": 50}


def test_the_database_refuses_a_second_entry_of_one_cause(ana):
    loyal.points(ana, 50, cause="order:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(account=loyal.account(ana), kind="earn", cause="order:1", points=1)


@pytest.mark.parametrize("model", [Entry, Posting])
def test_the_journal_cannot_be_changed_or_deleted(ana, model):
    entry = loyal.points(ana, 50)
    rows = model.objects.filter(pk=entry.pk if model is Entry else entry.postings.get().pk)
    for act in (lambda: rows.update(points=60), lambda: rows._raw_delete("default")):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            act()


@pytest.mark.parametrize("points", [0, -1, True, 1.5, "3"])
def test_only_whole_numbers_above_zero_move(ana, points):
    with pytest.raises(ValueError):
        loyal.points(ana, points)
    with pytest.raises(ValueError):
        ledger.hold(ana, points, cause="order:1")


def test_spending_more_than_there_is_takes_nothing(ana):
    loyal.points(ana, 40)
    with pytest.raises(ledger.NotEnoughPoints) as refused:
        ledger.hold(ana, 41, cause="order:1")
    assert refused.value.left == 40
    assert pots(ana) == {"available": 40}


def test_pending_points_cannot_be_spent(ana):
    loyal.points(ana, 40, available_at=timezone.now() + LATER)
    with pytest.raises(ledger.NotEnoughPoints):
        ledger.hold(ana, 1, cause="order:1")


def test_a_hold_is_spent_once(ana):
    loyal.points(ana, 100)
    ledger.hold(ana, 30, cause="order:1")
    assert pots(ana) == {"available": 70, "held": 30}
    assert ledger.spend_held("order:1") == ledger.spend_held("order:1")
    assert pots(ana) == {"available": 70, "spent": 30}
    with pytest.raises(ledger.HoldIsOver):
        ledger.release("order:1")


def test_a_hold_that_was_released_cannot_be_spent(ana):
    loyal.points(ana, 100)
    ledger.hold(ana, 30, cause="order:1")
    assert ledger.release("order:1") == ledger.release("order:1")
    assert pots(ana) == {"available": 100}
    with pytest.raises(ledger.HoldIsOver):
        ledger.spend_held("order:1")


def test_what_was_never_booked_cannot_be_spent():
    for act in (ledger.spend_held, ledger.release, ledger.make_available):
        with pytest.raises(ledger.NoSuchEntry):
            act("order:1")


def test_points_that_expire_soonest_are_spent_first(ana):
    long = loyal.points(ana, 50, now=at("2026-05-10"))
    soon = loyal.points(ana, 50, now=at("2026-02-10"))
    ledger.hold(ana, 60, cause="order:1", now=at("2026-06-01"))
    assert (Lot.objects.get(entry=soon).held, Lot.objects.get(entry=long).held) == (50, 10)


def test_points_are_good_to_the_end_of_the_month(ana):
    loyal.points(ana, 50, now=at("2025-02-10"))
    assert expiry.run(at("2026-02-28")) == 0
    assert expiry.run(at("2026-03-01")) == 1
    assert expiry.run(at("2026-03-01")) == 0
    assert pots(ana) == {"expired": 50}


def test_points_that_are_over_cannot_be_held_before_the_nightly_job(ana):
    loyal.points(ana, 50, now=at("2025-02-10"))
    with pytest.raises(ledger.NotEnoughPoints):
        ledger.hold(ana, 1, cause="order:1", now=at("2026-03-01"))


def test_pending_points_live_from_the_day_they_become_available(ana):
    ledger.earn(ana, 9, "order", cause="order:1", available_at=at("2026-02-10"), now=at("2026-01-20"))
    ledger.make_available("order:1", now=at("2026-02-10"))
    assert str(Lot.objects.get().expires_on) == "2027-02-28"


def test_spent_points_go_back_to_their_lots_with_the_expiry_they_had(ana):
    soon, long = (loyal.points(ana, 50, now=at(day)).lot for day in ("2026-02-10", "2026-05-10"))
    ledger.hold(ana, 80, cause="order:1", now=at("2026-06-01"))
    ledger.spend_held("order:1")
    ledger.give_back("order:1", 40, because="refund:1", now=at("2026-06-02"))
    for lot in (soon, long):
        lot.refresh_from_db()
    assert (soon.available, long.available) == (10, 50)
    assert [str(lot.expires_on) for lot in (soon, long)] == ["2027-02-28", "2027-05-31"]


def test_no_more_comes_back_than_was_spent(ana):
    loyal.points(ana, 50)
    ledger.hold(ana, 50, cause="order:1")
    ledger.spend_held("order:1")
    ledger.give_back("order:1", 30, because="refund:1")
    ledger.give_back("order:1", 30, because="refund:1")
    with pytest.raises(ledger.NotEnoughPoints):
        ledger.give_back("order:1", 21, because="refund:2")
    ledger.give_back("order:1", because="refund:2")
    assert ledger.give_back("order:1", because="refund:3") is None
    assert pots(ana) == {"available": 50}


def test_points_given_back_after_their_last_day_have_days_of_grace(ana):
    loyal.programme(grace_days=30)
    loyal.points(ana, 50, now=at("2025-02-10"))
    ledger.hold(ana, 20, cause="order:1", now=at("2026-02-27"))
    ledger.spend_held("order:1")
    expiry.run(at("2026-03-05"))
    ledger.give_back("order:1", because="refund:1", now=at("2026-03-10"))
    assert pots(ana) == {"available": 20, "expired": 30}
    assert str(loyal.account(ana).expires_on) == "2026-04-09"


def test_a_released_hold_has_days_of_grace_too(ana):
    loyal.points(ana, 50, now=at("2025-02-10"))
    ledger.hold(ana, 50, cause="order:1", now=at("2026-02-28"))
    ledger.release("order:1", now=at("2026-03-01"))
    assert expiry.run(at("2026-03-02")) == 0
    assert pots(ana) == {"available": 50}


def test_reversing_takes_pending_points(ana):
    loyal.points(ana, 100, cause="order:1", available_at=timezone.now() + LATER)
    ledger.reverse("order:1", 40, because="refund:1")
    ledger.make_available("order:1")
    assert pots(ana) == {"available": 60, "reversed": 40}


def test_no_more_is_reversed_than_was_earned(ana):
    loyal.points(ana, 100, cause="order:1")
    loyal.points(ana, 100)
    ledger.reverse("order:1", 70, because="refund:1")
    ledger.reverse("order:1", 70, because="refund:1")
    ledger.reverse("order:1", 70, because="refund:2")
    assert ledger.reverse("order:1", 70, because="refund:3") is None
    assert pots(ana) == {"available": 100, "reversed": 100}


def test_what_was_spent_is_taken_from_other_points(ana):
    loyal.points(ana, 100, cause="order:1")
    ledger.hold(ana, 100, cause="order:2")
    ledger.spend_held("order:2")
    loyal.points(ana, 30)
    entry = ledger.reverse("order:1", because="refund:1")
    assert (entry.points, entry.forgiven) == (30, 70)
    assert pots(ana) == {"spent": 100, "reversed": 30}


def test_what_is_not_there_can_be_owed_and_is_set_off(ana):
    loyal.programme(clawback=Programme.Clawback.DEBT)
    loyal.points(ana, 100, cause="order:1")
    ledger.hold(ana, 100, cause="order:2")
    ledger.spend_held("order:2")
    assert ledger.reverse("order:1", because="refund:1").points == 100
    assert pots(ana) == {"spent": 100, "debt": 100}
    loyal.points(ana, 130)
    assert pots(ana) == {"spent": 100, "reversed": 100, "available": 30}


def test_expired_points_are_not_taken_back_from_others(ana):
    loyal.points(ana, 100, cause="order:1", now=at("2025-02-10"))
    loyal.points(ana, 50, now=at("2026-02-10"))
    expiry.run(at("2026-03-01"))
    ledger.reverse("order:1", because="refund:1", now=at("2026-03-02"))
    assert pots(ana) == {"available": 50, "expired": 100}


def test_staff_give_and_take(ana):
    ledger.adjust(ana, 80, by=None, note="The cup came late.", cause="a")
    ledger.adjust(ana, -30, by=None, note="Typed twice.", cause="b")
    ledger.adjust(ana, -30, by=None, note="Typed twice.", cause="b")
    assert pots(ana) == {"available": 50, "reversed": 30}
    with pytest.raises(ledger.NotEnoughPoints):
        ledger.adjust(ana, -51, by=None, note="", cause="c")


def test_two_accounts_of_one_person_become_one(ana):
    other = make.customer()
    loyal.points(ana, 30)
    loyal.points(other, 50, cause="order:1")
    ledger.hold(other, 20, cause="order:2")
    kept = merging.merge(ana, other)
    ledger.spend_held("order:2")
    assert pots(kept) == {"available": 60, "spent": 20}
    assert not Account.objects.out_of_balance().exists()
    assert not Account.objects.filter(customer=other).exists()


def test_points_of_both_that_end_on_one_day_are_counted_together(ana):
    other = make.customer()
    for person, points, month in ((ana, 30, "01"), (other, 50, "01"), (other, 7, "02")):
        loyal.points(person, points, now=at(f"2199-{month}-10"))
    kept = loyal.account(merging.merge(ana, other))
    assert (str(kept.expires_on), kept.expiring) == ("2200-01-31", 80)
    assert not audit.what_ends_next_is_of_the_lots()


@pytest.mark.parametrize("wrong", [{"expiring": 29}, {"expires_on": "2200-02-28"}, {"expires_on": None, "expiring": 0}])
def test_the_audit_finds_accounts_that_do_not_know_what_ends_next(ana, wrong):
    loyal.points(ana, 30, now=at("2199-01-10"))
    Account.objects.update(**wrong)
    assert [account.customer for account in audit.what_ends_next_is_of_the_lots()] == [ana]


def test_each_change_is_told(ana):
    loyal.points(ana, 50, cause="order:1", available_at=timezone.now() + LATER)
    ledger.make_available("order:1")
    ledger.hold(ana, 20, cause="order:2")
    ledger.spend_held("order:2")
    ledger.give_back("order:2", 5, because="refund:1")
    ledger.reverse("order:1", 10, because="refund:1")
    told = Event.objects.filter(customer=ana, kind__startswith="loyalty.").order_by("pk")
    assert [kind.split("_")[1] for kind in told.values_list("kind", flat=True)] == [
        "earned",
        "available",
        "spent",
        "returned",
        "reversed",
    ]


def test_the_end_of_points_is_announced_once(ana):
    loyal.points(ana, 50, now=at("2025-02-10"))
    assert expiry.warn(at("2026-02-13")) == 0
    assert expiry.warn(at("2026-02-14")) == 1
    assert expiry.warn(at("2026-02-15")) == 0
    assert Event.objects.get(kind="loyalty.points_expiring").data == {"points": 50, "expires_on": "2026-02-28"}
