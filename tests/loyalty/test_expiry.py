"""Points that end because nobody earned or spent."""

import pytest
from django.utils import timezone

from loyalty import expiry, ledger
from loyalty.models import Lot, reading
from shop.events.models import Event
from shop.orders import audit
from tests import make
from tests.loyalty import make as loyal
from tests.loyalty.make import at, pots

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    loyal.programme(lasts_months=None, idle_months=6)
    return make.customer()


def ends(customer):
    return [
        str(day) for day in Lot.objects.filter(account__customer=customer).order_by("pk").values_list("expires_on", flat=True)
    ]


def test_points_end_when_nothing_is_earned_or_spent_for_so_many_months(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    assert expiry.run(at("2026-07-31")) == 0
    assert expiry.run(at("2026-08-01")) == 1
    assert pots(ana) == {"expired": 100}


def test_earning_gives_what_is_there_its_months_anew(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.points(ana, 20, reason="order", now=at("2026-05-10"))
    assert ends(ana) == ["2026-11-30", "2026-11-30"]
    assert (str(loyal.account(ana).expires_on), loyal.account(ana).expiring) == ("2026-11-30", 120)


def test_so_does_spending_and_what_is_held_comes_back_with_them(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    ledger.hold(ana, 100, cause="order:1", now=at("2026-05-10"))
    ledger.release("order:1", now=at("2026-05-11"))
    assert ends(ana) == ["2026-11-30"]


def test_what_was_spent_comes_back_as_good_as_what_was_kept(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    ledger.hold(ana, 100, cause="order:1", now=at("2026-01-11"))
    ledger.spend_held("order:1", now=at("2026-01-11"))
    loyal.points(ana, 20, reason="order", now=at("2026-05-10"))
    ledger.give_back("order:1", because="refund:1", now=at("2026-09-10"))
    assert (pots(ana), ends(ana)) == ({"available": 120}, ["2026-11-30", "2026-11-30"])


def test_what_is_held_beyond_its_last_day_is_over_however_active_its_owner(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    ledger.hold(ana, 100, cause="order:1", now=at("2026-01-11"))
    loyal.points(ana, 20, reason="order", now=at("2026-09-01"))
    assert ends(ana) == ["2026-07-31", "2027-03-31"]
    ledger.release("order:1", now=at("2026-09-02"))
    assert ends(ana) == ["2026-10-02", "2027-03-31"]  # the days of grace


@pytest.mark.parametrize("is_spent", [True, False])
def test_points_that_come_back_do_not_save_what_is_over(ana, is_spent):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    ledger.hold(ana, 40, cause="order:1", now=at("2026-01-11"))
    if is_spent:
        ledger.spend_held("order:1", now=at("2026-01-11"))
        ledger.give_back("order:1", because="refund:1", now=at("2026-08-01"))
    else:
        ledger.release("order:1", now=at("2026-08-01"))
    assert pots(ana) == {"available": 40, "expired": 60}


@pytest.mark.parametrize("gift", ["birthday", "goodwill"])
def test_gifts_of_the_shop_are_no_activity(ana, gift):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.points(ana, 20, reason=gift, now=at("2026-05-10"))
    assert ends(ana) == ["2026-07-31", "2026-11-30"]


def test_a_refused_spending_is_no_activity(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    with pytest.raises(ledger.NotEnoughPoints):
        ledger.hold(ana, 101, cause="order:1", now=at("2026-05-10"))
    assert ends(ana) == ["2026-07-31"]


def test_activity_brings_nothing_back_that_is_over(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.points(ana, 20, reason="order", now=at("2026-09-10"))
    assert pots(ana) == {"expired": 100, "available": 20}


def test_activity_does_not_outlast_the_fixed_days(ana):
    loyal.programme(lasts_months=8, idle_months=6)
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.points(ana, 20, reason="order", now=at("2026-06-10"))
    assert ends(ana) == ["2026-09-30", "2026-12-31"]


def test_people_are_warned_once_for_each_last_day(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    assert [expiry.warn(at(day)) for day in ("2026-07-10", "2026-07-20", "2026-07-21")] == [0, 1, 0]
    ledger.hold(ana, 10, cause="order:1", now=at("2026-07-22"))
    assert [expiry.warn(at(day)) for day in ("2026-07-23", "2027-01-20")] == [0, 1]
    told = Event.objects.filter(kind="loyalty.points_expiring").order_by("pk").values_list("data", flat=True)
    assert list(told) == [{"points": 100, "expires_on": "2026-07-31"}, {"points": 90, "expires_on": "2027-01-31"}]


def test_a_new_rule_counts_from_the_day_it_is_made(ana):
    loyal.programme(lasts_months=24, idle_months=None)
    loyal.points(ana, 100, reason="order", now=at("2025-01-10"))
    loyal.programme(idle_months=3)
    expiry.renew_all(at("2026-03-05"))
    assert ends(ana) == ["2026-06-30"]
    assert (str(loyal.account(ana).expires_on), loyal.account(ana).expiring) == ("2026-06-30", 100)
    loyal.programme(idle_months=None)
    expiry.renew_all(at("2026-03-06"))
    assert ends(ana) == ["2027-01-31"]


@pytest.mark.parametrize("months", [3, None])
def test_a_new_rule_brings_nothing_back_that_is_over(ana, months):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.programme(idle_months=months)
    expiry.renew_all(at("2026-08-01"))
    assert (ends(ana), expiry.run(at("2026-08-01"))) == (["2026-07-31"], 1)


def test_a_new_rule_writes_only_what_it_changes(ana):
    ben = make.customer()
    loyal.programme(lasts_months=2)
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    loyal.programme(lasts_months=12, idle_months=4)
    loyal.points(ben, 100, reason="order", now=at("2026-01-10"))
    places = dict(reading.rows("SELECT customer_id, ctid::text FROM loyalty_account", []))
    expiry.renew_all(at("2026-02-10"))
    changed = dict(reading.rows("SELECT customer_id, ctid::text FROM loyalty_account", [])).items() - places.items()
    assert [pk for pk, _place in changed] == [ben.pk]


def test_the_merchant_sets_it_on_the_programmes_page(admin_client, ana):
    loyal.points(ana, 100, reason="order")
    page = f"/admin/loyalty/programme/{loyal.programme().pk}/change/"
    form = admin_client.get(page).context["adminform"].form
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    answer = admin_client.post(page, sent | {"idle_months": "2", "is_on": "on"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Lot.objects.get().expires_on == expiry.programme.last_day(timezone.now(), 2)


def test_what_comes_back_by_a_clock_that_is_late_ends_too(ana):
    loyal.points(ana, 100, reason="order", now=at("2026-01-10"))
    for cause, count in (("order:1", 40), ("order:2", 30)):
        ledger.hold(ana, count, cause=cause, now=at("2026-01-11"))
    expiry.run(at("2026-08-01"))
    for cause in ("order:1", "order:2"):
        # It had looked at the clock before midnight, and then waited for the account.
        ledger.release(cause, now=at("2026-07-31"))
        assert expiry.run(at("2026-08-01")) == 1
    assert pots(ana) == {"expired": 100}
    assert not audit.broken()
