"""A friend's code, typed where vouchers are typed."""

import pytest
from django.urls import reverse

from loyalty import arriving, referrals
from loyalty.models import Referral
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    """Of somebody who has bought, in a shop that rewards recommendations."""
    loyal.programme()
    loyal.rule("referral", points=100)
    ana = loyal.member("ana@example.com")
    make.paid_order(make.product(), email=ana.email)
    return referrals.code_of(ana)


def typed(client, code, **fields):
    return client.post(reverse("basket:vouchers-add"), {"code": code, **fields}, follow=True)


def read(answer):
    return " ".join(answer.content.decode().split())


def test_a_friends_code_is_taken_in_the_basket_however_it_is_typed(client, code):
    product = make.product()
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    answer = typed(client, f" {code[:3].upper()} {code[3:]} ")
    assert "counts with your first order" in read(answer)
    assert arriving._read(client.cookies[arriving.COOKIE].value) == code
    assert "A friend recommended us" in read(client.get(reverse("basket:summary")))


def test_the_checkouts_field_takes_it_too_and_leads_back_there(client, code):
    client.post(reverse("basket:add", args=[make.product().pk]), {"quantity": 1})
    answer = typed(client, code, back="checkout")
    assert answer.redirect_chain[0][0] == reverse("checkout:index")
    assert arriving.COOKIE in client.cookies


def test_an_order_of_that_browser_is_the_friends_recommendation(client, code):
    typed(client, code)
    token = arriving._code.set(arriving._read(client.cookies[arriving.COOKIE].value))
    make.order(email="new@example.com")
    arriving._code.reset(token)
    assert Referral.objects.get().referee.email == "new@example.com"


def test_ones_own_code_is_not_taken(client, code):
    client.force_login(Referral.referrer.get_queryset().get(email="ana@example.com").user)
    assert "This is your own code" in read(typed(client, code))
    assert arriving.COOKIE not in client.cookies


def test_who_has_ordered_before_cannot_come_on_a_recommendation(client, code):
    ben = loyal.member("ben@example.com")
    make.order(email=ben.email)
    client.force_login(ben.user)
    assert "You have ordered here before" in read(typed(client, code))
    assert arriving.COOKIE not in client.cookies


def test_a_code_that_nobody_has_is_refused_as_any_other(client, code):
    assert "This code is not valid" in read(typed(client, "zzzzzzz"))


def test_without_rewards_a_friends_code_is_no_code(client, code):
    loyal.programme(is_on=False)
    assert "This code is not valid" in read(typed(client, code))
    assert "a friend&#x27;s code" not in read(client.get(reverse("basket:summary")))


def test_vouchers_come_first(client, code):
    make.voucher(code, off="1.00")
    client.post(reverse("basket:add", args=[make.product(price="20.00").pk]), {"quantity": 1})
    assert "The voucher is applied" in read(typed(client, code))
    assert arriving.COOKIE not in client.cookies
