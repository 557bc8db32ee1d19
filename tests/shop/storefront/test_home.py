"""The first page, as the merchant put it together, or as a new shop begins."""

import pytest
from django.urls import reverse

from shop.content import kept
from shop.content.models import Block, Pick, Scene, Shop
from shop.search import index
from tests import make

pytestmark = pytest.mark.django_db
Kind = Block.Kind


def _titles(response) -> list[list[str]]:
    return [[card.title for card in cards] for _, cards in response.context["shelves"]]


def test_a_new_shop_shows_what_it_has(client):
    make.product("Assam")
    index.rebuild()
    response = client.get("/")
    assert "Assam" in _titles(response)[0]
    assert b"<h1" in response.content


def test_an_empty_shop_has_a_first_page_too(client):
    assert client.get("/").status_code == 200


def test_parts_stand_in_the_merchants_order_and_hidden_ones_do_not_stand(client):
    for position, (kind, title, is_shown) in enumerate(
        [(Kind.HERO, "Kettle", True), (Kind.NEW, "News", False), (Kind.STORY, "We", True)]
    ):
        Block.objects.create(kind=kind, title=title, position=position, is_shown=is_shown)
    response = client.get("/")
    assert [block.title for block, _ in response.context["shelves"]] == ["Kettle", "We"]
    assert b"<h1>Kettle</h1>" in response.content


def test_picks_keep_their_order(client):
    tea, cup = make.product("Assam"), make.product("Cup")
    block = Block.objects.create(kind=Kind.PICKS, title="Sunday")
    for position, product in enumerate((cup, tea)):
        Pick.objects.create(block=block, product=product, position=position)
    index.rebuild()
    assert _titles(client.get("/")) == [["Cup", "Assam"]]


def test_a_scene_leads_to_its_category(client):
    tea = make.category("Tea")
    Scene.objects.create(block=Block.objects.create(kind=Kind.SCENES), category=tea)
    assert f'href="{tea.get_absolute_url()}"' in client.get("/").content.decode()


def test_links_of_blocks_keep_the_language(client):
    Block.objects.create(kind=Kind.HERO, title="Kettle", link="/catalogue/")
    assert 'href="/uk/catalogue/"' in client.get("/uk/").content.decode()


def test_a_price_that_changed_is_shown_once_the_listing_knows(client):
    tea = make.product("Assam", price="8.00")
    index.rebuild()
    assert "€8.00" in client.get("/").content.decode()
    tea.stockrecords.update(price="9.00")
    index.refresh([tea.pk])
    assert "€9.00" in client.get("/").content.decode()


def test_running_offers_are_told(client):
    Block.objects.create(kind=Kind.OFFERS, title="Now")
    make.offer("Tea week", percent="10", description="Ten per cent off.")
    assert "Ten per cent off." in client.get("/").content.decode()


def test_an_offer_leads_to_the_category_that_it_is_about(client):
    Block.objects.create(kind=Kind.OFFERS, title="Now")
    tea = make.category()
    green = make.category("Green", parent=tea)
    offer = make.offer("Green week", percent="10", products=(make.product("Sencha", in_category=green),), description="Less.")
    assert [shown.url for shown in client.get("/").context["offers"]] == [""]
    offer.condition.range.included_categories.set([tea])
    assert [shown.url for shown in client.get("/").context["offers"]] == [tea.get_absolute_url()]
    offer.condition.range.included_categories.set([green, make.category("Honey")])
    assert [shown.url for shown in client.get("/").context["offers"]] == [""]


def test_markup_in_a_plain_text_is_shown_as_text(client):
    Block.objects.create(kind=Kind.HERO, title="Hello <b>", text="<script>alert(1)</script>")
    page = client.get("/").content.decode()
    assert "<script>alert" not in page
    assert "Hello &lt;b&gt;" in page


def test_the_merchants_name_stands_on_it(client):
    Shop(name="Kettle Road", claim="Tea and more").save()
    page = client.get("/").content.decode()
    assert "<title>Kettle Road: Tea and more</title>" in page


def test_a_first_visit_costs_at_most_fifteen_queries(client, django_assert_max_num_queries):
    for kind in (Kind.HERO, Kind.PICKS, Kind.NEW, Kind.BEST_SELLERS, Kind.REDUCED, Kind.OFFERS, Kind.SCENES):
        Block.objects.create(kind=kind, title=kind)
    make.category("Tea")
    tea = make.product()
    index.rebuild()
    client.post(reverse("basket:add", args=[tea.pk]), {"quantity": "1"})
    with django_assert_max_num_queries(15):
        client.get("/")


def test_more_products_cost_no_more(client, costs_the_same):
    block = Block.objects.create(kind=Kind.PICKS, title="Sunday")
    Block.objects.create(kind=Kind.NEW)

    def add_row():
        Pick.objects.create(block=block, product=make.product())
        index.rebuild()

    def show():
        kept.start_over()
        client.get("/")

    costs_the_same(show=show, add_row=add_row)
