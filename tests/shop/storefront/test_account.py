"""The account shows its owner everything and others nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone
from oscar.apps.address.models import Country, UserAddress

from shop.customers import consent
from shop.customers.models import Consent, Customer
from tests import make

pytestmark = pytest.mark.django_db
PAGES = ["summary", "order-list", "address-list", "address-create", "messages", "preferences", "profile-view", "profile-delete"]


@pytest.fixture
def ana(client):
    account = make.user("ana@example.com")
    client.force_login(account)
    Customer.objects.for_email(account.email)
    Customer.objects.filter(email=account.email).update(user=account, email_confirmed_at=timezone.now())
    return Customer.objects.get(user=account)


@pytest.fixture
def romania(db):
    return Country.objects.get_or_create(
        iso_3166_1_a2="RO", defaults={"printable_name": "Romania", "name": "Romania", "is_shipping_country": True}
    )[0]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_log_in(client, name):
    answer = client.get(reverse(f"customer:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_sees_each_page(client, ana, name):
    answer = client.get(reverse(f"customer:{name}"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_nobody_elses_order_can_be_opened(client, ana):
    order = make.order()
    assert client.get(reverse("customer:order", args=[order.number])).status_code == 404


def test_what_a_guest_ordered_shows_once_the_address_is_confirmed(client):
    account = make.user("ben@example.com")
    order = make.order(email="ben@example.com")
    client.force_login(account)
    assert order.number not in client.get(reverse("customer:order-list")).content.decode()
    Customer.objects.filter(email="ben@example.com").update(email_confirmed_at=timezone.now(), user=account)
    assert order.number in client.get(reverse("customer:order-list")).content.decode()


def test_a_choice_is_a_row_with_its_words(client, ana):
    client.post(reverse("customer:preferences"), {"topics": ["stock"], "language": "en"})
    assert consent.is_given(ana, Consent.Topic.STOCK)
    client.post(reverse("customer:preferences"), {"language": "en"})
    assert not consent.is_given(ana, Consent.Topic.STOCK)
    assert [row.is_given for row in ana.consents.order_by("pk")] == [True, False]


def test_a_birthday_may_be_the_29th_of_february_but_not_the_31st_of_april(client, ana):
    profile = reverse("customer:profile-view")
    refused = client.post(profile, {"birth_day": "31", "birth_month": "4"})
    assert refused.status_code == 200
    assert "birth_day" in refused.context["form"].errors
    client.post(profile, {"birth_day": "29", "birth_month": "2"})
    ana.refresh_from_db()
    assert (ana.birth_day, ana.birth_month) == (29, 2)


def test_a_birthday_moves_once_a_year(client, ana):
    profile = reverse("customer:profile-view")
    client.post(profile, {"birth_day": "1", "birth_month": "5"})
    client.post(profile, {"birth_day": "2", "birth_month": "6"})
    ana.refresh_from_db()
    assert (ana.birth_day, ana.birth_month) == (1, 5)


ADDRESS = {
    "country": "RO",
    "first_name": "Ana",
    "last_name": "Pop",
    "line1": "Str. Lunga 1",
    "line4": "Brasov",
    "state": "BV",
    "postcode": "500035",
}


def test_an_address_is_kept_once_however_often_it_is_sent(client, ana, romania):
    for _ in range(2):
        client.post(reverse("customer:address-create"), ADDRESS)
    assert UserAddress.objects.filter(user=ana.user).count() == 1


def test_nobody_elses_address_can_be_changed_or_removed(client, ana, romania):
    other = UserAddress.objects.create(user=make.user(), country=romania, line1="Elsewhere 1", line4="Cluj")
    assert client.get(reverse("customer:address-detail", args=[other.pk])).status_code == 404
    assert client.post(reverse("customer:address-delete", args=[other.pk])).status_code == 404
    assert UserAddress.objects.filter(pk=other.pk).exists()


def test_erasing_asks_for_the_password(client, ana):
    answer = client.post(reverse("customer:profile-delete"), {"password": "wrong"})
    assert "password" in answer.context["form"].errors
    ana.refresh_from_db()
    assert ana.erased_at is None


def test_an_erased_person_is_logged_out_and_gone(client, ana):
    client.post(reverse("customer:profile-delete"), {"password": "a long password"})
    ana.refresh_from_db()
    assert ana.erased_at and ana.email is None
    assert client.get(reverse("customer:summary")).status_code == 302


def test_an_account_that_only_claims_an_address_erases_nobody(client):
    guest = make.customer("ben@example.com")
    client.force_login(make.user("ben@example.com", "a long password"))
    assert client.post(reverse("customer:profile-delete"), {"password": "a long password"}).status_code == 404
    guest.refresh_from_db()
    assert guest.email == "ben@example.com"


def test_what_cannot_be_erased_says_so(client, ana):
    type(ana.user).objects.filter(pk=ana.user_id).update(is_staff=True)
    answer = client.post(reverse("customer:profile-delete"), {"password": "a long password"}, follow=True)
    assert "member of staff" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.email
