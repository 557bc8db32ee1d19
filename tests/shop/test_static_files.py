"""The stylesheet of production is one small file that still means the same."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from shop import static_files


def test_imports_are_put_in_their_place_with_their_layers():
    parts = {
        "css/a.css": '@layer x; @import url("b/c.css") layer(x); p { color: red }',
        "css/b/c.css": 'b { mask: url("../../img/s.svg") }',
    }
    assert (
        static_files.in_one("css/a.css", parts.__getitem__)
        == '@layer x; @layer x { b { mask: url("../img/s.svg") } } p { color: red }'
    )


def test_minifying_keeps_what_blanks_mean():
    css = "a > b,\n c {\n  inset: 0  auto;\n  width: calc(1px + 2px); }\n\n/* x */"
    assert static_files.minified(static_files._COMMENT.sub("", css)) == "a > b,c{inset: 0 auto;width: calc(1px + 2px);}"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "shop.static_files.ShopStaticFiles"},
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0, ignore=["admin", "unfold", "oscar", "allauth"])
    return root


def _named(root: Path, name: str) -> Path:
    return root / json.loads((root / "staticfiles.json").read_text())["paths"][name]


def test_the_collected_stylesheet_imports_nothing_and_finds_its_pictures(collected):
    css = _named(collected, "css/shop.css").read_text()
    assert "@import" not in css
    assert "@layer components{" in css
    assert _named(collected, "img/star.svg").name in css


def test_collecting_twice_gives_the_same_name(collected, settings):
    before = _named(collected, "css/shop.css").name
    settings.STATIC_ROOT = collected
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "shop.static_files.ShopStaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore=["admin", "unfold", "oscar", "allauth"])
    assert _named(collected, "css/shop.css").name == before


def test_scripts_name_each_other_by_their_new_names(collected):
    script = _named(collected, "js/shop.js").read_text()
    assert _named(collected, "js/dialog.js").name in script
    assert _named(collected, "js/product.js").name in script


def test_all_css_and_js_of_a_page_stay_below_forty_kilobytes(collected):
    names = ["css/shop.css", "django_htmx/htmx-2.min.js", *(f"js/{path.name}" for path in Path("static/js").glob("*.js"))]
    total = sum(len(gzip.compress(_named(collected, name).read_bytes(), 9)) for name in names)
    assert total <= 40 * 1024, total
