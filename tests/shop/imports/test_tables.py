import pytest

from shop.imports.report import CannotImport, Report
from shop.imports.tables import table_of


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator(separator: str) -> None:
    text = f'Title{separator}Price\n"Tea{separator} green"{separator}"9,90"\n'
    row = table_of(text, Report()).rows[0]
    assert (row["title"], row["price"]) == (f"Tea{separator} green", "9,90")


def test_rows_know_the_line_they_begin_on() -> None:
    table = table_of('title,price\n"two\nlines",1\n\n\nlast,2\n', Report())
    assert [(row["title"], row.line) for row in table.rows] == [("two\nlines", 2), ("last", 6)]


def test_excel_may_name_the_separator() -> None:
    table = table_of("sep=;\r\ntitle;price\r\nTea;1,5\r\n", Report())
    assert (table.rows[0]["price"], table.rows[0].line) == ("1,5", 3)


def test_leading_apostrophes_of_spreadsheets_go() -> None:
    row = table_of("title,sku,barcode\n'tis tea,'00123,'=5\n", Report()).rows[0]
    assert (row["title"], row["sku"], row["barcode"]) == ("'tis tea", "00123", "=5")


def test_a_row_with_too_many_cells_is_an_error_with_its_line() -> None:
    report = Report()
    table = table_of("title,price\nTea, green,9\nCup,3\n", report)
    assert [row["title"] for row in table.rows] == ["Cup"]
    assert "line 2" in str(report.errors[0]) and "quotation marks" in str(report.errors[0])


def test_a_short_row_ends_in_empty_cells() -> None:
    assert table_of("title,price,stock\nTea,9\n", Report()).rows[0]["stock"] == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('title,price\n"Tea,9\nCup,3\n', "line 2"),
        ("title,Price,price\nTea,1,2\n", "twice"),
        (" \n", "empty"),
    ],
)
def test_broken_files_are_refused(text: str, why: str) -> None:
    with pytest.raises(CannotImport, match=why):
        table_of(text, Report())
