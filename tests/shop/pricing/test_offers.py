"""Which offers a basket gets."""

from decimal import Decimal

import pytest

from shop.forks.catalogue.models import Category
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.partner.strategy import Selector
from shop.pricing import live, offers
from tests import make

pytestmark = pytest.mark.django_db


def given(basket, customer=None, vouchers=()):
    """Offer name -> amount, as the basket gets them."""
    basket.strategy = Selector().strategy()
    basket.reset_offer_applications()
    return {one.offer.name: one.amount for one in offers.applied_to(basket, list(vouchers), customer)}


def offer_on(span, name="Tea week", percent="10"):
    """Some per cent off a range."""
    condition = Condition.objects.create(range=span, type=Condition.COUNT, value=1)
    benefit = Benefit.objects.create(range=span, type=Benefit.PERCENTAGE, value=Decimal(percent))
    return ConditionalOffer.objects.create(name=name, condition=condition, benefit=benefit)


def test_per_cent_and_amounts_come_in_whole_cents():
    make.offer("third", percent="33", products=(tea := make.product(price="9.99"),))
    assert given(make.basket(tea)) == {"third": Decimal("3.29")}


def test_an_exclusive_offer_of_higher_priority_keeps_others_off_its_units():
    tea = make.product(price="10.00")
    make.offer("small", percent="5", priority=10)
    make.offer("large", percent="50", priority=0)
    assert given(make.basket(tea)) == {"small": Decimal("0.50")}


def test_offers_that_are_not_exclusive_add_up_but_never_below_nothing():
    tea = make.product(price="10.00")
    make.offer("first", percent="60", exclusive=False, priority=2)
    make.offer("second", percent="60", exclusive=False, priority=1)
    assert given(make.basket(tea)) == {"first": Decimal("6.00"), "second": Decimal("4.00")}


def test_an_offer_that_names_partners_combines_with_those_only():
    tea = make.product(price="10.00")
    first = make.offer("first", percent="10", exclusive=False, priority=3)
    partner = make.offer("partner", percent="10", exclusive=False, priority=2)
    make.offer("stranger", percent="10", exclusive=False, priority=1)
    first.combinations.add(partner)
    assert set(given(make.basket(tea))) == {"first", "partner"}


def test_a_budget_is_a_true_cap():
    """Stock Oscar gives 500.00 of a budget of 10.00 to one basket."""
    make.offer(percent="50", max_discount="10.00")
    assert given(make.basket(make.product(price="1000.00"))) == {"Tea week": Decimal("10.00")}


@pytest.mark.parametrize("limit", ["max_basket_applications", "max_global_applications", "max_user_applications"])
def test_an_offer_is_applied_as_often_as_its_limits_say(limit):
    tea = make.product(price="10.00", stock=100)
    span = Range.objects.create(name="All", includes_all_products=True)
    condition = Condition.objects.create(range=span, type=Condition.COUNT, value=2)
    benefit = Benefit.objects.create(range=span, type=Benefit.MULTIBUY)
    ConditionalOffer.objects.create(name="One free", condition=condition, benefit=benefit, **{limit: 1})
    basket = make.basket(tea, make.product(price="9.00"), make.product(price="8.00"), quantity=2)
    assert given(basket) == {"One free": Decimal("8.00")}


def test_what_is_suspended_over_or_not_begun_is_not_given():
    from datetime import timedelta

    from django.utils import timezone

    now, day = timezone.now(), timedelta(days=1)
    make.offer("suspended", percent="10").suspend()
    make.offer("over", percent="10", end_datetime=now - day)
    make.offer("not begun", percent="10", start_datetime=now + day)
    assert given(make.basket(make.product())) == {}


def test_a_range_holds_products_variants_kinds_and_categories_below():
    drinks = Category.add_root(name="Drinks")
    green = drinks.add_child(name="Green tea")
    in_category = make.product("Sencha", price="10.00", in_category=green)
    parent = make.product("Assam", price=None, structure="parent", in_category=green)
    variant = make.product("Assam 100 g", price="10.00", parent=parent)
    other = make.product("Mug", price="10.00")
    span = Range.objects.create(name="Drinks")
    span.included_categories.add(drinks)
    offer_on(span)
    assert given(make.basket(in_category, variant, other)) == {"Tea week": Decimal("2.00")}
    span.excluded_products.add(parent)
    assert given(make.basket(in_category, variant, other)) == {"Tea week": Decimal("1.00")}


def test_a_range_of_all_but_a_category():
    gifts = Category.add_root(name="Gift cards")
    card, tea = make.product(price="10.00", in_category=gifts.add_child(name="Paper")), make.product(price="10.00")
    span = Range.objects.create(name="All but gift cards", includes_all_products=True)
    span.excluded_categories.add(gifts)
    offer_on(span)
    assert given(make.basket(card, tea)) == {"Tea week": Decimal("1.00")}


def test_a_range_by_kind_of_product_and_by_name():
    tea, named = make.product(price="10.00"), make.product(price="20.00")
    by_kind, by_name = Range.objects.create(name="Kind"), Range.objects.create(name="Name")
    by_kind.classes.add(tea.get_product_class())
    by_name.add_product(named)
    offer_on(by_kind, "kind", "10")
    assert given(make.basket(tea, named)) == {"kind": Decimal("3.00")}
    ConditionalOffer.objects.all().delete()
    offer_on(by_name, "name", "10")
    assert given(make.basket(tea, named)) == {"name": Decimal("2.00")}


def test_products_that_take_no_discount_are_left_out():
    make.offer(percent="10")
    assert given(make.basket(make.product(is_discountable=False), make.product(price="10.00"))) == {"Tea week": Decimal("1.00")}


def test_a_voucher_brings_its_offer_only_to_the_basket_it_is_on():
    voucher, tea = make.voucher(off="5.00"), make.product(price="8.50")
    assert given(make.basket(tea)) == {}
    assert given(make.basket(tea), vouchers=[voucher]) == {"Voucher TEA5": Decimal("5.00")}


def test_many_offers_take_no_more_queries_than_one(django_assert_max_num_queries):
    basket = make.basket(make.product(in_category=make.category()), make.product())
    for number in range(30):
        make.offer(f"offer {number}", percent="5", products=(make.product(),), max_user_applications=3)
    customer = make.customer()
    with django_assert_max_num_queries(9):
        given(basket, customer)


def test_offers_that_cannot_touch_the_basket_are_not_even_tried(monkeypatch):
    tea, mug = make.product(price="10.00", in_category=make.category("Tea")), make.product()
    for number in range(5):
        make.offer(f"mugs {number}", percent="5", products=(mug,))
    make.offer("everything", percent="10")
    tried = []
    for_basket = live.Live.for_basket
    monkeypatch.setattr(live.Live, "for_basket", lambda self, places: tried.append(1) or for_basket(self, places))
    assert given(make.basket(tea)) == {"everything": Decimal("1.00")}
    assert len(tried) == 1


def test_offers_take_the_same_queries_whether_there_are_one_or_fifty(django_assert_num_queries):
    basket = make.basket(make.product(in_category=make.category()), make.product())
    basket.strategy = Selector().strategy()
    list(basket.all_lines())
    for count in (1, 49):
        for number in range(count):
            make.offer(f"offer {count} {number}", percent="5", products=(make.product(),), max_global_applications=9)
        live.running()
        with django_assert_num_queries(3):  # the basket, the notes of changes, where the products are
            given(basket)


def test_a_budget_given_away_by_others_is_known_at_once():
    offer = make.offer(percent="50", max_discount="10.00")
    tea = make.product(price="10.00")
    assert given(make.basket(tea)) == {"Tea week": Decimal("5.00")}
    assert ConditionalOffer.objects.count_use(offer.pk, times=1, amount=Decimal("7.00"))
    assert given(make.basket(tea)) == {"Tea week": Decimal("3.00")}


def test_a_basket_leaves_nothing_on_the_offer_that_all_share():
    tea = make.product(price="10.00")
    make.offer(percent="10", max_user_applications=1)
    assert given(make.basket(tea), make.customer()) == given(make.basket(tea), make.customer())
    shared = live.running()[0].offer
    assert shared.get_voucher() is None
    assert shared.uses_by_customer == 0
    assert shared.condition.range.members is None


def test_a_condition_that_asks_for_nothing_is_met_by_nothing():
    tea, mug = make.product(price="10.00"), make.product()
    named, everything = Range.objects.create(name="Mugs"), Range.objects.create(name="All", includes_all_products=True)
    named.add_product(mug)
    condition = Condition.objects.create(range=named, type=Condition.COUNT, value=0)
    benefit = Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(10))
    ConditionalOffer.objects.create(name="Gift", condition=condition, benefit=benefit)
    assert given(make.basket(tea)) == {"Gift": Decimal("1.00")}
