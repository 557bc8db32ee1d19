import pytest
from django.test import Client
from django.urls import reverse

from shop.forks.catalogue.models import Category
from tests import make
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant"))
    return client


def names() -> list[str]:
    return [f"{'-' * (row.depth - 1)}{row.name}" for row in Category.objects.order_by("path")]


def move(merchant: Client, category: Category, way: str) -> None:
    merchant.post(reverse(f"admin:catalogue_category_{way}", args=[category.pk]))


def edit(merchant: Client, category: Category, **typed: object):
    return typing.send(merchant, reverse("admin:catalogue_category_change", args=[category.pk]), "category_form", **typed)


def test_a_category_moves_among_its_siblings_with_what_is_in_it(merchant):
    tea, soap = make.category("Tea"), make.category("Soap")
    make.category("Black", parent=tea)
    move(merchant, soap, "up")
    assert names() == ["Soap", "Tea", "-Black"]
    move(merchant, Category.objects.get(name="Soap"), "up")  # the first stays the first
    move(merchant, Category.objects.get(name="Soap"), "down")
    assert names() == ["Tea", "-Black", "Soap"]


def test_a_category_goes_inside_another_and_out_again_but_never_into_itself(merchant):
    tea, soap = make.category("Tea"), make.category("Soap")
    edit(merchant, soap, parent=tea.pk)
    assert names() == ["Tea", "-Soap"]
    edit(merchant, Category.objects.get(pk=soap.pk), parent="")
    assert names() == ["Tea", "Soap"]
    assert "valid choice" in typing.complaints(edit(merchant, Category.objects.get(pk=tea.pk), parent=tea.pk))


def test_what_is_inside_a_hidden_category_is_hidden_too(merchant):
    tea = make.category("Tea")
    black = make.category("Black", parent=tea)
    fields = typing.shown(merchant, reverse("admin:catalogue_category_change", args=[tea.pk]), "category_form")
    del fields["is_public"]
    typing.send(merchant, reverse("admin:catalogue_category_change", args=[tea.pk]), "category_form", fields)
    black.refresh_from_db()
    assert not black.ancestors_are_public


def test_a_new_category_has_its_texts_in_each_language(merchant):
    address = reverse("admin:catalogue_category_add")
    response = typing.send(merchant, address, "category_form", name_en="Tea", name_uk="Чай", description_en="<div>Hot</div>")
    assert response.status_code == 302, typing.complaints(response)
    made = Category.objects.get()
    assert (made.name_en, made.name_uk, made.slug, made.description_en) == ("Tea", "Чай", "tea", "<p>Hot</p>")
    assert "Needed" in typing.complaints(typing.send(merchant, address, "category_form", name_uk="Чай"))


def test_a_category_with_products_cannot_be_deleted(merchant):
    tea = make.category("Tea")
    make.product(in_category=tea)
    merchant.post(reverse("admin:catalogue_category_delete", args=[tea.pk]), {"post": "yes"})
    assert names() == ["Tea"]
    merchant.post(reverse("admin:catalogue_category_delete", args=[make.category("Empty").pk]), {"post": "yes"})
    assert names() == ["Tea"]


def test_the_tree_costs_the_same_for_any_number_of_categories(merchant, costs_the_same):
    def add() -> None:
        make.category("Tea")
        merchant.get("/admin/")  # the shop's menu is built anew, once

    costs_the_same(show=lambda: merchant.get(reverse("admin:catalogue_category_changelist")), add_row=add)
