"""Some sixty files that something is wrong with: each gets a clear answer, none a traceback, and none changes anything."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError

from shop.forks.catalogue.models import Category, Product
from shop.forks.partner.models import StockRecord
from tests.shop.imports import files

pytestmark = pytest.mark.django_db

TEA = {"sku": "A", "title": "Tea", "price": "9.90"}
MUG = {"Handle": "mug", "Title": "Mug", "Variant SKU": "M", "Variant Price": "8"}
CAP = {"ID": 1, "Type": "simple", "SKU": "cap", "Name": "Cap", "Regular price": "16"}
ENTRY = {"Id": 1, "Name": "Boots", "Price": 109.99}


def plain(**cells: object) -> str:
    return files.plain({**TEA, **cells})


def shopify(**cells: object) -> str:
    return files.shopify({**MUG, **{name.replace("_", " "): value for name, value in cells.items()}})


def woo(**cells: object) -> str:
    return files.woo({**CAP, **{name.replace("_", " "): value for name, value in cells.items()}})


def listing(**values: object) -> str:
    return json.dumps([{**ENTRY, **values}])


REFUSED: dict[str, tuple[str | bytes, str]] = {
    # the file as a whole
    "nothing": ("", "empty"),
    "blanks": ("\n \n\n", "empty"),
    "byte order mark only": (b"\xef\xbb\xbf", "empty"),
    "header only": (files.plain(), "no products"),
    "spreadsheet": (b"PK\x03\x04rest", "save it as CSV"),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0rest", "save it as CSV"),
    "picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "compressed": (b"\x1f\x8b\x08rest", "compressed"),
    "zero bytes": (plain().encode() + b"\0", "zero bytes"),
    "random bytes": (bytes(range(128, 256)) * 20, "columns are|cannot be read|zero bytes"),
    "web page": ("<!doctype html><html><body>Not found</body></html>", "neither"),
    "other columns": ("colour,weight\nred,3\n", "neither"),
    "orders": ("Name,Email,Financial Status,Lineitem name\n#1,a@example.com,paid,Mug\n", "export of orders"),
    "customers": ("First Name,Accepts Email Marketing,Total Orders\nAna,yes,3\n", "export of customers"),
    "column twice": ("title,price,Price\nTea,1,2\n", "twice"),
    "open quotation mark": ('title,price\n"Tea,1\nCup,2\n', "quotation mark"),
    "text after a quotation mark": ('title,price\n"Te"a,1\n', "quotation mark"),
    "one huge cell": ("title,price\n" + "x" * 1_100_000 + ",1\n", "more than 1,000,000"),
    "separator inside a text": ("title,price\nTea, green,9\n", "1 errors"),
    # the same thing twice
    "sku twice": (files.plain(TEA, {**TEA, "title": "Other"}), "1 errors"),
    "title twice without sku": (files.plain({"title": "Tea", "price": 1}, {"title": "Tea", "price": 2}), "1 errors"),
    "barcode twice": (files.plain({**TEA, "barcode": "123"}, {**TEA, "sku": "B", "barcode": "123"}), "1 errors"),
    "choice twice": (files.plain(*[{**TEA, "sku": n, "parent": "t", "option size": "S"} for n in "AB"]), "1 errors"),
    "variant without a choice": (plain(parent="t"), "1 errors"),
    "variant twice at shopify": (files.shopify(MUG, {**MUG, "Title": "", "Variant SKU": "N"}), "1 errors"),
    "sku twice at woocommerce": (files.woo(CAP, {**CAP, "ID": 2}), "[12] errors"),
    # prices
    "no price": (plain(price=""), "1 errors"),
    "price in words": (plain(price="nine"), "1 errors"),
    "price below zero": (plain(price="-1"), "1 errors"),
    "price nan": (plain(price="NaN"), "1 errors"),
    "price infinite": (plain(price="Infinity"), "1 errors"),
    "price with exponent": (plain(price="1e9"), "1 errors"),
    "price of thirty digits": (plain(price="9" * 30), "1 errors"),
    "price of three decimals": (plain(price="1.2345"), "1 errors"),
    "price that may be two things": (plain(price="1.234"), "1 errors"),
    "price in other digits": (plain(price="٩"), "1 errors"),
    "two prices in one cell": (plain(price="9.90 / 8.90"), "1 errors"),
    "old price in words": (plain(**{"old price": "more"}), "1 errors"),
    "cost below zero": (plain(cost="-3"), "1 errors"),
    "shopify without a price": (shopify(Variant_Price=""), "1 errors"),
    "woocommerce without a price": (woo(Regular_price=""), "1 errors"),
    # stock
    "half a unit": (plain(stock="2.5"), "1 errors"),
    "stock in words": (plain(stock="plenty"), "1 errors"),
    "stock beyond all shelves": (plain(stock="99999999999"), "1 errors"),
    "shopify's stock in words": (shopify(Variant_Inventory_Qty="many"), "1 errors"),
    "woocommerce's stock in words": (woo(Stock="many"), "1 errors"),
    "sale on no day": (woo(Sale_price="9", Date_sale_price_ends="soon"), "1 errors"),
    "weight in words": (woo(**{"Weight (kg)": "heavy"}), "1 errors"),
    "weight beyond all scales": (shopify(Variant_Grams="9" * 12), "1 errors"),
    "weight of four hundred digits": (woo(**{"Weight (kg)": "9" * 400}), "1 errors"),
    "a variation of a million choices": (
        files.woo(
            {
                **CAP,
                "Type": "variable",
                **{f"Attribute {n} name": f"a{n}" for n in (1, 2)},
                **{f"Attribute {n} value(s)": ",".join(map(str, range(1000))) for n in (1, 2)},
            },
            {
                **CAP,
                "ID": 2,
                "SKU": "v",
                "Type": "variation",
                "Parent": "cap",
                "Attribute 1 name": "a1",
                "Attribute 2 name": "a2",
            },
        ),
        "1 errors",
    ),
    # texts
    "category of a hundred levels": (plain(category=" > ".join(map(str, range(100)))), "1 errors"),
    "no title": (plain(title=""), "1 errors"),
    "title of markup only": (plain(title="<b></b>"), "1 errors"),
    "title of 300 letters": (plain(title="x" * 300), "1 errors"),
    "sku of 200 letters": (plain(sku="x" * 200), "[12] errors"),
    "handle missing": (shopify(Handle=""), "1 errors"),
    "shopify without a title": (shopify(Title=""), "1 errors"),
    "neither yes nor no": (shopify(Published="perhaps"), "1 errors"),
    "variation without its parent": (woo(Type="variation", Parent="ghost"), "1 errors"),
    "variable product without variations": (woo(Type="variable"), "1 errors"),
    "woocommerce without sku and id": (woo(SKU="", ID=""), "1 errors"),
    # JSON
    "broken json": ("[{", "broken on line 1"),
    "deep json": ("[" * 100_000, "nested too deeply|broken"),
    "json of the wrong shape": ('{"a": 1}', "list of products"),
    "json without products": ("[]", "no products"),
    "json of numbers": ("[1, 2]", "2 errors"),
    "json with nan": ('[{"Id": 1, "Name": "x", "Price": NaN}]', "NaN"),
    "json with an object for a name": (listing(Name={"a": 1}), "1 errors"),
    "json without an id": (listing(Id=None), "1 errors"),
    "json with a price of words": (listing(Price="cheap"), "1 errors"),
    "json number of ten thousand digits": (
        '[{"Id": 1, "Name": "x", "Price": ' + "9" * 10_000 + "}]",
        "cannot be read|1 errors",
    ),
    "json with an id twice": (json.dumps([ENTRY, ENTRY]), "[12] errors"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_in_words_and_changes_nothing(case: str, tmp_path: Path) -> None:
    content, why = REFUSED[case]
    with pytest.raises(CommandError, match=why):
        files.bring_in(tmp_path, content)
    assert not Product.objects.exists() and not StockRecord.objects.exists() and not Category.objects.exists()


TAKEN: dict[str, tuple[str | bytes, str]] = {
    "semicolons and commas": (files.plain({**TEA, "price": "9,90"}, separator=";"), "new products: 1"),
    "tabs in utf-16": (files.plain(TEA, separator="\t").encode("utf-16"), "new products: 1"),
    "russian code page": (plain(title="Чай чёрный").encode("cp1251"), "new: Чай чёрный"),
    "line ends of windows": (plain().replace("\n", "\r\n"), "new products: 1"),
    "line ends of old macs": (plain(description="two words").replace("\n", "\r"), "new products: 1"),
    "no line end": (plain().rstrip("\n"), "new products: 1"),
    "blank lines and empty rows": (plain() + "\n,,,,\n\n", "new products: 1"),
    "quoted lines": (plain(description="one\ntwo, three"), "new products: 1"),
    "apostrophe before an id": (plain(sku="'00123"), "new products: 1"),
    "formula for a title": (plain(title="=cmd|calc"), "new products: 1"),
    "template for a title": (plain(title="{{ 7|add:7 }} {% load %}"), "new: {{ 7|add:7 }}"),
    "markup in a title": (plain(title="<b>Tea</b><script>x</script>"), "new: Tea"),
    "direction marks": (plain(title="Tea\u202egnp"), "new: Teagnp"),
    "a barcode that excel cut": (plain(barcode="4.00638E+12"), "cut by a spreadsheet"),
    "old price below the price": (plain(**{"old price": "5"}), "is left out"),
    "stock below zero": (plain(stock="-4"), "0 is taken"),
    "gift card": (files.shopify({**MUG, "Gift Card": "true"}, {**MUG, "Handle": "x", "Variant SKU": "x"}), "gift card"),
    "unknown kind at woocommerce": (files.woo({**CAP, "Type": "subscription"}, {**CAP, "ID": 2, "SKU": "b"}), "does not know"),
    "category of nothing": (plain(category=" > > "), "new products: 1"),
    "draft": (shopify(Status="draft"), "new products: 1"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_an_odd_file_is_taken_and_what_was_odd_is_said(case: str, tmp_path: Path) -> None:
    content, what = TAKEN[case]
    assert what in files.bring_in(tmp_path, content)
    assert Product.objects.count() == 1
    assert "Nothing to change" in (again := files.bring_in(tmp_path, content)) or "unchanged products: 1" in again


@pytest.mark.parametrize(
    "options", [{"language": "xx"}, {"currency": "EURO"}, {"encoding": "nope"}, {"pictures": Path("/nowhere")}]
)
def test_an_unknown_option_is_refused_in_words(options: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        files.bring_in(tmp_path, plain(), **options)
    assert not Product.objects.exists()


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        files.call_command("import_catalogue", tmp_path / "ghost.csv")
    with pytest.raises(CommandError, match="cannot be read"):
        files.call_command("import_catalogue", tmp_path)


def test_errors_name_the_line_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        files.call_command(
            "import_catalogue", _written(tmp_path, files.plain({**TEA, "price": 9}, {**TEA, "sku": "B", "price": "1.234"}))
        )
    assert "error · line 3: The price “1.234” could be 1234" in capsys.readouterr().out


def _written(folder: Path, text: str) -> Path:
    path = folder / "file.csv"
    path.write_text(text)
    return path
