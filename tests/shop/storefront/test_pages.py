"""Pages of text, the frame around every page, and what machines read."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from shop.content.models import Page, Shop
from tests import make

pytestmark = pytest.mark.django_db


def test_a_page_is_shown_in_its_language(client):
    Page.objects.create(
        slug="about", title_en="About", title_uk="Про нас", body_en="<p>We</p>", body_uk="<p>Ми</p>", place="shop"
    )
    assert "<h1>About</h1><p>We</p>" in client.get("/pages/about/").content.decode()
    page = client.get("/uk/pages/about/").content.decode()
    assert "<h1>Про нас</h1><p>Ми</p>" in page
    assert '<html lang="uk">' in page


def test_an_unpublished_page_is_not_there(client):
    Page.objects.create(slug="about", title="About", body="We", is_published=False)
    assert client.get("/pages/about/").status_code == 404


def test_every_page_names_itself_in_all_languages(client):
    page = client.get("/ro/contact/").content.decode()
    for code, path in (("en", "/contact/"), ("uk", "/uk/contact/"), ("ru", "/ru/contact/"), ("ro", "/ro/contact/")):
        assert f'<link rel="alternate" hreflang="{code}" href="http://localhost:8000{path}">' in page
    assert '<link rel="canonical" href="http://localhost:8000/ro/contact/">' in page


def test_a_page_carries_no_script_and_no_style_of_its_own(client):
    page = client.get(reverse("catalogue:detail", args=[(tea := make.product()).slug, tea.pk])).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('<script type="application/ld+json"')


def test_own_colours_come_as_a_stylesheet_with_their_version(client):
    assert "theme.css" not in client.get("/contact/").content.decode()
    Shop(name="Kettle Road", accent="#7a1f4b").save()
    assert 'href="/theme.css?7a1f4bf8f4ec"' in client.get("/contact/").content.decode()
    response = client.get("/theme.css")
    assert "--accent:#7a1f4b" in response.content.decode()
    assert "immutable" in response["Cache-Control"]


def test_the_icon_has_the_shops_letter_and_colour(client):
    Shop(name="“kettle” Road", accent="#7a1f4b").save()
    icon = client.get("/favicon.svg").content.decode()
    assert ">K</text>" in icon
    assert "#7a1f4b" in icon


def test_crawlers_are_told_what_to_leave_alone_and_where_the_map_is(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /checkout/thank-you/" in text
    assert "Disallow: /uk/checkout/thank-you/" in text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text


def test_the_map_leads_to_every_product_category_and_page_in_every_language(client):
    tea = make.product(in_category=make.category("Tea"))
    make.product(is_public=False)
    Page.objects.create(slug="about", title="About", body="We")
    files = client.get("/sitemap.xml").content.decode()
    for name in ("products", "categories", "pages"):
        assert f"http://localhost:8000/sitemap-{name}.xml" in files
    products = client.get("/sitemap-products.xml").content.decode()
    path = reverse("catalogue:detail", args=[tea.slug, tea.pk])
    assert f"<loc>http://localhost:8000{path}</loc>" in products
    assert f'hreflang="uk" href="http://localhost:8000/uk{path}"' in products
    assert products.count("<loc>") == 4
    assert "/pages/about/" in client.get("/sitemap-pages.xml").content.decode()
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_what_is_not_there_is_told_in_the_shoppers_language_and_the_shops_clothes(client):
    Shop(name="Kettle Road").save()
    response = client.get("/uk/nothing/")
    assert response.status_code == 404
    assert '<html lang="uk">' in response.content.decode()
    assert "Kettle Road" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_words():
    response = Client(enforce_csrf_checks=True).post("/contact/", {})
    assert response.status_code == 403
    assert "load the page anew" in response.content.decode()


def test_a_foreign_host_is_refused_with_words(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


@override_settings(DEBUG=False)
def test_a_break_is_told_without_the_database(monkeypatch):
    from shop.content import identity

    def broken(*_args, **_kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(identity, "shop", broken)
    monkeypatch.setattr(identity, "menu", broken)
    response = Client(raise_request_exception=False).get("/ro/contact/")
    assert response.status_code == 500
    assert '<html lang="ro">' in response.content.decode()


def test_the_style_guide_shows_every_component(client):
    assert client.get("/styleguide/").status_code == 200
