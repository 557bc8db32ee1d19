"""The basket takes what there is, once for each click."""

import pytest
from django.db import IntegrityError, transaction

from shop.forks.basket.models import Basket, CannotChange, Line, NotEnough
from shop.forks.catalogue.models import Option, Product
from shop.forks.partner.models import StockRecord
from tests import make

pytestmark = pytest.mark.django_db


def test_the_same_product_again_goes_onto_the_same_line():
    basket, tea = Basket(), make.product(price="8.50")
    _line, is_new = basket.add_product(tea)
    line, is_new_again = basket.add_product(tea, 2)
    assert (is_new, is_new_again, line.quantity) == (True, False, 3)
    row = Basket.objects.get()
    assert (row.item_count, str(row.shown_total)) == (3, "25.50")


def test_adding_is_cheap(django_assert_max_num_queries):
    basket, tea = make.basket(make.product(), make.product()), make.product()
    with django_assert_max_num_queries(8):
        Basket.objects.get(pk=basket.pk).add_product(tea)


def test_only_what_is_left_can_be_added_and_the_shopper_is_told():
    basket, tea = Basket(), make.product("Assam", stock=3)
    basket.add_product(tea, 2)
    with pytest.raises(NotEnough, match=r"Only 3 of “Assam” are left\. Your basket has 2 of them\.") as error:
        basket.add_product(tea, 2)
    assert error.value.left == 3
    assert Line.objects.get().quantity == 2


def test_lines_with_other_options_share_the_stock_of_their_record():
    mug, engraving = make.product("Mug", stock=6), Option.objects.create(name="Engraving", code="engraving")
    basket = Basket()
    basket.add_product(mug, 4)
    basket.add_product(mug, 2, options=[{"option": engraving, "value": "Ana"}])
    with pytest.raises(NotEnough):
        basket.add_product(mug, 1, options=[{"option": engraving, "value": "Ben"}])
    assert Line.objects.count() == 2


def test_options_with_other_values_are_other_lines_and_the_same_ones_are_not():
    mug, engraving = make.product("Mug"), Option.objects.create(name="Engraving", code="engraving")
    basket = Basket()
    for name in ("Ana", "Ben", "Ana"):
        basket.add_product(mug, options=[{"option": engraving, "value": name}])
    assert sorted(line.quantity for line in Line.objects.all()) == [1, 2]


@pytest.mark.parametrize("quantity", [0, -1, 1001])
def test_odd_quantities_change_nothing(quantity):
    basket, tea = Basket(), make.product(stock=5000)
    with pytest.raises(CannotChange):
        basket.add_product(tea, quantity)
    assert not Line.objects.exists()


def test_what_cannot_be_bought_cannot_be_added():
    parent = make.product(price=None, structure=Product.PARENT)
    hidden, unpriced = make.product(is_public=False), make.product(price=None)
    for product in (parent, hidden, unpriced):
        with pytest.raises(CannotChange):
            Basket().add_product(product)


def test_a_variant_of_a_product_is_counted_by_the_kind_of_its_parent():
    parent = make.product(price=None, structure=Product.PARENT)
    small = make.product("Small", parent=parent, stock=1)
    basket = Basket()
    basket.add_product(small)
    with pytest.raises(NotEnough):
        basket.add_product(small)


def test_a_quantity_is_set_or_the_line_taken_out():
    basket = make.basket(make.product(stock=5), quantity=2)
    line = basket.lines.get()
    basket.set_quantity(line.pk, 5)
    with pytest.raises(NotEnough):
        basket.set_quantity(line.pk, 6)
    assert Basket.objects.get().item_count == 5
    basket.set_quantity(line.pk, 0)
    assert (Basket.objects.get().item_count, Line.objects.count()) == (0, 0)


def test_fewer_can_always_be_had_also_when_stock_is_below_what_the_basket_has():
    tea = make.product(stock=5)
    basket = make.basket(tea, quantity=5)
    StockRecord.objects.filter(product=tea).update(num_in_stock=2)
    basket.set_quantity(basket.lines.get().pk, 3)
    assert Line.objects.get().quantity == 3


def test_lines_of_other_baskets_are_left_alone():
    mine, theirs = make.basket(make.product()), make.basket(make.product())
    mine.set_quantity(theirs.lines.get().pk, 5)
    assert theirs.lines.get().quantity == 1


def test_merging_adds_up_as_far_as_there_is_stock():
    tea, mug = make.product(stock=5), make.product(stock=5)
    mine, guests = make.basket(tea, quantity=3), make.basket(tea, mug, quantity=4, vouchers=(make.voucher(),))
    mine.merge(guests)
    assert {line.product_id: line.quantity for line in mine.lines.all()} == {tea.pk: 5, mug.pk: 4}
    assert mine.vouchers.count() == 1
    assert Basket.objects.get(pk=guests.pk).status == "Merged"
    assert Basket.objects.get(pk=mine.pk).item_count == 9


def test_an_ordered_basket_takes_nothing_more():
    order = make.order(tea := make.product())
    basket = Basket.objects.get(pk=order.basket_id)
    with pytest.raises(CannotChange):
        basket.add_product(tea)
    with pytest.raises(CannotChange):
        basket.set_quantity(basket.lines.get().pk, 0)


def test_the_database_keeps_one_open_basket_for_an_owner():
    ana = make.user()
    Basket.objects.create(owner=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Basket.objects.create(owner=ana)


def test_a_basket_whose_order_was_given_up_joins_the_one_begun_meanwhile():
    ana, tea, mug = make.user(), make.product(), make.product()
    order = make.order(tea, user=ana)
    newer = make.basket(mug, owner=ana)
    from shop.payments import settlement

    settlement.give_up(order)
    assert {line.product_id for line in newer.lines.all()} == {tea.pk, mug.pk}
    assert Basket.open.get(owner=ana) == newer
