from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty import earning, ledger, purchases
from loyalty.models import Boost, Promise
from shop.forks.offer.models import Range
from shop.orders import quotes
from shop.payments import settlement
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running():
    loyal.programme()
    make.delivery()


def span(*products):
    found = Range.objects.create(name=f"span {len(products)} {Range.objects.count()}")
    for one in products:
        found.add_product(one)
    return found


def points_of(*products, quantity=1, member=None):
    return earning.for_quote(quotes.quote(make.basket(*products, quantity=quantity), country="RO"), member).points


def test_goods_after_discounts_earn_and_delivery_does_not():
    loyal.rule()
    make.offer(percent="10")
    assert points_of(make.product(price="20.00"), quantity=2) == 36


def test_fractions_of_lines_are_added_before_rounding():
    loyal.rule()
    assert points_of(make.product(price="3.50"), make.product(price="3.50")) == 7


def test_exactly_one_rule_counts_for_a_line():
    tea, pot = make.product(price="10.00"), make.product(price="10.00")
    loyal.rule(rate=Decimal(1))
    loyal.rule(rate=Decimal(3), only_range=span(tea), priority=5)
    assert points_of(tea, pot) == 40


def test_what_a_rule_excepts_falls_to_the_next():
    tea, pot = make.product(price="10.00"), make.product(price="10.00")
    loyal.rule(rate=Decimal("0.5"))
    loyal.rule(rate=Decimal(2), except_range=span(pot), priority=5)
    assert points_of(tea, pot) == 25


def test_what_every_rule_excepts_earns_nothing():
    tea = make.product(price="10.00")
    loyal.rule(except_range=span(tea))
    assert points_of(tea) == 0


def test_a_category_can_be_excepted():
    category = make.category()
    gift = make.product(price="10.00", in_category=category)
    cards = Range.objects.create(name="cards")
    cards.included_categories.add(category)
    loyal.rule(except_range=cards)
    assert points_of(gift, make.product(price="5.00")) == 5


def test_the_largest_of_several_bonus_days_counts_once():
    loyal.rule()
    now = timezone.now()
    for times in ("2", "3"):
        Boost.objects.create(name=times, multiplier=times, starts_at=now, ends_at=now + timedelta(days=1))
    Boost.objects.create(name="over", multiplier=9, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    assert points_of(make.product(price="10.00")) == 30


def test_a_tier_multiplies_for_its_members_only():
    loyal.rule()
    ana = loyal.member()
    loyal.points(ana, 1)
    ana.loyalty_account.tier = loyal.tier(multiplier=Decimal("1.5"))
    ana.loyalty_account.save()
    assert points_of(make.product(price="10.00"), member=ana) == 15
    assert points_of(make.product(price="10.00")) == 10


def test_a_cap_for_an_order():
    loyal.rule(max_per_order=12)
    assert points_of(make.product(price="20.00")) == 12


def test_a_cap_for_a_month_counts_what_was_earned_in_it():
    loyal.rule(max_per_month=30)
    ana = loyal.member()
    ledger.earn(ana, 25, "order", cause="order:0")
    assert points_of(make.product(price="20.00"), member=ana) == 5


def test_without_tax():
    loyal.rule(base="without_tax")
    from shop.pricing.models import TaxRate

    TaxRate.objects.create(country="RO", rate=Decimal(25), is_included=True)
    assert points_of(make.product(price="12.50")) == 10


def test_a_programme_that_is_off_earns_nothing():
    loyal.rule()
    loyal.programme(is_on=False)
    assert points_of(make.product(price="20.00")) == 0


def test_guests_earn_only_where_they_may():
    loyal.rule()
    loyal.programme(earns_for_guests=False)
    assert points_of(make.product(price="20.00")) == 0
    assert points_of(make.product(price="20.00"), member=loyal.member()) == 20


@pytest.mark.parametrize(
    ("price", "quantity", "rate", "percent"), [("3.33", 3, "1.5", "10"), ("0.99", 7, "0.3333", "7"), ("19.99", 1, "2", "33")]
)
def test_the_number_shown_is_the_number_booked(deliver, price, quantity, rate, percent):
    loyal.rule(rate=Decimal(rate))
    make.offer(percent=percent)
    basket = make.basket(make.product(price=price), make.product(price="1.01"), quantity=quantity)
    shown = earning.for_quote(quotes.quote(basket, country="RO")).points
    order = make.pay(make.order(filled=basket))
    deliver()
    assert Promise.objects.get(order=order).points == shown
    assert loyal.pots(order.customer) == {"pending": shown}


def test_a_rule_changed_after_the_order_was_placed_changes_nothing(deliver):
    rule = loyal.rule(rate=Decimal(1))
    order = make.order(make.product(price="20.00"))
    rule.rate = Decimal(5)
    rule.save()
    make.pay(order)
    deliver()
    assert loyal.pots(order.customer) == {"pending": 20}


def test_a_guest_who_types_a_members_address_does_not_use_their_tier():
    loyal.rule()
    ana = loyal.member()
    loyal.points(ana, 1)
    ana.loyalty_account.tier = loyal.tier(multiplier=Decimal(3))
    ana.loyalty_account.save()
    order = make.order(make.product(price="20.00"), email=ana.email)
    assert earning.member_of(order) is None
    assert purchases.Promise.objects.get(order=order).points == 20


def test_a_products_points_cost_no_query_once_known(django_assert_num_queries):
    tea = make.product(price="20.00")
    loyal.rule(only_range=span(tea))
    assert earning.for_product(tea, Decimal("20.00")).points == 20
    with django_assert_num_queries(0):
        assert earning.for_product(tea, Decimal("20.00")).points == 20


def test_a_cap_counts_what_orders_that_wait_for_their_payment_will_earn(deliver):
    loyal.rule(max_per_day=30)
    ana, tea = loyal.member(), make.product(price="20.00", stock=9)
    first, second = (make.order(tea, user=ana.user, email=ana.email) for _order in range(2))
    assert points_of(tea, member=ana) == 0
    for order in (first, second):
        make.pay(order)
    deliver()
    assert loyal.pots(ana) == {"pending": 30}


def test_a_cap_counts_no_order_that_was_given_up():
    loyal.rule(max_ever=30)
    ana, tea = loyal.member(), make.product(price="20.00", stock=9)
    settlement.give_up(make.order(tea, user=ana.user, email=ana.email))
    assert points_of(tea, member=ana) == 20
