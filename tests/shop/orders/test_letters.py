"""What the order mails say: in the order's language, in plain values, with whole addresses."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.forks.catalogue.models import ProductImage
from shop.mail import rendering
from shop.mail.models import Message
from shop.orders import letters, placing, receipt, statuses
from shop.orders.details import Details
from shop.orders.models import PaymentMethod, Shipment
from tests import make

pytestmark = pytest.mark.django_db
KINDS = ["order_placed", "order_paid", "order_shipped", "order_delivered", "order_cancelled", "order_refunded"]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def order(language="en", payment="cash_on_delivery", quantity=2, **more):
    """An order of tea for Ana, as the checkout places it."""
    from shop.forks.basket.models import Basket

    make.delivery("4.90")
    basket = Basket.objects.create()
    basket.add_product(make.product("Assam", price="8.50", **more), quantity)
    details = Details(
        email="ana@example.com", first_name="Ana", last_name="Popescu", line1="Lipscani 12", line4="București", country="RO",
        postcode="010011", shipping_code="courier", payment_code=payment, language=language,
    )  # fmt: skip
    return placing.place(basket.pk, details=details, user=None, seen_total=None)


def everything(placed):
    """The context of every kind at once."""
    line = placed.lines.get()
    shipment = Shipment.objects.create(order=placed, carrier="Fan", tracking_code="F1", tracking_url="https://fan.example/F1")
    shipment.lines.create(line=line, quantity=1)
    parcel = letters.context_of_parcel(placed, shipment)
    refund = letters.context_of_refund(placed, Decimal("8.50"), {line.pk: 1})
    return {**parcel, **refund, "reason": "No tea today."}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_reads_well_in_every_language(kind, language):
    placed = order(language)
    mail = rendering.render(kind, everything(placed), language)
    assert placed.number in mail.subject and placed.number in mail.text
    assert "Assam" in mail.html and "Assam" in mail.text
    assert str(placed.token) in mail.html and str(placed.token) in mail.text
    for part in (mail.subject, mail.html, mail.text):
        assert not re.search(r"\bNone\b|\{\{|\{%|%\(", part)
    assert f'lang="{language}"' in mail.html


def test_addresses_in_mails_are_whole(settings):
    buffer = ContentFile(b"", name="tea.webp")
    Image.new("RGB", (400, 400), "#a3cdb5").save(buffer, "WEBP")
    placed = order()
    ProductImage(product=placed.lines.get().product, original=ContentFile(buffer.file.getvalue(), name="tea.webp")).save()
    mail = rendering.render("order_placed", letters.context_of(placed), "en")
    links = re.findall(r'(?:href|src)="([^"]*)"', mail.html)
    assert any(".mail.jpg" in link for link in links)
    assert all(link.startswith((settings.SHOP_URL, "mailto:")) for link in links), links


def test_amounts_are_written_as_the_language_does():
    assert "€21.90" in letters.context_of(order("en"))["order"]["total"]
    make_again = letters.context_of(placed_in("ro"))["order"]["total"]
    assert make_again.replace("\xa0", " ") == "21,90 €"


def placed_in(language):
    from shop.forks.order.models import Order

    Order.objects.update(language=language)
    return Order.objects.get()


def test_a_name_is_text_and_never_a_template():
    placed = order()
    address = placed.shipping_address
    address.first_name = "<b>{{ order.url }}</b>"
    address.save()
    mail = rendering.render("order_placed", letters.context_of(placed), "en")
    assert "&lt;b&gt;{{ order.url }}&lt;/b&gt;" in mail.html and "<b>{{" not in mail.html
    assert "<b>{{ order.url }}</b>" in mail.text


def test_a_transfer_says_where_to_and_with_which_words():
    PaymentMethod.objects.create(code="bank_transfer", instructions="IBAN RO49 AAAA")
    placed = order(payment="bank_transfer")
    assert placed.status == statuses.AWAITING_TRANSFER
    text = rendering.render("order_placed", letters.context_of(placed), "en").text
    assert "IBAN RO49 AAAA" in text and f"Reference: {placed.number}" in text and "Amount: €21.90" in text


def test_the_sums_of_a_receipt_add_up():
    sums = {each.kind: each.amount for each in receipt.of(order()).sums}
    assert sums["goods"] + sums["delivery"] == sums["total"] == Decimal("21.90")


def test_the_day_of_arrival_is_told_once_it_is_known():
    PaymentMethod.objects.create(code="bank_transfer")
    placed = order(payment="bank_transfer")
    assert receipt.of(placed).expected == ""
    placed.status, placed.paid_at = statuses.PAID, datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
    assert receipt.of(placed).expected == "23–25 November"
    placed.status = statuses.DELIVERED
    assert receipt.of(placed).expected == ""


def test_a_parcel_lists_only_what_is_in_it():
    placed = order(quantity=3)
    shown = everything(placed)
    assert [line["quantity"] for line in shown["shipment"]["lines"]] == [1]
    assert [line["quantity"] for line in shown["order"]["lines"]] == [3]


def test_a_product_that_is_gone_keeps_its_name_on_the_receipt():
    placed = order()
    placed.lines.get().product.delete()
    assert [line.face.title for line in receipt.of(placed).lines] == ["Assam"]


def test_pictures_in_mails_are_jpegs(deliver):
    tea = make.product()
    ProductImage.objects.create(product=tea, original=SimpleUploadedFile("tea.webp", make.photograph(kind="WEBP")))
    make.paid_order(tea)
    deliver()
    html = Message.objects.get(kind="order_paid").html
    assert ".mail.jpg" in html and ".webp" not in html
