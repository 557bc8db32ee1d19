import pytest
from django.test import Client
from django.urls import reverse

from shop.forks.catalogue.models import AttributeOption, ProductAttribute, ProductClass
from tests import make
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant"))
    return client


def edit(merchant: Client, kind: ProductClass, **typed: object):
    return typing.send(merchant, reverse("admin:catalogue_productclass_change", args=[kind.pk]), "productclass_form", **typed)


def test_a_characteristic_is_offered_as_a_filter(merchant):
    product = make.product()
    make.attribute(product, "origin", "India", is_filter=False)
    assert edit(merchant, product.product_class, **{"attributes-0-is_filter": "on"}).status_code == 302
    assert ProductAttribute.objects.get(code="origin").is_filter


def test_the_type_of_what_products_say_already_stays(merchant):
    product = make.product()
    make.attribute(product, "water", 95, kind="integer")
    response = edit(merchant, product.product_class, **{"attributes-0-type": "text"})
    assert "have values of this type" in typing.complaints(response)


def test_options_need_their_group_and_a_code_is_a_name(merchant):
    kind = make.product().product_class
    row = {"name_en": "Roast", "type": "option", "code": "roast", "position": "0", "id": "", "product_class": kind.pk}
    typed = {f"attributes-0-{name}": value for name, value in row.items()} | {"attributes-TOTAL_FORMS": "1"}
    assert "which options" in typing.complaints(edit(merchant, kind, **typed))
    assert "Enter a valid" in typing.complaints(edit(merchant, kind, **{**typed, "attributes-0-code": "1 roast"}))


def test_an_option_has_a_name_in_each_language(merchant):
    product = make.product()
    make.attribute(product, "origin", "India")
    option = AttributeOption.objects.get()
    address = reverse("admin:catalogue_attributeoptiongroup_change", args=[option.group_id])
    response = typing.send(merchant, address, "attributeoptiongroup_form", **{"options-0-option_uk": "Індія"})
    assert response.status_code == 302, typing.complaints(response)
    option.refresh_from_db()
    assert (option.option_en, option.option_uk) == ("India", "Індія")
