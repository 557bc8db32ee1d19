"""Promotions from a tier on."""

from decimal import Decimal

import pytest

from loyalty.models import Account
from shop.forks.basket.models import Basket
from shop.orders import quotes
from shop.pricing import groups
from tests import make
from tests.loyalty import make as have

pytestmark = pytest.mark.django_db


def test_a_promotion_is_for_who_reached_the_tier_or_a_higher_one():
    make.delivery()
    programme = have.programme()
    silver, gold, black = (have.tier(name, sum_) for name, sum_ in (("Silver", "100"), ("Gold", "500"), ("Black", "900")))
    make.offer(percent="10", audience=f"tier:{gold.pk}")
    tea, member = make.product(price="20.00"), have.member()
    basket = make.basket(tea, owner=member.user)

    def gets(tier):
        Account.objects.update_or_create(customer=member, defaults={"tier": tier})
        return quotes.quote(Basket.objects.get(pk=basket.pk), country="RO").discount_total

    assert [gets(one) for one in (None, silver, gold, black)] == [0, 0, Decimal("2.00"), Decimal("2.00")]
    assert set(groups.customers(f"tier:{gold.pk}")) == {member}
    assert "“Gold”" in quotes.quote(make.basket(tea), country="RO").barred[0].why
    programme.is_on = False
    programme.save()
    assert gets(black) == 0
    assert not groups.customers(f"tier:{gold.pk}")
    # Nobody is told that logging in would bring it.
    assert quotes.quote(make.basket(tea), country="RO").barred == []
