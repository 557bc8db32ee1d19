import re

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.forks.catalogue.models import Category
from shop.search import index, stamp
from shop.search.models import Search
from shop.search.query import PAGE_SIZE
from tests import make

pytestmark = pytest.mark.django_db


def address_of(category, **query):
    path = reverse("catalogue:category", kwargs={"category_slug": category.get_full_slug(), "pk": category.pk})
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def page_of(client, address, **headers):
    index.catch_up()
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def titles(html):
    return [re.sub("<.*?>", "", found).strip() for found in re.findall(r"<h3>(.*?)</h3>", html, re.S)]


def head_of(html):
    return html[: html.index("</head>")]


@pytest.fixture
def tea():
    category = make.category("Tea")
    for title, origin in (("Assam", "India"), ("Darjeeling", "India"), ("Keemun", "China")):
        made = make.product(title, in_category=category)
        make.attribute(made, "origin", origin)
    return category


def test_a_category_shows_its_products_and_the_way_to_it(client, tea):
    black = make.category("Black tea", tea)
    make.product("Lapsang", in_category=black)
    html = page_of(client, address_of(black))
    assert titles(html) == ["Lapsang"]
    assert f'href="{address_of(tea)}"' in html
    assert "<h1>Black tea</h1>" in html


def test_subcategories_are_links_with_counts(client, tea):
    black = make.category("Black tea", tea)
    make.product("Lapsang", in_category=black)
    html = page_of(client, address_of(tea))
    assert re.search(rf'href="{address_of(black)}">Black tea <span class="soft numbers">1<', html)


def test_filters_work_without_scripts(client, tea):
    html = page_of(client, address_of(tea))
    assert re.search(r'<form id="filters"[^>]*action="' + re.escape(address_of(tea)), html)
    assert 'name="origin" value="india"' in html
    assert '<button class="button wide" type="submit">' in html
    assert set(titles(page_of(client, address_of(tea, origin="india")))) == {"Assam", "Darjeeling"}


def test_a_filter_in_force_can_be_taken_off(client, tea):
    html = page_of(client, address_of(tea, origin="india", in_stock=1))
    assert re.search(r'class="chip" href="\?in_stock=1"', html)
    assert re.search(r'class="chip" href="\?origin=india"', html)


def test_counts_stand_beside_the_choices(client, tea):
    html = page_of(client, address_of(tea, origin="india"))
    assert re.search(r'value="china"><span>China</span><span class="count">1<', html)


def test_htmx_gets_the_list_alone(client, tea):
    html = page_of(client, address_of(tea, origin="china"), **{"HX-Request": "true"})
    assert html.lstrip().startswith('<div id="list"')
    assert "<html" not in html
    restored = page_of(client, address_of(tea), **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored


def test_only_plain_lists_are_for_search_engines(client, tea):
    plain = head_of(page_of(client, address_of(tea)))
    assert "noindex" not in plain
    assert f'<link rel="canonical" href="http://localhost:8000{address_of(tea)}">' in plain
    for query in ({"origin": "india"}, {"sort": "price"}, {"in_stock": 1}, {"price_to": 9}):
        assert '<meta name="robots" content="noindex, follow">' in head_of(page_of(client, address_of(tea, **query)))
    assert "noindex" in head_of(page_of(client, reverse("search:search") + "?q=assam"))


def test_unknown_parameters_do_not_make_another_page(client, tea):
    html = page_of(client, address_of(tea, utm_source="mail", fbclid="x"))
    assert "noindex" not in head_of(html)
    assert len(titles(html)) == 3


def test_pages_know_their_neighbours(client):
    tea = make.category("Tea")
    for number in range(PAGE_SIZE * 2 + 1):
        make.product(f"Tea {number}", in_category=tea)
    html = page_of(client, address_of(tea, page=2))
    head = head_of(html)
    assert f'rel="prev" href="{address_of(tea)}?page=1"' in head
    assert f'rel="next" href="{address_of(tea)}?page=3"' in head
    assert f'{address_of(tea)}?page=2">' in head
    assert len(titles(html)) == PAGE_SIZE


def test_a_page_past_the_end_leads_to_the_last(client, tea):
    index.catch_up()
    response = client.get(address_of(tea, page=7, origin="india"))
    assert (response.status_code, response["Location"]) == (302, address_of(tea, origin="india"))


def test_an_old_address_leads_to_the_new_one_and_keeps_its_query(client, tea):
    response = client.get(f"/catalogue/category/infusions_{tea.pk}/?sort=price")
    assert (response.status_code, response["Location"]) == (301, address_of(tea, sort="price"))


def test_hidden_and_unknown_categories_are_not_found(client, tea):
    hidden = make.category("Secret")
    Category.objects.filter(pk=hidden.pk).update(is_public=False)
    assert client.get(address_of(hidden)).status_code == 404
    assert client.get("/catalogue/category/x_99999999999999999999/").status_code == 404


def test_a_search_says_what_it_took_the_query_for(client, tea):
    html = page_of(client, reverse("search:search") + "?q=asam")
    assert titles(html) == ["Assam"]
    assert "<strong>assam</strong>" in html


def test_what_was_typed_is_shown_as_text(client, tea):
    html = page_of(client, reverse("search:search") + "?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_search_without_results_helps_and_is_remembered(client, tea):
    html = page_of(client, reverse("search:search") + "?q=zzzzqqqq")
    assert set(titles(html)) == {"Assam", "Darjeeling", "Keemun"}
    assert list(Search.objects.values_list("text", "results")) == [("zzzzqqqq", 0)]


def test_an_empty_search_shows_everything(client):
    assert client.get(reverse("search:search") + "?q=++").headers["Location"] == reverse("catalogue:index")


def test_a_search_is_remembered_once_however_it_is_narrowed(client, tea):
    for query in ("?q=tea", "?q=tea&origin=india", "?q=tea&page=1&in_stock=1"):
        page_of(client, reverse("search:search") + query)
    assert Search.objects.count() == 1


def test_a_filtered_list_without_products_says_how_to_go_on(client, tea):
    html = page_of(client, address_of(tea, origin="india", price_from=500))
    assert "Nothing here has all of that" in html
    assert 'href="?"' in html


def test_suggestions_are_options_with_pictures_and_prices(client, tea):
    html = page_of(client, reverse("search:suggest") + "?q=ass")
    assert 'role="listbox"' in html
    assert re.search(r'role="option" id="s-p-\d+"', html)
    assert "€8.50" in html
    assert page_of(client, reverse("search:suggest")).strip() == ""


def test_each_language_has_its_page(client):
    tea = make.category("Tea")
    Category.objects.filter(pk=tea.pk).update(name_uk="Чай")
    made = make.product("Assam", title_uk="Ассам", in_category=tea)
    make.attribute(made, "origin", "India")
    html = page_of(client, f"/uk{address_of(tea)}")
    assert titles(html) == ["Ассам"]
    assert "<h1>Чай</h1>" in html


def test_a_list_costs_the_same_for_one_product_and_for_many(client, costs_the_same, tea):
    def add():
        made = make.product("Assam", in_category=tea)
        make.attribute(made, "origin", "India")
        index.catch_up()

    def show(address):
        stamp.renew()  # nothing of it is cached, before or after
        client.get(address)

    for address in (address_of(tea), address_of(tea, origin="india"), reverse("search:search") + "?q=asam"):
        costs_the_same(show=lambda address=address: show(address), add_row=add)


def test_a_list_takes_at_most_fifteen_queries(client, tea):
    from django.db import connection

    index.catch_up()
    for address in (address_of(tea, origin="india"), reverse("search:search") + "?q=asam+tee"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 15, [query["sql"] for query in queries.captured_queries]


NAMES = st.sampled_from(
    [
        "q",
        "page",
        "sort",
        "price_from",
        "price_to",
        "rating",
        "in_stock",
        "category",
        "origin",
        "origin__in",
        "pk",
        "a-q",
        "filters",
    ]
)
ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "0",
            "-1",
            "1e9",
            "NaN",
            "Infinity",
            "-Infinity",
            "٣",
            "1,5",
            "99999999999999999999",
            "\x00",
            "' OR 1=1 --",
            "%",
            "[]",
            "india",
        ]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_=st.lists(st.tuples(NAMES, ODD), max_size=6))
def test_no_query_string_breaks_a_list(client, tea, given_):
    from urllib.parse import urlencode

    index.catch_up()
    for path in (address_of(tea), reverse("catalogue:index"), reverse("search:search"), reverse("search:suggest")):
        assert client.get(f"{path}?{urlencode(given_)}").status_code in (200, 302)
