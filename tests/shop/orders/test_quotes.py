"""What a basket costs: every part of the total adds up to the last unit, and all of it can be given back."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.forks import money
from shop.forks.basket.models import Basket, Line
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import Benefit, ConditionalOffer
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.orders import audit, placing, quotes
from shop.payments import refunds
from shop.payments.models import PaymentAttempt
from shop.pricing.models import TaxRate
from shop.shipping.models import Band
from tests import make

pytestmark = pytest.mark.django_db


def quote(*products, country="RO", quantity=1, vouchers=(), **more):
    return quotes.quote(make.basket(*products, quantity=quantity, vouchers=vouchers), country=country, **more)


def test_every_part_of_the_total_is_there():
    make.delivery("4.90", free_over="60")
    make.offer(percent="10")
    TaxRate.objects.create(country="RO", rate="19")
    seen = quote(make.product("Assam", price="8.50"), make.product("Mug", price="12.00"), quantity=2)
    assert (seen.goods, seen.discount_total, seen.shipping, seen.total) == (
        Decimal("41.00"),
        Decimal("4.10"),
        Decimal("4.90"),
        Decimal("41.80"),
    )
    assert [(one.name, one.amount) for one in seen.discounts] == [("Tea week", Decimal("4.10"))]
    assert seen.tax_is_included
    assert seen.tax == Decimal("2.44") + Decimal("3.45") + Decimal("0.78")
    assert seen.missing_for_free_shipping == Decimal("23.10")
    assert seen.problems == []


def test_tax_is_added_where_prices_are_without_it():
    make.delivery("5.00", free_over=None)
    TaxRate.objects.create(country="US", rate="8.875", is_included=False)
    seen = quote(make.product(price="10.00"), country="US")
    assert (seen.tax_is_included, seen.tax, seen.total) == (False, Decimal("1.33"), Decimal("16.33"))


def test_a_kind_of_product_may_have_a_rate_of_its_own():
    make.delivery("0", free_over=None)
    tea = make.product(price="11.00")
    TaxRate.objects.create(country="RO", rate="19")
    TaxRate.objects.create(country="RO", rate="10", product_class=tea.get_product_class())
    assert quote(tea).tax == Decimal("1.00")


def test_delivery_is_free_from_what_the_goods_cost_after_discounts():
    make.delivery("4.90", free_over="20")
    tea = make.product(price="10.00")
    assert quote(tea, quantity=2).shipping == 0
    make.offer(percent="10")
    seen = quote(tea, quantity=2)
    assert (seen.shipping, seen.missing_for_free_shipping) == (Decimal("4.90"), Decimal("2.00"))


def test_offers_on_delivery_take_off_delivery_only():
    make.delivery("4.90", free_over=None)
    make.offer(shipping_percent="50")
    seen = quote(make.product(price="10.00"))
    assert (seen.shipping, seen.discount_total, seen.total) == (Decimal("2.45"), 0, Decimal("12.45"))


def test_a_basket_says_what_stands_against_ordering_it():
    make.delivery(countries=("RO",))
    tea = make.product("Assam", stock=5)
    basket = make.basket(tea, quantity=5)
    StockRecord.objects.filter(product=tea).update(num_in_stock=2)
    seen = quotes.quote(basket, country="JP")
    assert seen.problems == ["Only 2 of “Assam” are left.", "We cannot deliver this basket to this country."]
    assert seen.lines[0].units_left == 2
    Product.objects.filter(pk=tea.pk).update(is_public=False)
    seen = quotes.quote(Basket.objects.get(pk=basket.pk), country="RO")
    assert seen.problems == ["“Assam” is not sold any more."]


def test_a_used_up_voucher_takes_nothing_off_and_is_named():
    make.delivery()
    voucher = make.voucher(max_uses=1)
    make.order(filled=make.basket(make.product(), vouchers=(voucher,)))
    seen = quote(make.product(price="10.00"), vouchers=(voucher,))
    assert (seen.discount_total, seen.refused_vouchers) == (0, [voucher])


def test_an_empty_basket_has_an_empty_quote():
    seen = quotes.quote(Basket(), country="RO")
    assert (seen.total, seen.lines, seen.problems) == (0, [], ["There is nothing in your basket."])


def test_a_quote_costs_the_same_with_more_offers_and_lines(costs_the_same):
    make.delivery()
    tea = make.product(in_category=make.category())
    basket = make.basket(tea)
    for name in ("first", "second"):
        make.offer(name, percent="5", exclusive=False, products=(tea,), max_user_applications=2)
    names = iter(f"offer {number}" for number in range(100))

    def more():
        make.offer(next(names), percent="5", products=(make.product(),))
        Basket.objects.get(pk=basket.pk).add_product(make.product())
        show()  # offers are compiled anew after a change, once

    def show():
        return quotes.quote(Basket.objects.get(pk=basket.pk), country="RO", customer=customer)

    customer = make.customer()
    costs_the_same(show=show, add_row=more)


@st.composite
def shops(draw):
    """A basket, offers on it and a country's tax, in a currency with 0, 2 or 3 decimals."""
    currency = draw(st.sampled_from(["JPY", "EUR", "KWD"]))
    amount = st.integers(0, 20_000).map(lambda units: money.from_minor_units(units, currency))
    return {
        "currency": currency,
        "lines": draw(st.lists(st.tuples(amount, st.integers(1, 7)), min_size=1, max_size=3)),
        "percent": draw(st.integers(0, 100)),
        "off": draw(amount),
        "budget": draw(st.none() | amount),
        "shipping": draw(amount),
        "rate": draw(st.sampled_from(["0", "5", "8.875", "19"])),
        "is_included": draw(st.booleans()),
        "seed": draw(st.randoms(use_true_random=False)),
    }


def set_up(shop, products, percent, off):
    """Put a drawn shop into the rows that all examples share."""
    for product, (price, _quantity) in zip(products, shop["lines"], strict=False):
        StockRecord.objects.filter(product=product).update(price=price, price_currency=shop["currency"], num_in_stock=10**6)
    budget = None if shop["budget"] is None else percent.total_discount + shop["budget"]
    ConditionalOffer.objects.filter(pk=percent.pk).update(max_discount=budget)
    Benefit.objects.filter(pk=percent.benefit_id).update(value=shop["percent"])
    Benefit.objects.filter(pk=off.benefit_id).update(value=round(shop["off"], 2))
    Band.objects.update(price=shop["shipping"])
    TaxRate.objects.update_or_create(country="RO", defaults={"rate": shop["rate"], "is_included": shop["is_included"]})


@pytest.mark.django_db
def test_whatever_is_bought_adds_up_and_can_be_given_back_unit_by_unit():
    make.delivery(free_over=None)
    products = [make.product(f"Tea {number}") for number in range(3)]
    percent = make.offer("percent", percent="10", exclusive=False, priority=2)
    off = make.offer("off", off="3", exclusive=False, max_basket_applications=1)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(shops())
    def check(shop):
        percent.refresh_from_db()
        set_up(shop, products, percent, off)
        basket = Basket.objects.create()
        for product, (_price, quantity) in zip(products, shop["lines"], strict=False):
            basket.add_product(product, quantity)
        adds_up_and_comes_back(basket, shop)

    check()
    assert not audit.broken()


def adds_up_and_comes_back(basket, shop):
    seen = quotes.quote(basket, country="RO", shipping_code="courier")
    assert seen.goods - seen.discount_total == sum(line.total for line in seen.lines)
    assert all(line.total >= 0 and line.total == money.rounded(line.total, shop["currency"]) for line in seen.lines)
    details = make.details(payment_code="test" if seen.total else "free")
    order = placing.place(basket.pk, details=details, user=None, seen_total=seen.total)
    assert order.total_incl_tax == seen.total
    assert order.total_incl_tax == order.shipping_incl_tax + sum(line.line_price_incl_tax for line in order.lines.all())
    assert order.total_incl_tax - order.total_excl_tax == seen.tax
    paid = make.pay(order) if seen.total else Order.objects.get(pk=order.pk)
    units = [line.pk for line in paid.lines.all() for _ in range(line.quantity)]
    shop["seed"].shuffle(units)
    given = [refunds.refund(paid, {pk: 1}, reason="one by one", by=None).amount for pk in units]
    extras = refunds.extras_left(paid)
    if extras:
        given.append(refunds.refund(paid, {}, shipping=extras, reason="delivery", by=None).amount)
    assert sum(given) == order.total_incl_tax == PaymentAttempt.objects.get(order=paid, state="captured").refunded
    with pytest.raises(refunds.TooMuch):
        refunds.refund(paid, {units[0]: 1}, reason="once more", by=None)


def test_nothing_that_the_browser_sends_names_a_price():
    """The door takes a basket, an address and the total that was seen, which can only refuse."""
    make.delivery()
    basket = make.basket(make.product(price="10.00"))
    Line.objects.update(price_incl_tax="0.01", price_excl_tax="0.01")
    with pytest.raises(placing.PriceChanged):
        placing.place(basket.pk, details=make.details(), user=None, seen_total=Decimal("0.01"))
    order = placing.place(basket.pk, details=make.details(), user=None, seen_total=Decimal("14.90"))
    assert order.total_incl_tax == Decimal("14.90")
