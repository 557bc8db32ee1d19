"""From basket to order."""

from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from shop.events.models import Event
from shop.forks.basket.models import Basket
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import placing, quotes
from shop.payments import providers
from tests import make

pytestmark = pytest.mark.django_db


def stock(product):
    return StockRecord.objects.get(product=product)


def test_an_order_is_written_with_all_it_is_made_of(django_assert_max_num_queries):
    make.delivery()
    tea, mug = make.product("Assam", price="8.50"), make.product("Mug", price="12.00")
    basket = make.basket(tea, mug, quantity=2)
    seen = quotes.quote(basket, country="RO", shipping_code="courier")
    with django_assert_max_num_queries(45):
        order = placing.place(basket.pk, details=make.details("ana@example.com"), user=None, seen_total=seen.total)
    assert order.total_incl_tax == seen.total == Decimal("45.90")
    assert [(line.title, line.quantity, line.line_price_incl_tax) for line in order.lines.all()] == [
        ("Assam", 2, Decimal("17.00")),
        ("Mug", 2, Decimal("24.00")),
    ]
    assert order.status == "pending_payment"
    assert order.email == order.customer.email == "ana@example.com"
    assert order.attempts.get().amount == order.total_incl_tax
    assert stock(tea).num_allocated == 2
    assert Event.objects.get(kind="order.placed").data["number"] == order.number


def test_a_basket_gives_one_order_however_often_it_is_sent():
    make.delivery()
    basket = make.basket(make.product())
    details = make.details()
    orders = {placing.place(basket.pk, details=details, user=None, seen_total=None).pk for _ in range(3)}
    assert len(orders) == 1
    assert Basket.objects.get(pk=basket.pk).status == "Submitted"


def test_what_sold_out_meanwhile_is_named_and_nothing_is_held():
    make.delivery()
    tea, mug = make.product("Assam", stock=5), make.product("Mug")
    basket = make.basket(tea, mug, quantity=4)
    StockRecord.objects.filter(product=tea).update(num_in_stock=3)
    with pytest.raises(placing.SoldOut) as error:
        placing.place(basket.pk, details=make.details(), user=None, seen_total=None)
    assert error.value.lines == [("Assam", 3)]
    assert not Order.objects.exists()
    assert stock(mug).num_allocated == 0
    assert Basket.objects.get(pk=basket.pk).status == "Open"


def test_the_price_is_the_one_that_was_seen_or_is_shown_again():
    make.delivery()
    tea = make.product(price="8.50")
    basket = make.basket(tea)
    StockRecord.objects.filter(product=tea).update(price="9.00")
    with pytest.raises(placing.PriceChanged) as error:
        placing.place(basket.pk, details=make.details(), user=None, seen_total=Decimal("13.40"))
    assert error.value.quote.total == Decimal("13.90")
    assert Basket.objects.get(pk=basket.pk).status == "Open"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"shipping_code": "balloon"}, placing.NoSuchShipping),
        ({"country": "JP"}, placing.NoSuchShipping),
        ({"payment_code": "shells"}, placing.NoSuchPayment),
        ({"payment_code": "free"}, placing.NoSuchPayment),
        ({"payment_code": "stripe"}, placing.NoSuchPayment),
    ],
)
def test_what_is_not_offered_cannot_be_ordered(typed, refusal):
    make.delivery()
    tea = make.product()
    basket = make.basket(tea)
    with pytest.raises(refusal):
        placing.place(basket.pk, details=make.details(**typed), user=None, seen_total=None)
    assert not Order.objects.exists()
    assert stock(tea).num_allocated == 0


def test_an_empty_or_unknown_basket_is_no_order():
    make.delivery()
    for basket_id in (make.basket().pk, 10**9):
        with pytest.raises(placing.BasketIsEmpty):
            placing.place(basket_id, details=make.details(), user=None, seen_total=None)


def test_a_single_use_voucher_is_used_once_and_free_again_when_the_order_is_given_up():
    from shop.payments import settlement

    make.delivery()
    voucher = make.voucher(usage=Voucher.SINGLE_USE)
    tea = make.product()
    first, second = (make.basket(tea, vouchers=(voucher,)) for _ in range(2))
    order = placing.place(first.pk, details=make.details(), user=None, seen_total=None)
    assert order.discounts.get().amount == Decimal("5.00")
    with pytest.raises(placing.VoucherNotValid):
        placing.place(second.pk, details=make.details(), user=None, seen_total=None)
    settlement.give_up(order)
    again = placing.place(second.pk, details=make.details(), user=None, seen_total=None)
    assert VoucherApplication.objects.standing().get().order == again


def test_a_voucher_once_per_customer_knows_guests_by_their_address():
    make.delivery()
    voucher = make.voucher(usage=Voucher.ONCE_PER_CUSTOMER)
    tea = make.product()
    baskets = [make.basket(tea, vouchers=(voucher,)) for _ in range(3)]
    placing.place(baskets[0].pk, details=make.details("ana@example.com"), user=None, seen_total=None)
    placing.place(baskets[1].pk, details=make.details("ben@example.com"), user=None, seen_total=None)
    with pytest.raises(placing.VoucherNotValid):
        placing.place(baskets[2].pk, details=make.details("ANA@example.com"), user=None, seen_total=None)


def test_an_offer_with_a_limit_per_customer_counts_a_guests_earlier_orders():
    make.delivery()
    make.offer(percent="10", max_user_applications=1)
    tea = make.product(price="10.00")
    first = make.order(tea, email="ana@example.com")
    second = make.order(tea, email="ana@example.com")
    other = make.order(tea, email="ben@example.com")
    assert [order.total_incl_tax for order in (first, second, other)] == [
        Decimal("13.90"),
        Decimal("14.90"),
        Decimal("13.90"),
    ]


def test_an_offers_budget_is_never_overdrawn():
    make.delivery()
    offer = make.offer(percent="50", max_discount="7.00")
    tea = make.product(price="10.00")
    totals = [make.order(tea).total_incl_tax for _ in range(3)]
    assert totals == [Decimal("9.90"), Decimal("12.90"), Decimal("14.90")]
    assert ConditionalOffer.objects.get(pk=offer.pk).total_discount == Decimal("7.00")


def test_a_voucher_that_pays_for_everything_leaves_nothing_to_pay():
    make.delivery(free_over="0")
    voucher = make.voucher(off="50.00")
    basket = make.basket(make.product(), vouchers=(voucher,))
    order = placing.place(basket.pk, details=make.details(payment_code="free"), user=None, seen_total=Decimal(0))
    assert (order.total_incl_tax, Order.objects.get(pk=order.pk).status) == (0, "paid")


def test_cash_on_delivery_waits_for_the_courier_and_costs_what_the_merchant_says():
    from shop.orders.models import PaymentMethod

    PaymentMethod.objects.create(code="cash_on_delivery", surcharge="2.00", max_total="100")
    make.delivery()
    assert "cash_on_delivery" not in [way.code for way in providers.available(Decimal(101), "EUR", "RO")]
    order = make.order(make.product(price="10.00"), payment_code="cash_on_delivery")
    assert order.total_incl_tax == Decimal("16.90")
    assert order.status == "on_delivery"
    assert order.surcharges.get().incl_tax == Decimal("2.00")


def test_deleting_the_account_does_not_free_the_voucher_it_used():
    ana, voucher = make.user("ana@example.com"), make.voucher(usage=Voucher.ONCE_PER_CUSTOMER)
    make.order(filled=make.basket(make.product(), owner=ana, vouchers=(voucher,)), user=ana, email=ana.email)
    ana.delete()
    basket = make.basket(make.product(), vouchers=(voucher,))
    with pytest.raises(placing.VoucherNotValid):
        placing.place(basket.pk, details=make.details("ana@example.com"), user=None, seen_total=None)


def test_a_used_voucher_cannot_be_deleted_and_its_history_with_it():
    voucher = make.voucher()
    make.order(filled=make.basket(make.product(), vouchers=(voucher,)))
    with pytest.raises(ProtectedError):
        voucher.delete()


def test_news_are_agreed_to_with_the_words_that_were_seen():
    order = make.order(wants_news=True, news_wording="Write to me about new things")
    assert order.customer.consents.get().wording == "Write to me about new things"
    assert not make.order().customer.consents.exists()


def test_who_types_somebodys_address_changes_nothing_in_their_account():
    account = make.user("ana@example.com")
    customer = make.customer("ana@example.com", user=account, phone="+40 722 123 456", language="ro", country="RO")
    stranger = {"phone": "+1 202 555 0100", "language": "en", "country": "US", "state": "Ohio", "postcode": "43004"}
    make.order(email="ana@example.com", **stranger)
    customer.refresh_from_db()
    assert (customer.phone, customer.language, customer.country) == ("+40 722 123 456", "ro", "RO")
    make.order(filled=make.basket(make.product(), owner=account), user=account, email="ana@example.com", **stranger)
    customer.refresh_from_db()
    assert (customer.phone, customer.language, customer.country) == ("+1 202 555 0100", "en", "US")


def test_the_order_belongs_to_the_account_and_keeps_the_address_that_was_typed():
    ana = make.user("ana@example.com")
    order = make.order(user=ana, email="ana.work@example.com")
    ana.email = "new@example.com"
    ana.save()
    assert (Order.objects.get().user, Order.objects.get().email) == (ana, "ana.work@example.com")
    assert order.customer.email == "ana@example.com"
