"""Limited vouchers and offers are never over-used."""

from decimal import Decimal

import pytest

from campaigns.models import Segment
from shop.forks import races
from shop.forks.basket.models import Basket
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line, Order, OrderDiscount
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import VoucherApplication
from shop.orders import placing
from shop.payments.models import PaymentAttempt
from tests import make
from tests.loyalty.make import member
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded
from tests.shop.pricing.test_promotions import gift

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def orders_with(voucher=None, count=50, email=""):
    """So many people with the same code, or the same offer, about to order; of different things, to meet only there."""
    make.delivery()
    baskets = [make.basket(make.product(), vouchers=(voucher,) if voucher else ()).pk for _ in range(count)]

    def buy(basket_id):
        return placing.place(basket_id, details=make.details(email), user=None, seen_total=None)

    return [lambda pk=pk: buy(pk) for pk in baskets]


@pytest.mark.parametrize("limit", [1, 3])
def test_a_voucher_stands_in_as_many_orders_as_it_has_uses(limit):
    ends = all_at_once(orders_with(make.voucher(max_uses=limit)))
    assert sum(isinstance(end, Order) for end in ends) == limit
    assert sum(isinstance(end, placing.VoucherNotValid) for end in ends) == 50 - limit
    assert VoucherApplication.objects.standing().count() == OrderDiscount.objects.count() == limit
    assert not ledgers.broken()


def test_without_the_guard_it_stands_in_more():
    voucher = make.voucher(max_uses=3)
    with unguarded("voucher"):
        all_at_once(orders_with(voucher, count=20))
        assert OrderDiscount.objects.count() > 3
        assert ledgers.broken()


def test_once_per_customer_holds_for_one_person_with_many_baskets():
    voucher = make.voucher(usage="Once per customer")
    ends = all_at_once(orders_with(voucher, count=12, email="ana@example.com"))
    assert sum(isinstance(end, Order) for end in ends) == 1
    assert not ledgers.broken()


def test_an_offer_is_given_as_often_as_it_may_and_others_pay_the_price_without_it():
    make.offer(percent="10", max_global_applications=5)
    ends = all_at_once(orders_with(count=30))
    assert sum(isinstance(end, Order) for end in ends) == 30
    assert OrderDiscount.objects.count() == 5
    assert not ledgers.broken()


def test_without_the_guard_it_is_given_more_often():
    make.offer(percent="10", max_global_applications=5)
    with unguarded("offer", constraints={"offer_uses_hold": "offer_conditionaloffer"}):
        all_at_once(orders_with(count=30))
        assert OrderDiscount.objects.count() > 5
        assert ledgers.broken()


def orders_of_members(count: int, strangers: int):
    """People of a segment and others, each with an account and a basket of their own, about to order."""
    make.delivery()
    here = {"type": "fact", "fact": "customer_country", "question": "is", "value": "MD"}
    rules = {"match": "all", "groups": [{"match": "all", "is_not": False, "conditions": [here]}]}
    segment = Segment.objects.create(name="Here", rules=rules)
    people = [member(country="MD" if number < count else "RO") for number in range(count + strangers)]
    baskets = [make.basket(make.product(price="10.00"), owner=one.user) for one in people]

    def buy(one, basket):
        return placing.place(basket.pk, details=make.details(one.email), user=one.user, seen_total=None)

    calls = [lambda one=one, basket=basket: buy(one, basket) for one, basket in zip(people, baskets, strict=True)]
    return f"segment:{segment.pk}", people[:count], calls


def test_what_is_for_a_segment_is_given_to_its_people_as_often_as_it_may():
    audience, members, calls = orders_of_members(20, strangers=6)
    make.offer(percent="10", max_global_applications=5, max_discount="4.00", audience=audience)
    ends = all_at_once(calls)
    assert sum(isinstance(end, Order) for end in ends) == 26
    given = OrderDiscount.objects.all()
    assert (given.count(), sum(row.amount for row in given)) == (4, 4)
    assert set(given.values_list("order__customer", flat=True)) <= {one.pk for one in members}
    assert not ledgers.broken()


def test_without_the_guard_its_people_get_it_more_often():
    audience, _members, calls = orders_of_members(20, strangers=0)
    make.offer(percent="10", max_global_applications=5, audience=audience)
    with unguarded("offer", constraints={"offer_uses_hold": "offer_conditionaloffer"}):
        all_at_once(calls)
        assert OrderDiscount.objects.count() > 5
        assert ledgers.broken()


def test_an_offers_budget_holds_under_a_crowd():
    make.offer(percent="50", max_discount="10.00")
    all_at_once(orders_with(count=20))
    assert sum(row.amount for row in OrderDiscount.objects.all()) == 10
    assert not ledgers.broken()


@pytest.mark.parametrize("point", ["place.basket_claimed", "place.priced", "place.before_commit"])
def test_a_voucher_taken_out_while_the_order_is_placed_is_used_or_not_there(point):
    make.delivery()
    voucher = make.voucher(usage="Single use")
    basket = make.basket(make.product(), vouchers=(voucher,))
    rival = []

    def take_out():
        """As Oscar's page does, without asking whether the basket is still open."""
        rival.extend(all_at_once([Basket.objects.get(pk=basket.pk).vouchers.clear]))

    races.on_point[point] = take_out
    order = placing.place(basket.pk, details=make.details(), user=None, seen_total=None)
    assert order.discounts.exists() == VoucherApplication.objects.filter(order=order).exists()
    assert rival == [None]
    assert not ledgers.broken()


def test_an_offer_suspended_while_the_order_is_placed_is_not_given_and_the_total_is_shown_again():
    make.delivery()
    offer = make.offer(percent="10")
    basket = make.basket(make.product(price="10.00"))

    def suspend():
        all_at_once([lambda: ConditionalOffer.objects.get(pk=offer.pk).suspend()])

    races.on_point["place.priced"] = suspend
    with pytest.raises(placing.PriceChanged) as error:
        placing.place(basket.pk, details=make.details(), user=None, seen_total=Decimal("13.90"))
    assert error.value.quote.total == Decimal("14.90")
    assert ConditionalOffer.objects.get().status == "Suspended"
    assert Basket.objects.get(pk=basket.pk).status == "Open"


def test_a_voucher_for_three_among_a_hundred_uses_is_used_three_times_and_nobody_refused_is_charged():
    ends = all_at_once(orders_with(make.voucher(max_uses=3), count=100))
    placed = [end for end in ends if isinstance(end, Order)]
    refused = [end for end in ends if isinstance(end, placing.CannotPlace)]
    assert (len(placed), len(refused)) == (3, 97)
    assert Order.objects.count() == VoucherApplication.objects.standing().count() == 3
    assert not PaymentAttempt.objects.exclude(order__in=placed).exists()
    assert not ledgers.broken()


def test_a_budget_of_a_hundred_holds_against_sixty_four():
    make.offer(percent="50", max_discount="100.00")
    all_at_once(orders_with(count=64), at_once=64)
    given = sum(row.amount for row in OrderDiscount.objects.all())
    assert given <= 100
    assert given > 90  # the last ones get what is left
    assert ConditionalOffer.objects.get().total_discount == given
    assert not ledgers.broken()


def test_without_the_guard_the_budget_is_overrun():
    make.offer(percent="50", max_discount="20.00")
    with unguarded("offer", constraints={"offer_budget_holds": "offer_conditionaloffer"}):
        all_at_once(orders_with(count=30))
        assert sum(row.amount for row in OrderDiscount.objects.all()) > 20
        assert ledgers.broken()


def gifts_for(stock: int) -> StockRecord:
    """A gift with so little stock, and orders that all earn it."""
    tin = make.product("Tin", price="3.00", stock=stock)
    gift(tin, over="5")
    return StockRecord.objects.get(product=tin)


def test_no_more_gifts_leave_than_there_are():
    record = gifts_for(stock=4)
    ends = all_at_once(orders_with(count=20))
    assert Line.objects.filter(product=record.product).count() == 4
    # Who comes too late orders without it, or hears that it is busy: nobody gets what is not there.
    assert sum(isinstance(end, Order) for end in ends) >= 16
    record.refresh_from_db()
    assert record.num_allocated == 4
    assert not ledgers.broken()


def test_without_the_guard_more_gifts_leave():
    record = gifts_for(stock=4)
    with unguarded("stock", constraints={"reserved_units_are_in_stock": "partner_stockrecord"}):
        all_at_once(orders_with(count=20))
        assert Line.objects.filter(product=record.product).count() > 4
        assert ledgers.broken()
