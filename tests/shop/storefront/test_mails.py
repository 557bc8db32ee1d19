"""The frame of every mail, and what is kept of an unfinished checkout."""

import pytest
from django.urls import reverse

from shop.content.models import Shop
from shop.customers import privacy
from shop.forks.basket.models import Basket
from shop.mail import rendering
from shop.storefront import drafts
from shop.storefront.models import CheckoutDraft
from tests import make

pytestmark = pytest.mark.django_db


def test_mails_wear_the_merchants_name_and_colours():
    Shop.objects.create(name="Honey & Co", email="hello@honey.example", accent="#7a2f1d")
    order = {"number": "H1", "first_name": "<i>Ana</i>", "url": "http://localhost/o", "lines": [], "sums": [], "address": []}
    mail = rendering.render("order_paid", {"order": order}, "en")
    assert "Honey &amp; Co" in mail.html and "hello@honey.example" in mail.text
    assert "background-color: #7a2f1d" in mail.html and "#2f5a46" not in mail.html


def test_an_unfinished_checkout_is_handed_over_and_forgotten(client):
    ana = make.customer("ana@example.com")
    client.post(reverse("basket:add", args=[make.product("Assam").pk]))
    drafts.keep(Basket.objects.get(), {"email": "Ana@example.com", "last_name": "Popescu"}, language="en")
    assert "Popescu" in privacy.export_json(ana)
    privacy.erase(ana)
    assert not CheckoutDraft.objects.exists()
