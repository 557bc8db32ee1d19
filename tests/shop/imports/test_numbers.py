from decimal import Decimal

import pytest

from shop.imports import numbers
from shop.imports.report import BadRow


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), ("12.5", "12.5"), ("12,5", "12.5"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"), ("1\u00a0234,56", "1234.56"), ("1\u202f234.5", "1234.5"), ("1'234.50", "1234.50"),
        ("12.345.678", "12345678"), ("1,234,567.8", "1234567.8"), ("€ 9,90", "9.90"), ("9.90 €", "9.90"), ("£3", "3"),
        ("EUR 4.20", "4.20"), ("120 грн", "120"), ("45,5 lei", "45.5"), ("'7.00", "7.00"), ("0,500", "0.5"), (".5", "0.5"),
        ("-3", "-3"), ("(4.00)", "-4"), ("−2,5", "-2.5"), ("5.", "5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert numbers.number(text, "It") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["abc", "1.2.3", "1,23,4", "12..5", "NaN", "Infinity", "1e5", "0x10", "١٢", "--3", "1-2", "12 or 13"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadRow, match="is not a number"):
        numbers.number(text, "It")


def test_a_thousand_or_a_little_more_than_one_is_not_guessed() -> None:
    with pytest.raises(numbers.Ambiguous, match="1234"):
        numbers.number("1.234", "The price")
    assert numbers.number("1.234", "The price", ",") == 1234
    assert numbers.number("1.234", "The price", ".") == Decimal("1.234")


def test_the_file_itself_shows_its_decimal_mark() -> None:
    assert numbers.decimal_mark_of(["1.234", "9,90"]) == ","
    assert numbers.decimal_mark_of(["1,234.00"]) == "."
    assert numbers.decimal_mark_of(["1.234", "5"], default=".") == "."
    assert numbers.decimal_mark_of(["9,90", "9.90"], default=".") == "."


@pytest.mark.parametrize(("text", "why"), [("-1", "below zero"), ("9.999", "decimals"), ("99999999999", "too large")])
def test_amounts_that_are_no_prices_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadRow, match=why):
        numbers.amount(text, "The price", ".")


def test_an_empty_cell_is_no_amount() -> None:
    assert numbers.amount("  ", "The price") is None
    assert numbers.amount("12.5000", "The price", ".") == Decimal("12.50")


def test_half_a_unit_is_refused() -> None:
    assert numbers.units("5.0", "The stock", ".") == 5
    with pytest.raises(BadRow, match="whole"):
        numbers.units("5.5", "The stock")


def test_yes_and_no_in_the_languages_of_the_shop() -> None:
    assert [numbers.yes(text, "It") for text in ("TRUE", "так", "да", "", "FALSE", "ні", "nu", "0")] == [True] * 4 + [False] * 4
    with pytest.raises(BadRow, match="neither yes nor no"):
        numbers.yes("perhaps", "It")
