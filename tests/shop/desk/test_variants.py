from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from shop.forks.catalogue.models import AttributeOption, Product, ProductCategory
from tests import make
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant"))
    return client


@pytest.fixture
def assam() -> Product:
    made = make.variants("Assam", sizes=("50 g", "100 g"))
    ProductCategory.objects.create(product=made, category=make.category())
    return made


def save(merchant: Client, product: Product, **typed: object):
    return typing.send(merchant, reverse("admin:catalogue_product_change", args=[product.pk]), "product_form", **typed)


def test_prices_and_stock_of_variants_are_rows_below_the_product(merchant, assam):
    assert save(merchant, assam, **{"children-0-price": "5.25", "children-1-num_in_stock": "99"}).status_code == 302
    first, second = assam.children.order_by("pk")
    assert first.stockrecords.get().price == Decimal("5.25")
    assert second.stockrecords.get().num_in_stock == 99


def test_a_new_variant_has_a_size_a_sku_and_a_price(merchant, assam):
    AttributeOption.objects.create(group=AttributeOption.objects.first().group, option="250 g")
    new = AttributeOption.objects.get(option="250 g").pk
    code = assam.children.first().attribute_values.get().attribute.code
    row = {"sku": "NEW-250", "price": "19.90", "num_in_stock": "4", "is_public": "on", f"attribute_{code}": new, "id": ""}
    typed = {f"children-2-{name}": value for name, value in row.items()} | {"children-TOTAL_FORMS": "3"}
    response = save(merchant, assam, **typed, **{"children-2-parent": assam.pk})
    assert response.status_code == 302, typing.complaints(response)
    made = assam.children.get(stockrecords__partner_sku="NEW-250")
    assert (made.structure, made.product_class, made.attribute_values.get().value_as_text) == ("child", None, "250 g")


def test_two_variants_are_never_the_same(merchant, assam):
    code = assam.children.first().attribute_values.get().attribute.code
    same = assam.children.order_by("pk").first().attribute_values.get().value_option_id
    assert "nothing tells them apart" in typing.complaints(save(merchant, assam, **{f"children-1-attribute_{code}": same}))


def test_a_variant_that_an_order_holds_stays(merchant, assam):
    held = assam.children.order_by("pk").first()
    held.stockrecords.update(num_allocated=1)
    assert "Orders still hold" in typing.complaints(save(merchant, assam, **{"children-0-DELETE": "on"}))
    assert assam.children.count() == 2


def test_a_nonsense_price_of_a_variant_is_said_at_its_row(merchant, assam):
    assert "greater than or equal" in typing.complaints(save(merchant, assam, **{"children-0-price": "-1"}))


def test_a_variant_does_not_get_what_its_parent_says_as_its_own(merchant, assam):
    make.attribute(assam, "taste", ["malt", "honey"], kind="multi_option")
    make.attribute(assam, "origin", "India")
    save(merchant, assam, **{"children-0-price": "5.25"})
    for variant in assam.children.all():
        assert [row.attribute.code for row in variant.attribute_values.all()] == ["size"]


def test_what_variants_no_longer_differ_in_is_forgotten(merchant, assam):
    save(merchant, assam, varies_by=[])
    assert not any(variant.attribute_values.exists() for variant in assam.children.all())
