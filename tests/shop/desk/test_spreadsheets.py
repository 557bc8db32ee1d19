"""CSV files for spreadsheets."""

from datetime import date
from decimal import Decimal

import pytest

from shop.desk import spreadsheets


def test_a_list_is_a_download_that_a_spreadsheet_reads():
    answer = spreadsheets.answer(
        "tea", ["name", "price", "since"], [["Ceai, „verde”", Decimal("-1.50"), date(2026, 1, 2)], [None]]
    )
    assert answer["Content-Disposition"] == 'attachment; filename="tea.csv"'
    assert answer.getvalue().decode() == '\ufeffname,price,since\r\n"Ceai, „verde”",-1.50,2026-01-02\r\n""\r\n'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", " =1", "\t=1", "\r=1", "＝1"])
def test_no_text_is_a_formula(text):
    assert spreadsheets.safe(text) == f"'{text}"
