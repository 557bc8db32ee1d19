from datetime import date, timedelta

import pytest
from django.utils import timezone

from loyalty import deeds
from loyalty.models import Entry
from shop.customers.models import Customer
from shop.events.catalog import ReviewApproved, SurveyAnswered
from shop.events.log import record
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running():
    loyal.programme(refused_domains="mailinator.com")


def points_for(customer, reason):
    return sum(Entry.objects.filter(account__customer=customer, reason=reason).values_list("points", flat=True))


def test_a_confirmed_account_is_welcomed_once(deliver):
    loyal.rule("sign_up", points=25)
    ana = loyal.member()
    deliver()
    deeds.reward(ana, "sign_up", cause=f"sign-up:{ana.pk}")
    assert points_for(ana, "sign_up") == 25


def test_a_throw_away_address_is_not_welcomed(deliver):
    loyal.rule("sign_up")
    ana = loyal.member("ana@mailinator.com")
    deliver()
    assert points_for(ana, "sign_up") == 0


@pytest.mark.parametrize("score", [1, 5])
def test_a_published_review_earns_the_same_whatever_its_score(deliver, score):
    loyal.rule("review", points=15)
    ana, product = make.customer(), make.product()
    written = make.review(product, score, by=ana)
    for _twice in range(2):
        record_now(ReviewApproved(review_id=written.pk, product_id=product.pk, score=score), ana)
    deliver()
    assert points_for(ana, "review") == 15


def record_now(event, customer):
    from django.db import transaction

    with transaction.atomic():
        record(event, customer=customer)


def test_answers_earn_once_for_each_invitation(deliver):
    loyal.rule("survey", points=10)
    ana = make.customer()
    for invitation in (1, 1, 2):
        record_now(SurveyAnswered(invitation_id=invitation, survey_id=1), ana)
    deliver()
    assert points_for(ana, "survey") == 20


def test_a_cap_for_a_day(deliver):
    loyal.rule("survey", points=10, max_per_day=15)
    ana = make.customer()
    for invitation in (1, 2, 3):
        record_now(SurveyAnswered(invitation_id=invitation, survey_id=1), ana)
    deliver()
    assert points_for(ana, "survey") == 15


def born(day, month, *, known=400, changed=None):
    ana = loyal.member(birth_day=day, birth_month=month)
    now = timezone.now()
    Customer.objects.filter(pk=ana.pk).update(created_at=now - timedelta(days=known), birthday_changed_at=changed)
    return ana


def test_a_birthday_earns_once_a_year():
    loyal.rule("birthday", points=40)
    ana, year = born(5, 3), timezone.localdate().year + 1
    assert [deeds.reward_birthdays(date(year, 3, day)) for day in (4, 5, 6)] == [0, 1, 0]
    deeds.reward_birthdays(date(year, 3, 5))
    deeds.reward_birthdays(date(year + 1, 3, 5))
    assert points_for(ana, "birthday") == 80


def test_who_was_born_on_29_february_celebrates_on_the_28th_in_other_years():
    loyal.rule("birthday", points=40)
    born(29, 2)
    days = [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]
    assert [deeds.reward_birthdays(day) for day in days] == [1, 0, 0, 1]


def test_a_birthday_moved_to_tomorrow_earns_nothing():
    loyal.rule("birthday", points=40)
    tomorrow = timezone.localdate() + timedelta(days=1)
    born(tomorrow.day, tomorrow.month, changed=timezone.now())
    assert deeds.reward_birthdays(tomorrow) == 0


def test_only_members_have_birthdays():
    loyal.rule("birthday")
    ana = make.customer(birth_day=5, birth_month=3)
    Customer.objects.filter(pk=ana.pk).update(created_at=timezone.now() - timedelta(days=400))
    assert deeds.reward_birthdays(date(timezone.localdate().year + 1, 3, 5)) == 0


@pytest.mark.parametrize(
    ("email", "is_refused"),
    [("a@mailinator.com", True), ("a@eu.Mailinator.com", True), ("a@notmailinator.com", False), ("", False), (None, False)],
)
def test_domains_below_a_refused_one_are_refused(email, is_refused):
    assert deeds.is_refused(email) is is_refused


def test_nothing_is_earned_while_the_programme_is_off():
    loyal.rule("survey")
    loyal.programme(is_on=False)
    assert deeds.reward(make.customer(), "survey", cause="survey:1") is None
