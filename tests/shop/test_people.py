"""One person, however they came."""

import pytest
from django.db import IntegrityError, transaction

from shop.customers.models import Customer, User
from tests import make

pytestmark = pytest.mark.django_db


def test_an_address_is_one_person_however_it_is_written():
    ana = Customer.objects.for_email("Ana@Example.com ")
    assert Customer.objects.for_email("ana@example.com") == ana


def test_an_account_joins_the_person_its_address_already_is():
    guest = make.customer("ana@example.com")
    account = make.user("Ana@example.com")
    assert Customer.objects.for_user(account) == guest
    assert Customer.objects.count() == 1


def test_two_accounts_never_share_an_address():
    make.user("ana@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ANA@example.com")])


@pytest.mark.parametrize("day", [(31, 2), (30, 2), (31, 4), (0, 1), (1, 13), (5, None), (None, 5)])
def test_the_database_keeps_no_birthday_that_is_not_a_day(day):
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=make.customer().pk).update(birth_day=day[0], birth_month=day[1])


@pytest.mark.parametrize("day", [(29, 2), (31, 12), (None, None)])
def test_every_day_of_the_year_is_somebodys_birthday(day):
    Customer.objects.filter(pk=make.customer().pk).update(birth_day=day[0], birth_month=day[1])
