"""The product page: what is sold, whether it is there, and what it may cost to show."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from shop.forks.catalogue.models import ProductImage, ProductRecommendation
from shop.orders import showing
from shop.search import index
from shop.storefront import goods, together
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _page(client, product, query="", **headers):
    return client.get(reverse("catalogue:detail", args=[product.slug, product.pk]) + query, headers=headers)


def _text(response) -> str:
    return response.content.decode()


def test_the_page_says_what_it_is_and_what_it_costs(client):
    page = _text(_page(client, make.product("Assam", price="8.50", summary="Malty")))
    assert "<h1>Assam</h1>" in page
    assert "€8.50" in page
    assert "In stock" in page


def test_a_reduced_price_shows_the_one_before(client):
    tea = make.product(price="8.00")
    tea.stockrecords.update(compare_at_price="10.00")
    page = _text(_page(client, tea))
    assert "€10.00" in page
    assert "−20 %" in page


def test_a_price_before_that_is_lower_is_no_reduction(client):
    tea = make.product(price="8.00")
    tea.stockrecords.update(compare_at_price="7.00")
    assert "€7.00" not in _text(_page(client, tea))


def test_few_left_are_counted_without_those_that_orders_hold(client):
    tea = make.product(stock=5)
    tea.stockrecords.update(num_allocated=2)
    page = _text(_page(client, tea))
    assert "Only 3 left" in page
    assert 'max="3"' in page


def test_what_is_sold_out_cannot_be_put_into_the_basket(client):
    page = _text(_page(client, make.product(stock=0)))
    assert "Sold out at the moment" in page
    assert "buy-form" not in page


def test_without_a_price_it_is_not_for_sale(client):
    page = _text(_page(client, make.product(price=None)))
    assert "Not for sale" in page
    assert "buy-form" not in page


def test_variants_are_links_and_the_first_that_can_be_bought_is_chosen(client):
    tea = make.variants("Assam", sizes=("50 g", "100 g"))
    small, large = tea.children.order_by("pk")
    small.stockrecords.update(num_in_stock=0)
    response = _page(client, tea)
    assert response.context["present"].product == large
    page = _text(response)
    assert f'href="?variant={small.pk}"' in page
    assert reverse("basket:add", args=[large.pk]) in page


def test_choosing_a_variant_by_htmx_answers_with_its_price_only(client):
    tea = make.variants("Assam", prices=("4", "7"))
    large = tea.children.order_by("pk").last()
    page = _text(_page(client, tea, f"?variant={large.pk}", **HTMX))
    assert "€7.00" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "query", ["?variant=0", "?variant=-1", "?variant=abc", "?variant=9999999999999", "?variant=%F0%9D%9F%99", "?variant="]
)
def test_an_odd_variant_shows_the_product(client, query):
    response = _page(client, make.variants(), query)
    assert response.status_code == 200


def test_a_variant_of_another_product_is_not_shown(client):
    tea, other = make.variants("Assam"), make.variants("Ceylon")
    response = _page(client, tea, f"?variant={other.children.first().pk}")
    assert response.context["present"].product.parent == tea


def test_a_variants_own_address_leads_to_the_product_with_it_chosen(client):
    tea = make.variants()
    last = tea.children.order_by("pk").last()
    response = _page(client, last)
    assert response.status_code == 301
    assert response["Location"] == f"{reverse('catalogue:detail', args=[tea.slug, tea.pk])}?variant={last.pk}"


def test_an_old_name_in_the_address_leads_to_the_new_one(client):
    tea = make.product()
    response = client.get(reverse("catalogue:detail", args=["old-name", tea.pk]) + "?utm_source=mail")
    assert response.status_code == 301
    assert response["Location"] == reverse("catalogue:detail", args=[tea.slug, tea.pk]) + "?utm_source=mail"


def test_the_address_in_another_language_stays_in_it(client):
    tea = make.product()
    response = client.get(f"/uk/catalogue/old_{tea.pk}/")
    assert response["Location"].startswith("/uk/catalogue/")


@pytest.mark.parametrize("pk", ["0", "99999", "99999999999999999999"])
def test_what_is_not_there_is_404(client, pk):
    assert client.get(f"/catalogue/assam_{pk}/").status_code == 404


def test_a_hidden_product_and_a_variant_of_one_are_404(client):
    tea = make.variants()
    child = tea.children.first()
    type(tea).objects.filter(pk=tea.pk).update(is_public=False)
    assert _page(client, tea).status_code == 404
    assert _page(client, child).status_code == 404


def test_two_axes_lead_to_the_variant_that_differs_least():
    from shop.storefront import goods
    from shop.storefront.goods import Variant

    variants = [
        Variant(make.product(price=None), price=1, says={"size": size, "grind": grind})
        for size in ("50 g", "100 g")
        for grind in ("beans", "fine")
    ]
    choices = goods._choices("size", ["size", "grind"], variants, present=variants[1])
    assert [choice.variant for choice in choices] == [variants[1], variants[3]]
    assert [choice.is_present for choice in choices] == [True, False]


def test_structured_data_names_price_and_stock_and_cannot_end_the_script(client):
    tea = make.product("Assam </script><script>alert(1)</script>", price="8.50")
    make.review(tea, 4)
    page = _text(_page(client, tea))
    said = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])[0]
    assert said["offers"]["price"] == "8.50"
    assert said["offers"]["availability"].endswith("InStock")
    assert said["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": 4.0, "reviewCount": 1}
    assert "<script>alert" not in page


def test_what_was_looked_at_is_remembered_in_the_browser_alone(client):
    tea, cup = make.product("Assam"), make.product("Cup")
    index.rebuild()
    _page(client, tea)
    response = _page(client, cup)
    assert [card.title for card in response.context["neighbours"].looked_at] == ["Assam"]


def test_a_forged_cookie_is_forgotten(client):
    client.cookies["seen"] = "1.2.3:forged"
    assert _page(client, make.product()).status_code == 200


def test_what_goes_with_it_and_what_is_bought_with_it_are_shown_once_each(client):
    tea, cup, pot = make.product("Assam", stock=50), make.product("Cup", stock=50), make.product("Pot")
    for other in (cup, pot):
        ProductRecommendation.objects.create(primary=tea, recommendation=other)
    for _ in range(together.AT_LEAST):
        make.order(tea, cup)
    index.rebuild()
    around = _page(client, tea).context["neighbours"]
    assert [card.title for card in around.together] == ["Cup"]
    assert [card.title for card in around.related] == ["Pot"]


def test_delivery_is_estimated_for_the_shoppers_country(client):
    make.delivery("4.90", free_over=None, countries=("RO",))
    page = _text(_page(client, make.product(weight_g=100)))
    assert "With you" in page
    assert "€4.90" in page


def test_a_product_nobody_looked_at_lately_costs_at_most_twelve_queries(client, django_assert_max_num_queries):
    client.get("/")  # the frame and what promotions say, which a process reads once
    make.delivery()
    tea = make.variants()
    make.review(tea, 4)
    for title in ("Cup", "Pot"):
        ProductRecommendation.objects.create(primary=tea, recommendation=make.product(title))
    index.rebuild()
    client.post(reverse("basket:add", args=[tea.children.first().pk]), {"quantity": "1"})
    with django_assert_max_num_queries(12):
        assert _page(client, tea).status_code == 200


def test_more_variants_reviews_and_neighbours_cost_no_more(client, costs_the_same):
    tea = make.variants()

    def add_row():
        make.review(tea)
        ProductRecommendation.objects.create(primary=tea, recommendation=make.product())
        make.product(parent=tea)
        index.rebuild()

    costs_the_same(show=lambda: _page(client, tea), add_row=add_row)


def test_what_is_sold_out_says_when_it_is_back_until_that_day_has_come(client):
    tea = make.product(stock=0)
    day = timezone.localdate() + timedelta(days=4)
    tea.stockrecords.update(expected_on=day)
    assert f"back about {day.day} {day:%B}" in text_of(client, tea)
    tea.stockrecords.update(expected_on=timezone.localdate())
    assert "back about" not in text_of(client, tea) and "Sold out" in text_of(client, tea)


def test_a_variants_own_picture_comes_first_on_its_page_in_the_basket_and_on_the_receipt(client):
    cup = make.variants("Cup", sizes=("small", "large"))
    small, large = cup.children.order_by("pk")
    names = {}
    for name, variant in (("of-all", None), ("of-large", large), ("of-small", small)):
        file = SimpleUploadedFile(f"{name}.jpg", make.photograph())
        names[name] = ProductImage.objects.create(product=cup, variant=variant, original=file, display_order=len(names))
    goods_of = {one: goods.load(cup.pk, one.pk) for one in (small, large)}
    first = {one: found.pictures[0].src for one, found in goods_of.items()}
    assert "of-small" in first[small] and "of-large" in first[large]
    assert len(goods_of[small].pictures) == 3
    faces = showing.faces_of([small, large, cup])
    assert ["of-small" in faces[small.pk].picture.src, "of-large" in faces[large.pk].picture.src] == [True, True]
    assert "of-all" in faces[cup.pk].picture.src
    page = client.get(cup.get_absolute_url(), {"variant": large.pk}).content.decode()
    assert page.index("of-large") < page.index("of-all") < page.index("of-small")


def text_of(client, product):
    return " ".join(client.get(product.get_absolute_url()).content.decode().split())
