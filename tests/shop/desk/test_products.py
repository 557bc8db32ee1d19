import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.forks.catalogue.models import Product, ProductAttribute, ProductClass, ProductImage
from shop.forks.partner.models import StockRecord
from tests import make
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db
LIST = "/admin/catalogue/product/"


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant"))
    return client


def page_of(product: Product) -> str:
    return reverse("admin:catalogue_product_change", args=[product.pk])


def save(merchant: Client, product: Product, fields: dict | None = None, **typed: object):
    return typing.send(merchant, page_of(product), "product_form", fields, **typed)


def tea(**fields: object) -> Product:
    return make.product(in_category=make.category(), **fields)


def test_the_list_shows_what_is_free_and_costs_the_same_for_any_number_of_products(merchant, costs_the_same):
    costs_the_same(show=lambda: merchant.get(LIST), add_row=lambda: make.variants(f"Tea {Product.objects.count()}"))


def test_a_product_is_found_by_sku_of_a_variant_and_by_its_title_in_another_language(merchant):
    assam = make.variants("Assam")
    Product.objects.filter(pk=assam.pk).update(title_uk="Ассам")
    make.product("Sencha")
    sku = assam.children.first().stockrecords.first().partner_sku
    for term in (sku, "асс"):
        page = merchant.get(LIST, {"q": term})
        assert [row.pk for row in page.context["cl"].result_list] == [assam.pk]


@pytest.mark.parametrize(("chosen", "found"), [("out", "Empty"), ("low", "Few"), ("reserved", "Held")])
def test_the_list_is_narrowed_down_by_stock(merchant, chosen, found):
    make.product("Empty", stock=0), make.product("Few", stock=2), make.product("Plenty", stock=100)
    held = make.product("Held", stock=50)
    held.stockrecords.update(num_allocated=7)
    page = merchant.get(LIST, {"stock": chosen})
    assert [row.title for row in page.context["cl"].result_list] == [found]


def test_a_product_is_made_on_one_form(merchant):
    kind, category = make.product().product_class, make.category()
    address = reverse("admin:catalogue_product_add")
    typed = {"title_en": "Golden Tips", "categories": [category.pk], "price": "8.50", "sku": "TEA-1", "num_in_stock": "12"}
    response = typing.send(merchant, address, "product_form", product_class=kind.pk, **typed)
    made = Product.objects.get(title_en="Golden Tips")
    assert response["Location"] == page_of(made), typing.complaints(response)
    record = made.stockrecords.get()
    assert (record.price, record.partner_sku, record.num_in_stock) == (Decimal("8.50"), "TEA-1", 12)
    assert list(made.categories.all()) == [category]
    assert (made.slug, made.title) == ("golden-tips", "Golden Tips")


def test_a_form_sent_unchanged_changes_nothing(merchant):
    product = tea(description="<p>One.</p><p>Two.</p>", summary="Malty")
    make.attribute(product, "origin", "India")
    before = {name: value for name, value in vars(Product.objects.get(pk=product.pk)).items() if not name.startswith("_")}
    assert save(merchant, product).status_code == 302
    after = vars(Product.objects.get(pk=product.pk))
    changed = {
        name
        for name, value in before.items()
        if (after[name] or None) != (value or None) and name not in ("attr", "date_updated")
    }
    assert changed <= {"description_en"} and after["description"] == before["description"]
    assert product.attribute_values.get().value_as_text == "India"


def test_units_sold_while_the_form_was_open_stay_sold(merchant):
    product = tea(stock=10)
    opened = typing.shown(merchant, page_of(product), "product_form")
    StockRecord.objects.filter(product=product).update(num_in_stock=7, num_allocated=2)  # three left, two are held
    save(merchant, product, opened, num_in_stock="15", price="9.00")  # five came in
    record = product.stockrecords.get()
    assert (record.num_in_stock, record.num_allocated, record.price) == (12, 2, Decimal("9.00"))


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"num_in_stock": "2"}, "reserved 3"),
        ({"num_in_stock": "-1"}, "greater than or equal to 0"),
        ({"price": "-5"}, "greater than or equal to 0"),
        ({"price": "NaN"}, "Enter a number"),
        ({"price": "1e9"}, "digits"),
        ({"price": "8.505"}, "decimal places"),
        ({"compare_at_price": "5"}, "has to be above"),
        ({"sku": ""}, "required"),
        ({"title_en": ""}, "Needed in the language"),
        ({"categories": []}, "Choose at least one"),
        ({"categories": ["999999"]}, "valid choice"),
    ],
)
def test_nonsense_gets_a_clear_message_and_changes_nothing(merchant, typed, complaint):
    product = tea(stock=10)
    product.stockrecords.update(num_allocated=3)
    response = save(merchant, product, **typed)
    assert complaint in typing.complaints(response)
    record = product.stockrecords.get()
    assert (record.num_in_stock, record.num_allocated, record.price) == (10, 3, Decimal("8.50"))


def test_a_sku_belongs_to_one_product(merchant):
    other = make.product("Sencha").stockrecords.get().partner_sku
    assert "Sencha" in typing.complaints(save(merchant, tea(), sku=other.lower()))


def test_what_a_description_could_run_is_taken_out(merchant):
    product = tea()
    html = '<div>Good.<br><br>Very<script>alert(1)</script></div><div onclick="x()"><a href="javascript:x()">a</a></div>'
    save(merchant, product, description_en=html)
    product.refresh_from_db()
    assert product.description.startswith("<p>Good.</p><p>Very</p>")
    assert not {"script", "onclick", "javascript"} & set(product.description.replace("<", " ").replace(":", " ").split())


def test_characteristics_are_fields_of_their_own_kind(merchant):
    product = tea()
    make.attribute(product, "origin", "India")
    make.attribute(product, "taste", ["malt"], kind="multi_option")
    make.attribute(product, "water", 95, kind="integer")
    make.attribute(product, "organic", True, kind="boolean")
    fields = typing.shown(merchant, page_of(product), "product_form")
    assert fields["attribute_water"] == ["95"] and fields["attribute_organic"] == ["1"]
    save(merchant, product, fields, attribute_water="", attribute_organic="0", attribute_taste=[])
    values = {row.attribute.code: row.value_as_text for row in product.attribute_values.select_related("attribute")}
    assert values == {"origin": "India", "organic": "No"}
    assert "whole number" in typing.complaints(save(merchant, product, attribute_water="hot"))
    assert "valid choice" in typing.complaints(save(merchant, product, attribute_origin="999999"))


def test_a_needed_characteristic_cannot_be_left_out(merchant):
    product = tea()
    make.attribute(product, "origin", "India")
    ProductAttribute.objects.update(required=True)
    assert "required" in typing.complaints(save(merchant, product, attribute_origin=""))


def test_pictures_come_in_together_and_anything_else_is_refused(merchant):
    product = tea()
    files = [SimpleUploadedFile(f"{name}.jpg", make.photograph(), "image/jpeg") for name in ("front", "back")]
    assert save(merchant, product, new_pictures=files).status_code == 302
    assert [len(image.renditions["sources"]) > 0 for image in product.images.all()] == [True, True]
    bad = SimpleUploadedFile("virus.jpg", b"<?php echo 1;", "image/jpeg")
    assert "virus.jpg" in typing.complaints(save(merchant, product, new_pictures=[bad]))


def test_a_product_becomes_one_with_variants_and_keeps_what_it_sold(merchant):
    product = tea(stock=10)
    record = product.stockrecords.get()
    StockRecord.objects.filter(pk=record.pk).update(num_allocated=4)
    save(merchant, product, has_variants="on")
    product.refresh_from_db()
    variant = product.children.get()
    assert product.is_parent and not product.stockrecords.exists()
    kept = variant.stockrecords.get()
    assert (kept.pk, kept.num_in_stock, kept.num_allocated) == (record.pk, 10, 4)


def test_what_orders_hold_cannot_be_deleted(merchant):
    product = tea()
    product.stockrecords.update(num_allocated=1)
    page = merchant.post(reverse("admin:catalogue_product_delete", args=[product.pk]), {"post": "yes"})
    assert page.status_code == 200 and Product.objects.filter(pk=product.pk).exists()


def test_those_who_may_only_look_cannot_save(client):
    product = tea()
    client.force_login(make.staff("marketer"))
    assert client.get(page_of(product)).status_code == 200
    assert client.post(page_of(product), {"title_en": "Mine"}).status_code == 403


def test_the_only_kind_is_chosen_already_and_of_several_none(merchant):
    make.product()
    address = reverse("admin:catalogue_product_add")
    assert typing.shown(merchant, address, "product_form")["product_class"]
    ProductClass.objects.create(name="Other")
    assert typing.shown(merchant, address, "product_form").get("product_class", [""]) == [""]


def test_the_day_more_are_expected_is_typed_with_the_stock(merchant):
    product, day = tea(stock=0), timezone.localdate() + timedelta(days=9)
    assert save(merchant, product, expected_on=day.isoformat()).status_code == 302
    assert StockRecord.objects.get().expected_on == day
    assert f'value="{day.isoformat()}"' in merchant.get(page_of(product)).content.decode()
    past = save(merchant, product, expected_on="2020-01-01")
    assert past.status_code == 200 and StockRecord.objects.get().expected_on == day


def test_a_day_that_has_passed_is_in_nobodys_way(merchant):
    product = tea(stock=0)
    StockRecord.objects.update(expected_on="2020-01-01")
    assert save(merchant, product, price="9.00").status_code == 302


def test_a_picture_is_given_to_a_variant(merchant):
    parent = make.variants("Cup", sizes=("small", "large"))
    make.ProductCategory.objects.create(product=parent, category=make.category())
    large = parent.children.order_by("pk").last()
    picture = ProductImage.objects.create(product=parent, original=SimpleUploadedFile("cup.jpg", make.photograph()))
    page = merchant.get(page_of(parent)).content.decode()
    assert re.search(rf"<option value=.{large.pk}.[^>]*>\s*Cup, large\s*<", page), re.findall(r"<option[^<]*<", page)
    assert save(merchant, parent, **{"images-0-variant": str(large.pk)}).status_code == 302
    picture.refresh_from_db()
    assert picture.variant == large
    stranger = make.variants("Bowl").children.first()
    assert save(merchant, parent, **{"images-0-variant": str(stranger.pk)}).status_code == 200
