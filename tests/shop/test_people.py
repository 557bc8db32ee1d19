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
