from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from loyalty import arriving, audit, referrals
from loyalty.models import Account, Code, Referral
from shop.customers import merging, privacy
from shop.events.models import Event
from shop.orders import fulfilment
from shop.payments import refunds, settlement
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db
State = Referral.State


@pytest.fixture
def ana():
    """Somebody who has bought and may recommend."""
    loyal.programme(return_days=14)
    loyal.rule("referral", points=100, min_order=Decimal(10))
    loyal.rule("referred", points=50)
    order = make.paid_order(make.product(), email="ana@example.com", line1="Strada Mierii 9", phone="+40722000111")
    return order.customer


def come(ana, email="ben@example.com", *, pay=True, **fields):
    """A first order by the link."""
    token = arriving._code.set(referrals.code_of(ana))
    order = make.order(make.product(price="20.00"), email=email, **fields)
    arriving._code.reset(token)
    return make.pay(order) if pay else order


def keep(order):
    fulfilment.ship(order, {line.pk: line.to_ship for line in order.lines.all()})
    return timezone.now() + timedelta(days=40)


def test_both_are_rewarded_after_the_return_window(ana):
    order = come(ana)
    later = keep(order)
    assert referrals.reward_due(timezone.now()) == 0
    assert referrals.reward_due(later) == 1
    assert referrals.reward_due(later) == 0
    assert (loyal.pots(ana), loyal.pots(order.customer)) == ({"available": 100}, {"available": 50})


def test_an_order_that_is_not_paid_is_not_rewarded(ana):
    come(ana, pay=False)
    assert referrals.reward_due(timezone.now() + timedelta(days=400)) == 0


def test_who_has_ordered_before_is_no_new_customer(ana):
    make.order(make.product(), email="ben@example.com")
    come(ana)
    assert not Referral.objects.exists()


def test_nobody_recommends_to_themselves(ana):
    come(ana, email="ana@example.com")
    assert not Referral.objects.exists()


@pytest.mark.parametrize("email", ["a.n.a+tea@gmail.com", "ANA@googlemail.com"])
def test_another_spelling_of_the_same_mailbox_is_the_same_person(ana, email):
    ana.email = "ana@gmail.com"
    ana.save()
    come(ana, email=email)
    assert Referral.objects.get().state == State.REFUSED


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"line1": "strada  mierii 9"}, referrals.SAME_ADDRESS),
        ({"line1": "Elsewhere 1", "phone": "0722 000 111"}, referrals.SAME_PHONE),
    ],
)
def test_the_same_address_or_telephone_is_looked_at_by_staff(ana, fields, why):
    order = come(ana, **fields)
    referral = Referral.objects.get()
    assert (referral.state, referral.why) == (State.CHECK, why)
    later = keep(order)
    assert referrals.reward_due(later) == 0
    referrals.decide(referral, is_good=True)
    assert referrals.reward_due(later) == 1


def test_staff_can_refuse(ana):
    come(ana, line1="Strada Mierii 9")
    assert referrals.decide(Referral.objects.get(), is_good=False).state == State.REFUSED


@pytest.mark.parametrize("domain", ["mailinator.com", "x.mailinator.com"])
def test_throw_away_addresses_are_refused(ana, domain):
    loyal.programme(refused_domains="yopmail.com\n@Mailinator.com ")
    come(ana, email=f"ben@{domain}")
    assert Referral.objects.get().why == referrals.THROW_AWAY


def test_an_order_sent_back_in_time_is_not_rewarded(ana, deliver):
    order = come(ana)
    refunds.refund_all(order, reason="", by=None)
    deliver()
    assert Referral.objects.get().state == State.REFUSED


def test_one_cancelled_before_it_was_paid_neither(ana, deliver):
    settlement.give_up(come(ana, pay=False))
    deliver()
    assert Referral.objects.get().state == State.REFUSED


def test_a_reward_is_taken_back_with_the_order(ana, deliver):
    order = come(ana)
    referrals.reward_due(keep(order))
    refunds.refund_all(order, reason="", by=None)
    deliver()
    assert Referral.objects.get().state == State.REVERSED
    assert (loyal.pots(ana), loyal.pots(order.customer)) == ({"reversed": 100}, {"reversed": 50})


def test_less_than_the_least_order_value_is_not_rewarded(ana):
    token = arriving._code.set(referrals.code_of(ana))
    order = make.paid_order(make.product(price="9.99"), email="ben@example.com")
    arriving._code.reset(token)
    assert referrals.reward_due(keep(order)) == 0
    assert Referral.objects.get().why == referrals.TOO_SMALL


def test_no_more_than_the_cap_is_rewarded(ana):
    loyal.rule("referral", points=100, max_per_month=150, priority=9)
    later = max(keep(come(ana, email=f"ben{at}@example.com", line1=f"Elsewhere {at}")) for at in range(2))
    assert referrals.reward_due(later) == 1


def test_a_rule_changed_meanwhile_changes_nothing(ana):
    order = come(ana)
    from loyalty.models import Rule

    Rule.objects.filter(kind="referral").update(points=1)
    referrals.reward_due(keep(order))
    assert loyal.pots(ana) == {"available": 100}


def test_only_buyers_recommend():
    loyal.programme()
    loyal.rule("referral")
    assert not referrals.may_recommend(make.customer())


def test_there_is_no_circle(ana):
    ben = come(ana).customer
    come(ben, email="ana2@example.com", line1="Elsewhere 2")
    assert not list(audit.recommendations_have_no_circle())


def test_two_rows_of_one_person_keep_both_links(ana):
    other = make.customer()
    codes = {referrals.code_of(ana), referrals.code_of(other)}
    merging.merge(ana, other)
    assert {one.code for one in Code.objects.filter(customer=ana)} == codes


def test_a_recommendation_between_two_rows_of_one_person_is_refused(ana):
    ben = come(ana).customer
    kept = merging.merge(ana, ben)
    referral = Referral.objects.get()
    assert (referral.state, referral.why) == (State.REFUSED, referrals.SELF)
    assert referral.referrer == kept


def test_the_link_marks_the_browser_and_the_first_order_counts(ana, client):
    answer = client.get(reverse("loyalty:friend", args=[referrals.code_of(ana)]))
    assert answer.status_code == 302
    product = make.product(price="20.00")
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    assert arriving.COOKIE in client.cookies
    assert arriving._read(client.cookies[arriving.COOKIE].value) == referrals.code_of(ana)


@pytest.mark.parametrize("cookie", ["", "nonsense", "a:b:c"])
def test_a_forged_cookie_is_nobodys_link(cookie):
    assert arriving._read(cookie) == ""


def test_an_unknown_code_says_so(ana, client):
    answer = client.get(reverse("loyalty:friend", args=["nobody"]), follow=True)
    assert "We do not know this code" in answer.content.decode()
    assert arriving.COOKIE not in client.cookies


def test_a_code_can_be_typed(ana, client):
    answer = client.post(reverse("loyalty:programme"), {"code": f" {referrals.code_of(ana).upper()} "}, follow=True)
    assert "Your friend" in answer.content.decode()


def test_the_order_after_one_that_nobody_paid_is_the_first(ana, deliver):
    settlement.give_up(come(ana, pay=False))
    deliver()
    order = come(ana)
    deliver()
    assert referrals.reward_due(keep(order)) == 1
    assert (loyal.pots(ana), loyal.pots(order.customer)) == ({"available": 100}, {"available": 50})


def test_a_rewarded_recommendation_between_two_rows_of_one_person_is_taken_back(ana, deliver):
    order = come(ana)
    referrals.reward_due(keep(order))
    kept = merging.merge(ana, order.customer)
    deliver()
    referral = Referral.objects.get()
    assert (referral.state, referral.why) == (State.REVERSED, referrals.SELF)
    assert loyal.pots(kept) == {"reversed": 150}


def test_a_reward_is_taken_back_of_a_friend_whose_rows_became_one(ana, deliver):
    order = come(ana)
    referrals.reward_due(keep(order))
    friend = merging.merge(make.customer(), order.customer)
    refunds.refund_all(order, reason="", by=None)
    deliver()
    assert (loyal.pots(ana), loyal.pots(friend)) == ({"reversed": 100}, {"reversed": 50})


@pytest.mark.parametrize(
    ("known", "email"),
    [("ben@gmail.com", "B.en+tea@googlemail.com"), ("ben@shop.example.org", "ben+2@shop.example.org")],
)
def test_a_mailbox_that_has_ordered_under_another_spelling_is_no_new_friend(ana, known, email):
    make.order(email=known, line1="Elsewhere 1")
    come(ana, email=email, line1="Elsewhere 2")
    assert not Referral.objects.exists()


def test_somebody_with_a_longer_name_is_somebody_else(ana):
    make.order(email="benny@example.com", line1="Elsewhere 1")
    come(ana, email="ben@example.com", line1="Elsewhere 2")
    assert Referral.objects.get().state == State.ORDERED


def test_a_second_friend_at_the_first_ones_address_is_looked_at_by_staff(ana):
    come(ana, email="ben@example.com", line1="Elsewhere 1")
    come(ana, email="dan@example.com", line1="Elsewhere 1")
    assert Referral.objects.get(referee__email="dan@example.com").state == State.CHECK


def test_who_ordered_and_never_paid_can_still_come_by_a_friend(ana):
    settlement.give_up(come(ana, pay=False))
    assert not referrals.has_ordered(make.customer("ben@example.com"))


def test_who_was_erased_is_given_nothing_and_their_friend_is(ana):
    order = come(ana)
    later = keep(order)
    privacy.erase(ana)
    assert referrals.reward_due(later) == 1
    assert (loyal.pots(order.customer), Account.objects.filter(customer=ana, earned__gt=0).exists()) == (
        {"available": 50},
        False,
    )
    assert not Event.objects.filter(kind="loyalty.referral_rewarded").exists(), "who is forgotten has got nothing"
