"""What was renamed since the last import, in the other shop or here: it is still the same thing."""

from pathlib import Path

import pytest

from shop.forks.catalogue.models import Category, Product
from shop.forks.partner.models import StockRecord
from tests.shop.imports import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def mug(sku: str = "M1", price: int = 8, size: str = "", barcode: str = "") -> dict[str, object]:
    """A row of Shopify's export; the handle names the product for ever."""
    option = {"Option1 Name": "Size", "Option1 Value": size} if size else {}
    return {"Handle": "mug", "Title": "Mug", "Variant SKU": sku, "Variant Price": price, "Variant Barcode": barcode, **option}


def barcodes() -> dict[str, str]:
    """By SKU, of what can be bought."""
    rows = StockRecord.objects.filter(product__is_public=True, product__upc__isnull=False)
    return dict(rows.values_list("partner_sku", "product__upc"))


def test_a_sku_that_changed_in_the_other_shop_keeps_its_stock_record(tmp_path: Path) -> None:
    """A second record would be priced and counted by nobody: the shop sells by the first."""
    files.bring_in(tmp_path, files.shopify(mug()))
    printed = files.bring_in(tmp_path, files.shopify(mug(sku="MUG-1", price=9)))
    record = StockRecord.objects.get()
    assert (record.partner_sku, record.price) == ("MUG-1", 9)
    assert "SKU M1 → MUG-1" in printed
    assert "unchanged products: 1" in files.bring_in(tmp_path, files.shopify(mug(sku="MUG-1", price=9)))


def test_a_sku_that_staff_changed_is_what_the_file_says_again(tmp_path: Path) -> None:
    rows = [mug("S", size="Small"), mug("L", size="Large")]
    files.bring_in(tmp_path, files.shopify(*rows))
    StockRecord.objects.filter(partner_sku="S").update(partner_sku="small-mug")
    files.bring_in(tmp_path, files.shopify(*rows))
    assert set(StockRecord.objects.values_list("partner_sku", "product__is_public")) == {("S", True), ("L", True)}


def test_a_variant_whose_stock_record_staff_deleted_gets_one_again(tmp_path: Path) -> None:
    rows = [mug("S", size="Small"), mug("L", size="Large")]
    files.bring_in(tmp_path, files.shopify(*rows))
    StockRecord.objects.filter(partner_sku="S").delete()
    files.bring_in(tmp_path, files.shopify(*rows))
    assert Product.objects.filter(structure="child", is_public=True).count() == 2


def test_two_names_that_were_exchanged_are_two_things_still(tmp_path: Path) -> None:
    files.bring_in(tmp_path, files.shopify(mug("S", size="Small")))
    StockRecord.objects.update(partner_sku="L")
    files.bring_in(tmp_path, files.shopify(mug("S", size="Small"), mug("L", size="Large")))
    assert set(StockRecord.objects.values_list("partner_sku", flat=True)) == {"S", "L"}


@pytest.mark.parametrize(
    ("before", "after", "sold"),
    [
        ([mug(barcode="111")], [mug("M1", size="S", barcode="111"), mug("M2", size="L")], {"M1": "111"}),
        ([mug("M1", size="S", barcode="111"), mug("M2", size="L")], [mug("M1", barcode="111")], {"M1": "111"}),
        ([mug("M1", size="S", barcode="111")], [mug("M9", size="S", barcode="111")], {"M9": "111"}),
        (
            [mug("M1", size="S", barcode="111"), mug("M2", size="L", barcode="222")],
            [mug("M1", size="S", barcode="222"), mug("M2", size="L", barcode="111")],
            {"M1": "222", "M2": "111"},
        ),
    ],
    ids=["to its first variant", "from a variant", "to a variant of another name", "between two variants"],
)
def test_a_barcode_goes_from_one_row_of_a_product_to_another(
    tmp_path: Path, before: list[dict[str, object]], after: list[dict[str, object]], sold: dict[str, str]
) -> None:
    files.bring_in(tmp_path, files.shopify(*before))
    files.bring_in(tmp_path, files.shopify(*after))
    assert barcodes() == sold
    assert "unchanged products: 1" in files.bring_in(tmp_path, files.shopify(*after))


def test_the_words_of_a_second_language_take_nothing_from_the_first(tmp_path: Path) -> None:
    def pot(title: str, size: str, category: str) -> str:
        return files.plain({"parent": "p", "sku": "A", "title": title, "price": 5, "option size": size, "category": category})

    files.bring_in(tmp_path, pot("Pot", "Small", "Ware"))
    files.bring_in(tmp_path, pot("Горщик", "Малий", "Посуд"), language="uk")
    child = Product.objects.get(structure="child")
    assert (child.parent.title_en, child.parent.title_uk) == ("Pot", "Горщик")
    assert child.attr.size.option_en == "Small"
    assert [one.name for one in child.parent.categories.all()] == ["Ware"] == [one.name for one in Category.objects.all()]
    assert "unchanged products: 1" in files.bring_in(tmp_path, pot("Pot", "Small", "Ware"))
