"""The checkout's page: what it asks, keeps and shows, and that a form sent again is still one order."""

import html
import re
import uuid
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.customers import consent
from shop.customers.models import Consent, User
from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import ProductClass
from shop.forks.offer.models import Range
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.orders.models import PaymentMethod
from shop.payments import settlement
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, TestSession
from shop.shipping.models import Band
from shop.storefront.models import CheckoutDraft
from tests import make

pytestmark = pytest.mark.django_db
INDEX = reverse("checkout:index")
UPDATE = reverse("checkout:update")
HTMX = {"HX-Request": "true"}
ANA = {
    "email": "ana@example.com",
    "country": "RO",
    "first_name": "Ana",
    "last_name": "Popescu",
    "line1": "Strada Lipscani 12",
    "postcode": "010011",
    "line4": "București",
    "state": "Ilfov",
    "shipping": "courier",
    "payment": "cash_on_delivery",
}


@pytest.fixture
def tea(client):
    """Two packets of tea in the basket of this client, and somebody to deliver them."""
    cache.clear()
    make.delivery("4.90", countries=("RO", "MD", "US", "GB"))
    product = make.product("Assam", price="8.50", stock=10)
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": "2"})
    return product


def shown(client):
    """What the page's hidden fields send along."""
    page = client.get(INDEX).content.decode()
    fields = re.findall(r'<input type="hidden" name="(basket|seen_total|shown|orderer)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields}


def order(client, **typed):
    return client.post(INDEX, {**ANA, **shown(client), **typed})


def errors(answer):
    return set(answer.context["form"].errors)


def test_a_guest_orders_with_what_the_country_needs(client, tea):
    answer = order(client, phone="0722 123 456", note="Ring twice", line2="ap. 4")
    placed = Order.objects.get()
    assert answer.url == reverse("checkout:thank-you", kwargs={"token": placed.token})
    address = placed.shipping_address
    assert (placed.email, placed.total_incl_tax, placed.language) == ("ana@example.com", Decimal("21.90"), "en")
    assert (address.line2, address.postcode, address.state, str(address.phone_number)) == (
        "ap. 4",
        "010011",
        "Ilfov",
        "+40722123456",
    )
    assert address.notes == "Ring twice"
    page = client.get(answer.url).content.decode()
    assert "Thank you, Ana" in page and placed.number in page and "Romania" in page


def test_every_part_of_the_total_is_there_from_the_start(client, tea):
    page = client.get(INDEX)
    assert page.context["quote"].total == Decimal("21.90")
    for amount in ("€17.00", "€4.90", "€21.90"):
        assert amount in page.content.decode()


def test_nothing_is_ticked_for_the_shopper(client, tea):
    page = client.get(INDEX).content.decode()
    assert not re.search(r'name="wants_news"[^>]*checked', page)
    order(client)
    assert not Consent.objects.exists()


def test_consent_keeps_the_words_that_were_read(client, tea):
    order(client, wants_news="on")
    consent = Consent.objects.get()
    assert (consent.topic, consent.source) == ("news", "checkout")
    assert (
        consent.wording in html.unescape(client.get(INDEX, follow=True).content.decode())
        or "new things and offers" in consent.wording
    )


@pytest.mark.parametrize(
    ("country", "asks", "spares"),
    [("RO", {"postcode", "state"}, set()), ("GB", {"postcode"}, {"state"}), ("US", {"postcode", "state"}, set())],
)
def test_each_country_is_asked_only_what_its_addresses_have(client, tea, country, asks, spares):
    fields = set(client.post(INDEX, {**ANA, "country": country, "update": "1"}).context["form"].fields)
    assert asks <= fields
    assert not spares & fields


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("RO", " 010 011 ", "010011"),
        ("MD", "2001", "MD-2001"),
        ("MD", "", ""),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("US", "94105-1234", "94105-1234"),
    ],
)
def test_postcodes_are_taken_as_people_type_them(client, tea, country, typed, kept):
    order(client, country=country, postcode=typed)
    assert Order.objects.get().shipping_address.postcode == kept


@pytest.mark.parametrize(
    ("country", "typed"), [("RO", "12"), ("RO", ""), ("GB", "12345"), ("US", "<script>"), ("RO", "0100\0")]
)
def test_a_postcode_that_cannot_be_one_is_asked_again(client, tea, country, typed):
    assert "postcode" in errors(order(client, country=country, postcode=typed))
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@", "a@b", "x" * 300 + "@example.com", "ana@example.com\nBcc: eve@example.com", "\0@example.com"]
)
def test_an_address_that_cannot_get_mail_is_asked_again(client, tea, email):
    assert "email" in errors(order(client, email=email))


@pytest.mark.parametrize("phone", ["abc", "123456789012345678901234567890", "٠", "12"])
def test_a_phone_that_is_none_is_asked_again(client, tea, phone):
    assert "phone" in errors(order(client, phone=phone))


@pytest.mark.parametrize("country", ["", "XX", "ZZZZZZ", "\0", "ro"])
def test_a_country_that_is_not_served_is_not_ordered_to(client, tea, country):
    assert order(client, country=country).status_code == 200
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("shipping", "teleport"), ("payment", "stripe"), ("payment", "free"), ("shipping", "")]
)
def test_only_what_is_offered_can_be_chosen(client, tea, field, value):
    assert field in errors(order(client, **{field: value}))
    assert not Order.objects.exists()


def test_markup_and_direction_marks_in_a_name_do_nothing(client, tea):
    answer = order(client, first_name="<b>{{ 7|add:7 }}</b>\u202e", last_name="O'Neill")
    page = client.get(answer.url).content.decode()
    assert "<b>{{" not in page and "&lt;b&gt;{{ 7|add:7 }}&lt;/b&gt;" in page
    assert "\u202e" not in Order.objects.get().shipping_address.first_name


def test_errors_are_summed_up_and_stand_at_each_field_and_nothing_typed_is_lost(client, tea):
    answer = order(client, line1="", postcode="9")
    page = answer.content.decode()
    assert 'role="alert"' in page and 'href="#id_line1"' in page and 'id="id_postcode_error"' in page
    assert 'value="Popescu"' in page and 'value="9"' in page
    assert 'value="Popescu"' in client.get(INDEX).content.decode()


def test_the_same_form_sent_ten_times_is_one_order(client, tea):
    form = {**ANA, **shown(client)}
    cookies = dict(client.cookies)
    places = set()
    for _click in range(10):
        for name, cookie in cookies.items():
            client.cookies[name] = cookie.value
        places.add(client.post(INDEX, form).url)
    assert len(places) == 1 and Order.objects.count() == 1
    assert StockRecord.objects.get(product=tea).num_allocated == 2


def test_a_forged_basket_leads_nowhere(client, tea):
    order(client)
    number = Order.objects.get().basket_id
    for forged in (str(number), f"{number}:x", "", "\0"):
        client.cookies.clear()
        assert client.post(INDEX, {**ANA, "basket": forged}).url == reverse("basket:summary")


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_ordered(client, tea):
    form = {**ANA, **shown(client)}
    StockRecord.objects.update(price=Decimal("9.50"))
    answer = client.post(INDEX, form)
    page = answer.content.decode()
    assert not Order.objects.exists()
    assert "has changed since you saw it" in page and "€23.90" in page and 'value="Popescu"' in page
    order(client)
    assert Order.objects.get().total_incl_tax == Decimal("23.90")


@pytest.mark.parametrize("seen", ["0.01", "-1", "NaN", "1e99", "abc", "", "21,90"])
def test_a_total_from_the_form_never_becomes_the_price(client, tea, seen):
    order(client, seen_total=seen)
    assert {placed.total_incl_tax for placed in Order.objects.all()} <= {Decimal("21.90")}


def test_what_sold_out_meanwhile_is_named(client, tea):
    form = {**ANA, **shown(client)}
    StockRecord.objects.update(num_in_stock=1)
    page = client.post(INDEX, form).content.decode()
    assert not Order.objects.exists()
    assert "just sold out" in page and "Assam: 1 left" in page


def test_what_is_not_sold_any_more_is_not_offered_as_left(client, tea):
    form = {**ANA, **shown(client)}
    type(tea).objects.update(is_public=False)
    page = client.post(INDEX, form).content.decode()
    assert not Order.objects.exists()
    assert "Assam: sold out" in page and "Assam: 10 left" not in page


def test_a_surcharge_is_called_after_the_way_to_pay(client, tea):
    PaymentMethod.objects.create(code="cash_on_delivery", surcharge="2")
    PaymentMethod.objects.create(code="bank_transfer", surcharge="1.50", name="Invoice")
    at_the_door = client.post(INDEX, {**ANA, "update": "1"}).content.decode()
    assert ">Payment on delivery</th><td>€2.00" in at_the_door
    assert ">Invoice</th><td>€1.50" in client.post(INDEX, {**ANA, "payment": "bank_transfer", "update": "1"}).content.decode()


def test_a_change_draws_the_totals_anew_and_a_typed_letter_does_not(client, tea):
    was = shown(client)
    assert client.post(UPDATE, {**ANA, **was, "first_name": "An"}, headers=HTMX).status_code == 200  # the way to pay differs
    page = client.post(UPDATE, {**ANA, **was, "payment": "test", "first_name": "An"}, headers=HTMX)
    assert page.status_code == 204
    parts = client.post(UPDATE, {**ANA, **was, "country": "GB", "payment": "test"}, headers=HTMX).content.decode()
    assert 'id="checkout-place"' in parts and 'id="checkout-summary"' in parts and "id_state" not in parts
    assert CheckoutDraft.objects.get().data["country"] == "GB"


def test_a_draft_knows_the_address_once_it_is_one_and_goes_with_the_order(client, tea):
    client.post(UPDATE, {**ANA, **shown(client), "email": "ana@"}, headers=HTMX)
    assert CheckoutDraft.objects.get().email == ""
    client.post(UPDATE, {**ANA, **shown(client)}, headers=HTMX)
    assert CheckoutDraft.objects.get().email == "ana@example.com"
    order(client)
    assert not CheckoutDraft.objects.exists()


def test_a_draft_never_shows_in_another_browser(client, tea):
    client.post(UPDATE, {**ANA, **shown(client)}, headers=HTMX)
    client.cookies.clear()
    client.post(reverse("basket:add", args=[tea.pk]))
    assert "Popescu" not in client.get(INDEX).content.decode()


def test_the_last_country_is_remembered(client, tea):
    client.post(UPDATE, {**ANA, **shown(client), "country": "GB"}, headers=HTMX)
    assert client.cookies["country"].value == "GB"
    assert client.get(reverse("basket:summary")).context["country"] == "GB"


def test_an_empty_basket_has_no_checkout(client, db):
    assert client.get(INDEX).url == reverse("basket:summary")
    assert client.post(INDEX, ANA).url == reverse("basket:summary")


def test_what_is_not_carried_needs_no_delivery(client, tea):
    ProductClass.objects.update(requires_shipping=False)
    page = client.get(INDEX).content.decode()
    assert 'name="shipping"' not in page and "€17.00" in page
    order(client, shipping="")
    assert Order.objects.get().total_incl_tax == Decimal("17.00")


def test_what_cannot_be_carried_there_is_not_ordered(client, tea):
    type(tea).objects.update(weight_g=5000)
    Band.objects.update(up_to_g=1000)
    answer = order(client)
    assert "cannot deliver this basket" in answer.content.decode() and not Order.objects.exists()


def test_online_payment_goes_to_the_provider_and_back(client, tea):
    answer = order(client, payment="test")
    placed = Order.objects.get()
    assert placed.status == "pending_payment" and "/pay/test/" in answer.url
    rehearsal.charge(TestSession.objects.get())
    back = client.get(reverse("checkout:return", kwargs={"token": placed.token}))
    assert back.url == reverse("checkout:thank-you", kwargs={"token": placed.token})
    placed.refresh_from_db()
    assert placed.status == "paid"


def test_coming_back_without_paying_pays_nothing(client, tea):
    order(client, payment="test")
    token = Order.objects.get().token
    page = client.get(reverse("checkout:return", kwargs={"token": token}), follow=True).content.decode()
    assert "has not been confirmed" in page and "Pay now" in page
    assert Order.objects.get().status == "pending_payment"


def test_a_payment_that_came_too_late_is_no_thank_you_and_goes_back(client, tea):
    order(client, payment="test")
    placed, session = Order.objects.get(), TestSession.objects.get()
    settlement.give_up(placed)
    TestSession.objects.update(is_closed=False)  # the provider took it all the same
    rehearsal.charge(session)
    page = client.get(reverse("checkout:return", kwargs={"token": placed.token}), follow=True).content.decode()
    assert "the money goes back to you" in page and "Thank you" not in page
    assert placed.refunds.get().state == "done"


def test_a_declined_payment_can_be_made_another_way(client, tea):
    order(client, payment="test")
    rehearsal.decline(TestSession.objects.get(), "card_declined")
    token = Order.objects.get().token
    page = client.get(reverse("checkout:return", kwargs={"token": token}), follow=True)
    assert "declined and nothing was charged" in page.content.decode()
    client.post(reverse("checkout:pay", kwargs={"token": token}), {"payment": "cash_on_delivery"})
    assert Order.objects.get().status == "on_delivery"


def test_a_surcharge_is_not_saved_by_beginning_with_another_way_to_pay(client, tea):
    PaymentMethod.objects.create(code="cash_on_delivery", surcharge="2")
    PaymentMethod.objects.create(code="bank_transfer")
    order(client, payment="test")
    pay = reverse("checkout:pay", kwargs={"token": Order.objects.get().token})
    assert [way.code for way in client.get(pay).context["providers"]] == ["test", "bank_transfer"]
    assert "choose how to pay" in client.post(pay, {"payment": "cash_on_delivery"}).content.decode()
    assert Order.objects.get().status == "pending_payment"


def test_a_provider_that_is_away_loses_no_order(client, tea, monkeypatch):
    monkeypatch.setattr(rehearsal, "unreachable", {"start"})
    page = client.post(INDEX, {**ANA, **shown(client), "payment": "test"}, follow=True).content.decode()
    assert "Your order is safe" in page
    assert Order.objects.get().status == "pending_payment"


def test_a_paid_order_is_not_paid_again(client, tea):
    order(client, payment="test")
    rehearsal.charge(TestSession.objects.get())
    token = Order.objects.get().token
    client.get(reverse("checkout:return", kwargs={"token": token}))
    assert client.get(reverse("checkout:pay", kwargs={"token": token})).url == reverse(
        "customer:anon-order", kwargs={"token": token}
    )
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize("name", ["checkout:thank-you", "checkout:pay", "checkout:return", "customer:anon-order"])
def test_an_order_is_found_by_its_key_only(client, tea, name):
    order(client)
    assert client.get(reverse(name, kwargs={"token": uuid.uuid4()})).status_code == 404
    page = client.get(reverse(name, kwargs={"token": Order.objects.get().token}), follow=True)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]


def test_the_order_page_tells_where_it_is_and_orders_the_same_again(client, tea):
    order(client)
    token = Order.objects.get().token
    client.cookies.clear()
    page = client.get(reverse("customer:anon-order", kwargs={"token": token}))
    assert [(step.label, step.state) for step in page.context["receipt"].steps] == [
        ("Ordered", "done"),
        ("Being packed", "current"),
        ("Delivered", "ahead"),
    ]
    client.post(reverse("customer:reorder", kwargs={"token": token}))
    assert Basket.objects.get(status="Open").item_count == 2


def test_where_no_way_to_pay_costs_more_surcharges_are_read_once(client, tea):
    order(client, payment="test")
    pay = reverse("checkout:pay", kwargs={"token": Order.objects.get().token})
    with CaptureQueriesContext(connection) as asked:
        client.get(pay)
    assert len([query for query in asked if 'FROM "order_surcharge"' in query["sql"]]) == 1


def test_the_same_again_brings_no_gift_as_something_to_pay_for(client, tea):
    gift = make.product("Spoon", price="3.00")
    offer = make.offer("Welcome", products=(gift,))
    offer.condition.range.add_product(tea)
    offer.benefit.type = "Gift"
    offer.benefit.range = Range.objects.create(name="Gifts")
    offer.benefit.range.add_product(gift)
    offer.benefit.save()
    order(client)
    placed = Order.objects.get()
    assert {line.product for line in placed.lines.all()} == {tea, gift}
    client.post(reverse("customer:reorder", kwargs={"token": placed.token}))
    assert [line.product for line in Basket.objects.get(status="Open").lines.all()] == [tea]


def test_an_account_is_offered_afterwards_and_nobody_learns_who_has_one(client, tea):
    order(client)
    placed = Order.objects.get()
    thanks = reverse("checkout:thank-you", kwargs={"token": placed.token})
    assert "Open an account" in client.get(thanks).content.decode()
    account = reverse("checkout:account", kwargs={"token": placed.token})
    weak = client.post(account, {"password": "tea"}, follow=True).content.decode()
    assert "too short" in weak and not User.objects.exists()
    first = client.post(account, {"password": "a long pass phrase"}, follow=True).content.decode()
    again = client.post(account, {"password": "another pass phrase"}, follow=True).content.decode()
    assert "open the mail" in first and "open the mail" in again
    assert User.objects.get().check_password("a long pass phrase")
    assert settings.SESSION_COOKIE_NAME not in client.cookies or "_auth_user_id" not in client.session


def test_an_account_need_not_type_its_address_again(client, tea):
    order(client)
    user = make.user("ben@example.com", first_name="Ben")
    placed = Order.objects.get().shipping_address
    user.addresses.create(
        first_name="Ben",
        last_name="Ionescu",
        line1="Aleea 1",
        line4="Iași",
        state="Iași",
        postcode="700001",
        country=placed.country,
    )
    client.force_login(user)
    client.post(reverse("basket:add", args=[tea.pk]))
    page = client.get(INDEX).content.decode()
    assert 'value="Ionescu"' in page and 'value="ben@example.com"' in page


def test_a_whole_checkout_takes_at_most_120_queries(client):
    make.delivery("4.90")
    goods = [make.product("Assam"), make.product("Honey")]
    with CaptureQueriesContext(connection) as counted:
        for product in goods:
            client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"})
        client.get(reverse("basket:summary"))
        client.get(client.post(INDEX, {**ANA, **shown(client)}).url)
    assert Order.objects.count() == 1
    assert len(counted) <= 120, "\n".join(query["sql"][:160] for query in counted.captured_queries)


def test_an_order_notes_that_we_may_ask_how_it_was(deliver):
    order = make.order()
    deliver()
    row = order.customer.consents.get(topic="surveys")
    assert row.is_given
    assert row.wording


def test_who_once_said_no_to_questions_is_not_asked_again(deliver):
    order = make.order()
    consent.withdraw(order.customer, "surveys", source="account")
    deliver()
    assert not consent.is_given(order.customer, "surveys")
