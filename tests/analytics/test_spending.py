from datetime import date

import pytest

from analytics import spending

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 10)


@pytest.mark.parametrize(("line", "said"), [
    ("2026-13-01,ads,5", "is no day"), ("2026-05-11,ads,5", "still to come"), ("2026-05-01,radio,5", "is no channel"),
    ("2026-05-01,ads,-5", "below zero"), ("2026-05-01,ads,", "missing"), ("2026-05-01,ads,x", "not a number"),
    ("1066-05-01,ads,5", "too long ago"), ("2026-05-01,ads,5.123", ""), ("2026-05-01,ads,1e99", ""),
])  # fmt: skip
def test_a_line_that_cannot_be_meant_is_an_error_with_its_place(line, said):
    seen = spending.look(f"day,channel,amount\n{line}\n".encode(), TODAY)
    assert [place for place, _text in seen.errors] == ["line 2"]
    assert said in seen.errors[0][1]


@pytest.mark.parametrize("data", [b"", b"\0", b"day,amount\n", b"a;b\n1;2\n", b"\xff\xfe\x00", b"day,day,channel,amount\n"])
def test_a_file_that_is_something_else_is_refused(data):
    assert spending.look(data, TODAY).errors


def test_other_currencies_are_refused():
    seen = spending.look(b"day,channel,amount,currency\n2026-05-01,ads,5,USD\n", TODAY)
    assert "EUR" in seen.errors[0][1]


def test_commas_and_semicolons_are_understood():
    seen = spending.look(b"Datum;Channel;Cost\n01.05.2026;ads;1.234,50\n", TODAY)
    assert str(seen.total) == "1234.50"
