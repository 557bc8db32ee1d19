"""The command as a merchant runs it, on real exports and on small files of our own."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from shop.forks.catalogue.models import Category, Product, ProductImage
from shop.forks.partner.models import StockRecord
from shop.imports import catalogue
from shop.search import cards
from tests import make
from tests.shop.imports import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def everything() -> list[object]:
    """What an import may touch, row by row."""
    rows: list[object] = []
    for model in (Product, StockRecord, Category, ProductImage, Product.categories.through, Product.attributes.through):
        rows += [(model.__name__, *values) for values in model.objects.order_by("pk").values_list()]
    return rows


REAL = [
    ("catalog_shopify/apparel.csv", 20, 22),
    ("catalog_shopify/home-and-garden.csv", 20, 21),
    ("catalog_woocommerce/sample_products.csv", 11, 24),
    ("catalog_eshop/catalog.json", 101, 101),
]


@pytest.mark.parametrize(("name", "products", "records"), REAL)
def test_a_real_export_is_imported_once_and_the_second_time_changes_nothing(name: str, products: int, records: int) -> None:
    file = files.shared(name)
    call_command("import_catalogue", file, stdout=io.StringIO())
    assert Product.objects.exclude(structure="child").count() == products
    assert StockRecord.objects.count() == records
    first = everything()
    call_command("import_catalogue", file, stdout=io.StringIO())
    assert everything() == first


@pytest.mark.parametrize("name", [name for name, _products, _records in REAL])
def test_a_dry_run_leaves_no_trace(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = files.shared(name)
    before = everything()
    call_command("import_catalogue", file, dry_run=True)
    assert everything() == before
    assert not list((tmp_path / "media").rglob("*.webp"))
    assert "new products" in capsys.readouterr().out


def test_pictures_beside_the_file_are_taken_by_name() -> None:
    call_command("import_catalogue", files.shared("catalog_eshop/catalog.json"), stdout=io.StringIO())
    boots = Product.objects.get(code="json:1")
    picture = boots.images.get()
    assert picture.renditions["sources"] and picture.original.storage.exists(picture.original.name)
    assert boots.attr.brand.option == "Daybird"
    assert [category.name for category in boots.categories.all()] == ["Footwear"]


def test_what_woocommerce_has_and_we_do_not_sell_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_catalogue", files.shared("catalog_woocommerce/sample_products.csv"))
    printed = capsys.readouterr().out
    for line, why in [("line 10", "download"), ("line 17", "group"), ("line 18", "another website"), ("line 9", "hidden")]:
        assert any(line in row and why in row for row in printed.splitlines())
    beanie = StockRecord.objects.get(partner_sku="cc-beanie")
    assert (beanie.price, beanie.compare_at_price, beanie.num_in_stock) == (18, 20, None)


def test_a_variation_for_any_size_becomes_one_variant_a_size(tmp_path: Path) -> None:
    files.bring_in(
        tmp_path,
        files.woo(
            {"ID": 1, "Type": "variable", "SKU": "tee", "Name": "Tee",
             "Attribute 1 name": "Size", "Attribute 1 value(s)": "S, M, L"},
            {"ID": 2, "Type": "variation", "SKU": "tee-any", "Name": "Tee", "Parent": "id:1", "Regular price": 25, "Stock": 5,
             "Attribute 1 name": "Size"},
        ),
    )  # fmt: skip
    stock = dict(StockRecord.objects.values_list("partner_sku", "num_in_stock"))
    assert stock == {"tee-any-s": 2, "tee-any-m": 2, "tee-any-l": 1}


@pytest.mark.parametrize(
    ("starts", "ends", "price"),
    [("", "", 16), ("2020-01-01", "", 16), ("2020-01-01", "2020-02-01", 18), ("2999-01-01T00:00:00", "", 18)],
)
def test_a_sale_price_holds_on_its_days_only(tmp_path: Path, starts: str, ends: str, price: int) -> None:
    cap = {"ID": 1, "Type": "simple", "SKU": "cap", "Name": "Cap", "Regular price": 18, "Sale price": 16}
    files.bring_in(tmp_path, files.woo({**cap, "Date sale price starts": starts, "Date sale price ends": ends}))
    assert StockRecord.objects.get().price == price


def test_columns_that_nobody_knows_are_named_and_have_no_effect(tmp_path: Path) -> None:
    printed = files.bring_in(tmp_path, "title,price,is_staff,num_allocated,option size\nTea,5,1,99,\n")
    assert "not imported: is_staff, num_allocated." in printed
    assert StockRecord.objects.get().num_allocated == 0


def test_barcodes_that_a_spreadsheet_cut_look_alike_and_are_left_out(tmp_path: Path) -> None:
    rows = [{"sku": name, "title": name, "price": 5, "barcode": "4.82E+12"} for name in "AB"]
    assert "cut by a spreadsheet" in files.bring_in(tmp_path, files.plain(*rows))
    assert Product.objects.filter(upc=None).count() == 2


def test_shopifys_new_layout_updates_what_the_old_one_brought(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.shopify({"Handle": "mug", "Title": "Mug", "Variant SKU": "M1", "Variant Price": "8.50"}))
    new = files.table(
        ["Title", "URL handle", "SKU", "Price", "Compare-at price", "Inventory tracker", "Inventory quantity", "Status"],
        [{"Title": "Big mug", "URL handle": "mug", "SKU": "M1", "Price": "7.50", "Compare-at price": "8.50",
          "Inventory tracker": "shopify", "Inventory quantity": 4, "Status": "Active"}],
    )  # fmt: skip
    printed = files.bring_in(tmp_path, new)
    record = StockRecord.objects.get()
    assert (record.product.title, record.price, record.compare_at_price, record.num_in_stock) == ("Big mug", 7.5, 8.5, 4)
    assert "price 8.50 → 7.50" in printed


def test_variants_are_children_that_buyers_tell_apart(tmp_path: Path) -> None:
    rows = [
        {"Handle": "pot", "Title": "Pot", "Option1 Name": "Size", "Option1 Value": "Small", "Variant Price": 9, "Type": "Ware"},
        {"Handle": "pot", "Option1 Value": "Large", "Variant Price": 15},
    ]
    rows[1]["Option1 Name"] = "Size"
    files.bring_in(tmp_path, files.shopify(*rows))
    pot = Product.objects.get(structure="parent")
    assert sorted(child.attr.size.option for child in pot.children.all()) == ["Large", "Small"]
    assert not pot.stockrecords.exists() and pot.product_class and not pot.children.filter(product_class__isnull=False)


def test_a_variant_that_is_gone_is_hidden_and_comes_back(tmp_path: Path) -> None:
    def variant(size: str) -> dict[str, object]:
        return {"parent": "pot", "title": "Pot", "sku": f"pot-{size}", "price": 9, "option size": size}

    files.bring_in(tmp_path, files.plain(variant("S"), variant("L")))
    files.bring_in(tmp_path, files.plain(variant("S")))
    assert list(
        Product.objects.filter(structure="child", is_public=True).values_list("stockrecords__partner_sku", flat=True)
    ) == ["pot-S"]
    files.bring_in(tmp_path, files.plain(variant("S"), variant("L")))
    assert Product.objects.filter(structure="child", is_public=True).count() == 2


def test_stock_is_never_below_what_orders_have_reserved(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Tea", "price": 5, "stock": 10}))
    StockRecord.objects.update(num_allocated=7)
    printed = files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Tea", "price": 5, "stock": 3}))
    assert StockRecord.objects.values_list("num_in_stock", "num_allocated").get() == (7, 7)
    assert "reserved 7 units" in printed


def test_a_product_that_gets_variants_keeps_its_stock_record(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Tea", "price": 5, "stock": 10, "parent": ""}))
    record = StockRecord.objects.get()
    Product.objects.update(code="plain:tea")
    files.bring_in(
        tmp_path,
        files.plain(
            {"parent": "tea", "sku": "A", "title": "Tea", "price": 5, "stock": 10, "option size": "S"},
            {"parent": "tea", "sku": "B", "title": "Tea", "price": 9, "stock": 4, "option size": "L"},
        ),
    )
    assert StockRecord.objects.get(pk=record.pk).product.structure == "child"


def test_a_sku_of_another_product_is_not_taken_away(tmp_path: Path) -> None:
    cup = make.product("Cup")
    sku = cup.stockrecords.get().partner_sku
    with pytest.raises(CommandError, match="1 errors; nothing was imported"):
        files.bring_in(
            tmp_path, files.plain({"sku": sku, "title": "Thief", "price": 1}, {"sku": "x", "title": "Fine", "price": 1})
        )
    assert cup.stockrecords.get().price == 8.5 and Product.objects.count() == 1
    files.bring_in(
        tmp_path,
        files.plain({"sku": sku, "title": "Thief", "price": 1}, {"sku": "x", "title": "Fine", "price": 1}),
        leave_out_bad=True,
    )
    assert set(Product.objects.values_list("title", flat=True)) == {"Cup", "Fine"}


def test_the_same_products_take_texts_of_a_second_language(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Green tea", "price": 5}))
    files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Зелений чай", "price": 5}), language="uk")
    tea = Product.objects.get()
    assert (tea.title_en, tea.title_uk) == ("Green tea", "Зелений чай")


def test_a_first_import_in_another_language_still_shows_a_title_everywhere(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Зелений чай", "price": 5, "category": "Чай"}), language="uk")
    tea = Product.objects.get()
    assert getattr(tea, f"title_{settings.LANGUAGE_CODE}") == "Зелений чай" and tea.slug == "zelenyi-chai"


def test_staff_may_sort_what_came_without_a_category(tmp_path: Path) -> None:
    text = files.plain({"sku": "A", "title": "Tea", "price": 5})
    files.bring_in(tmp_path, text)
    tea = Product.objects.get()
    assert tea.categories.get().name == "Unsorted"
    tea.categories.set([make.category("Tea")])
    files.bring_in(tmp_path, text)
    assert tea.categories.get().name == "Tea"


def test_pictures_are_told_by_what_is_in_them(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (30, 30), "red").save(folder / "Mug.JPG", "JPEG")
    (folder / "broken.png").write_bytes(b"no picture at all")
    row = {"Handle": "mug", "Title": "Mug", "Variant Price": 8, "Image Src": "https://cdn.example/a/mug_925x.jpg?v=1"}
    more = [
        {"Handle": "mug", "Image Src": f"https://cdn.example/{name}"} for name in ("broken.png", "gone.png", "../../etc/passwd")
    ]
    for _again in range(2):
        printed = files.bring_in(tmp_path, files.shopify(row, *more), pictures=folder)
        assert ProductImage.objects.count() == 1
    assert "broken.png is damaged" in printed and "gone.png, passwd" in printed
    Image.new("RGB", (30, 30), "blue").save(folder / "Mug.JPG", "JPEG")
    files.bring_in(tmp_path, files.shopify(row), pictures=folder)
    assert ProductImage.objects.count() == 1


def test_a_crash_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (30, 30)).save(folder / "mug.png")
    monkeypatch.setattr("shop.imports.writer.Writer._account", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        files.bring_in(
            tmp_path, files.shopify({"Handle": "m", "Title": "M", "Variant Price": 8, "Image Src": "mug.png"}), pictures=folder
        )
    assert not Product.objects.exists() and not list((tmp_path / "media").rglob("*.*"))


def test_queries_do_not_grow_with_the_file(tmp_path: Path, django_assert_max_num_queries: object) -> None:
    rows = [{"sku": f"s{n}", "title": f"Tea {n}", "price": 5, "stock": n, "category": "Tea"} for n in range(200)]
    with django_assert_max_num_queries(45):
        files.bring_in(tmp_path, files.plain(*rows))
    with django_assert_max_num_queries(25):
        files.bring_in(tmp_path, files.plain(*rows))


@pytest.mark.parametrize("many", [0, 2000])
def test_what_came_in_is_found_at_once(
    tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., object], monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(catalogue, "MUCH", many)
    with django_capture_on_commit_callbacks(execute=True):
        files.bring_in(tmp_path, files.plain({"sku": "A", "title": "Smoked pine tea", "price": 5, "category": "Tea"}))
    assert [card.title for card in cards.newest(5, "en")] == ["Smoked pine tea"]
