"""What is the same on every page is built once, and anew when it changes."""

import pytest
from django.utils.translation import override

from shop.content import identity, kept
from shop.content.models import Page, Shop
from tests import make

pytestmark = pytest.mark.django_db


def test_a_value_is_built_once_for_each_language():
    built = []
    for language in ("en", "uk", "en", "uk"):
        with override(language):
            kept.kept("words", lambda: built.append(1))
    assert len(built) == 2


def test_another_stamp_builds_anew():
    assert kept.kept("cards", lambda: 1, stamp="monday") == 1
    assert kept.kept("cards", lambda: 2, stamp="monday") == 1
    assert kept.kept("cards", lambda: 3, stamp="tuesday") == 3


def test_a_saved_shop_is_seen_at_once():
    assert identity.shop().name == "Encore"
    Shop(name="Teapot Lane").save()
    assert identity.shop().name == "Teapot Lane"


def test_another_process_sees_a_change_when_it_looks_at_the_version_again(monkeypatch):
    kept.start_over()
    assert identity.shop().name == "Encore"
    Shop.objects.bulk_create([Shop(pk=1, name="Teapot Lane")])  # sends no signal: as if another process had saved it
    assert identity.shop().name == "Encore"
    kept.cache.set(kept.VERSION, 1)
    monkeypatch.setattr(kept, "GLANCE", 0)
    assert identity.shop().name == "Teapot Lane"


def test_without_a_cache_server_the_page_is_still_right_after_half_a_minute(monkeypatch):
    monkeypatch.setattr(kept.cache, "get", lambda *_: None)
    monkeypatch.setattr(kept, "GLANCE", 0)
    assert identity.shop().name == "Encore"
    Shop.objects.bulk_create([Shop(pk=1, name="Teapot Lane")])
    assert identity.shop().name == "Encore"
    monkeypatch.setattr(kept, "PATIENCE", 0)
    assert identity.shop().name == "Teapot Lane"


def test_the_menu_has_public_categories_with_their_children_and_costs_nothing_the_second_time(django_assert_num_queries):
    tea = make.category("Tea")
    make.category("Black tea", tea)
    hidden = make.category("Staff only")
    hidden.is_public = False
    hidden.save()
    [item] = identity.menu()
    assert (item.name, [child.name for child in item.children]) == ("Tea", ["Black tea"])
    assert item.url == tea.get_absolute_url()
    with django_assert_num_queries(0):
        identity.menu()


def test_the_trail_leads_from_the_root_to_the_category():
    tea = make.category("Tea")
    black = make.category("Black tea", tea)
    assert [step.name for step in identity.trail(black.pk)] == ["Tea", "Black tea"]
    assert identity.trail(0) == []


def test_pages_stand_where_the_merchant_put_them():
    Page.objects.create(slug="about", title="About", body="<p>We.</p>", place="shop")
    Page.objects.create(slug="terms", title="Terms", body="<p>So.</p>", place="legal", is_published=False)
    assert [page.title for page in identity.pages("shop")] == ["About"]
    assert identity.pages("legal") == []
