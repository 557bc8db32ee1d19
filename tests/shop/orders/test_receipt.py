"""What a buyer reads of an order adds up, whichever way tax is shown."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.mail.models import Message
from shop.orders import receipt
from shop.orders.models import PaymentMethod
from shop.payments import settlement
from shop.pricing.models import TaxRate
from tests import make

pytestmark = pytest.mark.django_db


def bought(country: str, **tax: object):
    """Two teas and a mug with a voucher, sent to a country with such a tax."""
    TaxRate.objects.create(country=country, **tax)
    make.delivery("7.90", free_over=None)
    basket = make.basket(
        make.product(price="12.35"), make.product(price="3.33"), quantity=3, vouchers=(make.voucher(off="5.00"),)
    )
    state = {"US": "Ohio", "RO": "București"}[country]
    postcode = {"US": "43004", "RO": "010011"}[country]
    return make.pay(make.order(filled=basket, country=country, state=state, postcode=postcode))


@pytest.mark.parametrize(("country", "tax"), [("RO", {"rate": "19"}), ("US", {"rate": "8.875", "is_included": False})])
def test_the_rows_add_up_to_the_total_and_the_lines_to_the_goods(country, tax):
    order = bought(country, **tax)
    read = receipt.of(order)
    rows = {one.kind: one.amount for one in read.sums}
    parts = sum(one.amount for one in read.sums if one.kind not in ("total", "tax"))
    assert parts == rows["total"] == order.total_incl_tax
    assert sum(line.before or line.total for line in read.lines) == rows["goods"]
    assert sum(line.total for line in read.lines) == rows["goods"] + rows["less"]


def test_where_tax_is_added_the_prices_are_those_the_shopper_was_shown(deliver):
    order = bought("US", rate="8.875", is_included=False)
    read = receipt.of(order)
    rows = {one.kind: one.amount for one in read.sums}
    assert rows["goods"] == 3 * (Decimal("12.35") + Decimal("3.33")) and rows["delivery"] == Decimal("7.90")
    assert rows["added"] == order.total_incl_tax - order.total_excl_tax > 0 and "tax" not in rows
    deliver()
    assert "of which VAT" not in Message.objects.get(kind="order_paid").text


def test_where_tax_is_included_it_is_told_below_the_total():
    order = bought("RO", rate="19")
    assert receipt.of(order).sums[-1].kind == "tax"
    assert receipt.of(order).sums[-1].amount == order.total_incl_tax - order.total_excl_tax


def test_nobody_is_told_to_pay_an_order_that_was_given_up(client):
    PaymentMethod.objects.create(code="bank_transfer", instructions="IBAN RO49 AAAA")
    order = make.order(payment_code="bank_transfer")
    address = reverse("customer:anon-order", kwargs={"token": order.token})
    assert "IBAN RO49 AAAA" in client.get(address).content.decode()
    settlement.give_up(order)
    assert "IBAN" not in client.get(address).content.decode()
