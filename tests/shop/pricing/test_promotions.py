"""What promotions give beside per cents and amounts, for whom, and when."""

import random
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import timezone

from shop.forks.basket.models import Basket
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.partner.models import StockRecord
from shop.orders import placing, quotes
from shop.payments import refunds, settlement
from shop.pricing import best, offers
from tests import make
from tests.shop.pricing.test_offers import given

pytestmark = pytest.mark.django_db


def bundle(buy: int, get: int, off: str = "100", **fields: object) -> ConditionalOffer:
    """Buy so many, get so many more for less."""
    span = Range.objects.create(name=f"bundle {Range.objects.count()}", includes_all_products=True)
    condition = Condition.objects.create(range=span, type=Condition.COUNT, value=buy + get)
    benefit = Benefit.objects.create(range=span, type=Benefit.BUNDLE, value=Decimal(off), max_affected_items=get)
    return ConditionalOffer.objects.create(**{"name": "Bundle", "condition": condition, "benefit": benefit, **fields})


def gift(*products, over: str = "20", **fields: object) -> ConditionalOffer:
    """One of the products for nothing, from a sum on."""
    everything = Range.objects.create(name=f"all {Range.objects.count()}", includes_all_products=True)
    named = Range.objects.create(name=f"gifts {Range.objects.count()}")
    for at, one in enumerate(products):
        named.add_product(one, display_order=at)
    condition = Condition.objects.create(range=everything, type=Condition.VALUE, value=Decimal(over))
    benefit = Benefit.objects.create(range=named, type=Benefit.GIFT)
    return ConditionalOffer.objects.create(
        **{"name": "A tin for you", "condition": condition, "benefit": benefit, "max_basket_applications": 1, **fields}
    )


def quoted(basket: Basket) -> quotes.Quote:
    return quotes.quote(Basket.objects.get(pk=basket.pk), country="RO")


def test_of_each_three_the_cheapest_is_free_and_the_dearest_are_taken_together():
    bundle(2, 1)
    prices = ["10.00", "9.00", "8.00", "7.00", "6.00", "5.00"]
    assert given(make.basket(*(make.product(price=one) for one in prices))) == {"Bundle": Decimal("13.00")}


def test_six_of_one_thing_are_two_bundles():
    """Stock Oscar gives one of them for free, however many there are."""
    bundle(2, 1)
    assert given(make.basket(make.product(price="10.00", stock=50), quantity=6)) == {"Bundle": Decimal("20.00")}


def test_the_second_at_half_its_price_as_often_as_an_order_may():
    bundle(1, 1, "50", max_basket_applications=2)
    assert given(make.basket(make.product(price="10.00", stock=50), quantity=8)) == {"Bundle": Decimal("10.00")}


def test_a_gift_comes_with_what_earns_it_and_goes_with_it():
    make.delivery()
    tea, tin = make.product(price="25.00"), make.product("Tin", price="8.50", stock=3)
    gift(tin)
    basket = make.basket(tea)
    shown = quoted(basket)
    assert [(line.line.product_id, line.total, line.is_gift) for line in shown.lines][1:] == [(tin.pk, 0, True)]
    assert shown.goods - shown.discount_total == Decimal("25.00")
    basket.set_quantity(basket.all_lines()[0].pk, 0)
    assert quoted(basket).gifts == []


def test_of_several_gifts_the_shopper_chooses_or_takes_none():
    make.delivery()
    tin, spoon = make.product("Tin", stock=3), make.product("Spoon", stock=3)
    offer = gift(tin, spoon)
    basket = make.basket(make.product(price="25.00"))
    assert quoted(basket).gift_ids == str(tin.pk)
    for chosen, expected in ((spoon.pk, str(spoon.pk)), (0, ""), (777_777, str(tin.pk))):
        Basket.objects.filter(pk=basket.pk).update(gifts_chosen={str(offer.pk): chosen})
        assert quoted(basket).gift_ids == expected
        assert len(quoted(basket).gifts) == 1


def test_a_gift_that_is_out_of_stock_is_not_offered():
    make.delivery()
    gift(make.product("Tin", stock=0), spoon := make.product("Spoon", stock=1))
    assert quoted(make.basket(make.product(price="25.00"))).gift_ids == str(spoon.pk)
    assert quoted(make.basket(make.product(price="25.00"), spoon)).gift_ids == ""


def test_an_order_holds_its_gift_and_gives_it_back():
    tin = make.product("Tin", price="8.50", stock=5)
    offer = gift(tin)
    order = make.order(make.product(price="25.00"))
    line = order.lines.get(product=tin)
    assert (line.line_price_incl_tax, line.line_price_before_discounts_incl_tax) == (0, Decimal("8.50"))
    assert StockRecord.objects.get(product=tin).num_allocated == 1
    offer.refresh_from_db()
    assert (offer.num_applications, offer.total_discount) == (1, Decimal("8.50"))
    settlement.give_up(order, "")
    assert StockRecord.objects.get(product=tin).num_allocated == 0
    offer.refresh_from_db()
    assert (offer.num_applications, offer.total_discount) == (0, 0)


def test_a_refund_of_everything_puts_the_gift_back():
    tin = make.product("Tin", stock=5)
    gift(tin)
    order = make.paid_order(make.product(price="25.00"))
    refunds.refund_all(order, reason="", by=None)
    record = StockRecord.objects.get(product=tin)
    assert (record.num_in_stock, record.num_allocated) == (5, 0)


def test_an_order_never_brings_another_gift_than_was_shown():
    make.delivery()
    tin, spoon = make.product("Tin", stock=1), make.product("Spoon", stock=5)
    gift(tin, spoon)
    basket = make.basket(make.product(price="25.00"))
    StockRecord.objects.filter(product=tin).update(num_in_stock=0)
    with pytest.raises(placing.GiftChanged):
        placing.place(basket.pk, details=make.details(), user=None, seen_total=None, seen_gifts=str(tin.pk))
    assert placing.place(basket.pk, details=make.details(), user=None, seen_total=None, seen_gifts=str(spoon.pk))


def test_free_delivery_and_gifts_go_with_everything():
    make.delivery()
    gift(make.product("Tin", stock=3))
    make.offer("free", shipping_percent="100")
    make.offer("third", percent="30")
    assert {one.name for one in quoted(make.basket(make.product(price="25.00"))).discounts} == {
        "A tin for you",
        "free",
        "third",
    }


def test_customers_who_are_logged_in():
    make.offer(percent="10", audience="signed_in")
    tea = make.product(price="10.00")
    assert given(make.basket(tea)) == {}
    assert given(make.basket(tea, owner=make.user())) == {"Tea week": Decimal("1.00")}


def test_the_first_order_of_a_customer_guest_or_not():
    make.offer(percent="10", audience="first_order")
    first, second = (make.order(make.product(price="10.00"), email="ana@example.com") for _ in range(2))
    assert [order.discounts.count() for order in (first, second)] == [1, 0]
    settlement.give_up(first, "")
    settlement.give_up(second, "")
    assert make.order(make.product(), email="ana@example.com").discounts.count() == 1


@pytest.mark.parametrize(
    ("fields", "is_on"),
    [
        ({"weekdays": [6]}, True),  # the moment is a Sunday, ten past one at night in Bucharest
        ({"weekdays": [0, 5]}, False),
        ({"from_time": time(1), "until_time": time(2)}, True),
        ({"from_time": time(2), "until_time": time(23)}, False),
        ({"from_time": time(22), "until_time": time(2)}, True),
        ({"from_time": time(22), "until_time": time(2), "weekdays": [5]}, True),  # the night that began on Saturday
        ({"from_time": time(22), "until_time": time(2), "weekdays": [6]}, False),
    ],
)
def test_days_and_hours_are_those_of_the_shop(fields, is_on, settings):
    settings.TIME_ZONE = "Europe/Bucharest"
    with timezone.override("Europe/Bucharest"):
        assert ConditionalOffer(**fields).is_hour(datetime(2026, 11, 21, 23, 10, tzinfo=UTC)) is is_on


def test_what_is_reduced_already_stays_out():
    make.offer(percent="10", skips_reduced=True)
    reduced = make.product(price="10.00")
    StockRecord.objects.filter(product=reduced).update(compare_at_price=Decimal("12.00"))
    assert given(make.basket(reduced, make.product(price="20.00"))) == {"Tea week": Decimal("2.00")}


def test_a_draft_never_touches_a_basket():
    make.offer(percent="10", is_draft=True, status=ConditionalOffer.SUSPENDED)
    assert given(make.basket(make.product())) == {}


def test_a_basket_hears_what_a_little_more_would_bring():
    make.delivery()
    gift(make.product("Tin", stock=3), over="40")
    near = quoted(make.basket(make.product(price="25.00"))).nearly
    assert [(one.name, one.amount) for one in near] == [("A tin for you", Decimal("15.00"))]
    assert quoted(make.basket(make.product(price="5.00"))).nearly == []


def test_a_voucher_that_gives_nothing_says_why():
    make.delivery()
    voucher = make.voucher()
    condition = voucher.offers.get().condition
    Condition.objects.filter(pk=condition.pk).update(value=Decimal("30.00"))
    quote = quoted(make.basket(make.product(price="25.00"), vouchers=(voucher,)))
    assert "5.00" in quote.why_not[voucher.pk]


# The best order


def brute_force(basket: Basket, candidates: list[ConditionalOffer]) -> Decimal:
    """The most that any order of any of them gives."""
    lines = basket.all_lines()
    orders = [order for count in range(len(candidates) + 1) for order in permutations(candidates, count)]
    return max(sum((one.amount for one in offers._run(order, basket, lines)), Decimal(0)) for order in orders)


def some_offers(rng: random.Random, products, count: int) -> None:
    for number in range(count):
        span = tuple(rng.sample(products, rng.randint(1, len(products)))) if rng.random() < 0.7 else ()
        kind = rng.choice(["percent", "off", "bundle"])
        limits = {"exclusive": rng.random() < 0.7, "max_basket_applications": rng.choice([None, 1, 2])}
        if kind == "bundle":
            bundle(rng.randint(1, 2), 1, rng.choice(["50", "100"]), name=f"offer {number}", **limits)
        else:
            how = {kind: str(rng.randint(1, 40) if kind == "percent" else rng.randint(1, 9))}
            make.offer(f"offer {number}", products=span, over=str(rng.choice(["0.01", "15", "30"])), **how, **limits)


@pytest.mark.parametrize("seed", range(12))
def test_among_equals_the_shopper_gets_the_best(seed):
    rng = random.Random(seed)
    products = [make.product(price=f"{rng.randint(100, 3000) / 100:.2f}", stock=50) for _ in range(rng.randint(1, 6))]
    some_offers(rng, products, rng.randint(2, best.FEW))
    basket = Basket.objects.create()
    for one in products:
        basket.add_product(one, rng.randint(1, 4))
    found = sum(given(basket).values(), Decimal(0))
    assert found == brute_force(basket, offers.worked_out(basket, [], None).candidates)


def test_of_many_equals_the_shopper_gets_no_less_than_in_the_order_they_were_made():
    for number, percent in enumerate(["5", "7", "10", "15", "30", "50"]):
        make.offer(f"offer {number}", percent=percent)
    assert given(make.basket(make.product(price="10.00"))) == {"offer 5": Decimal("5.00")}


def test_offers_that_share_everything_are_worked_out_once(monkeypatch):
    for number in range(3):
        make.offer(f"offer {number}", percent="5", exclusive=False)
    runs = []
    run = offers._run
    monkeypatch.setattr(offers, "_run", lambda *args: runs.append(1) or run(*args))
    assert len(given(make.basket(make.product(price="10.00")))) == 3
    assert len(runs) == 2  # what goes beside, and what goes on goods


def test_gifts_take_the_same_queries_however_many(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make.delivery()
    basket, counts = make.basket(make.product(price="25.00")), []
    for number in range(6):
        gift(make.product(f"Tin {number}", stock=9), name=f"gift {number}", priority=number)
        quoted(basket)
        with CaptureQueriesContext(connection) as queries:
            quoted(basket)
        counts.append(len(queries))
    assert counts[1] == counts[-1]


def test_two_promotions_give_two_gifts_each_chosen_for_itself():
    make.delivery()
    tin, spoon, cup = (make.product(name, price="5.00", stock=1) for name in ("Tin", "Spoon", "Cup"))
    first, second = gift(tin, spoon, name="First", priority=2), gift(tin, cup, name="Second", priority=1)
    basket = make.basket(make.product(price="25.00"))
    # The only tin goes to the first of them; the second gives what it has beside it.
    assert quoted(basket).gift_ids == f"{tin.pk}-{cup.pk}"
    Basket.objects.filter(pk=basket.pk).update(gifts_chosen={str(first.pk): spoon.pk, str(second.pk): tin.pk})
    seen = quoted(basket)
    assert seen.gift_ids == f"{spoon.pk}-{tin.pk}"
    order = placing.place(basket.pk, details=make.details(), user=None, seen_total=seen.total, seen_gifts=seen.gift_ids)
    assert {row.offer_name for row in order.discounts.all()} == {"First", "Second"}
    allocated = dict(StockRecord.objects.values_list("product__title_en", "num_allocated"))
    assert (allocated["Spoon"], allocated["Tin"], allocated["Cup"] or 0) == (1, 1, 0)
