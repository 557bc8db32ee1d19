import pytest

from shop.imports import encodings
from shop.imports.report import CannotImport

RUSSIAN = "title,price\nЧай чёрный «Ассам» с молоком,9.90\n"
UKRAINIAN = "title,price\nЗелений чай із м’ятою та їжею ґав,9.90\n"
ROMANIAN = "title,price\nCeai negru cu şofran şi ţuică,9.90\n"
FRENCH = "title,price\nThé à la crème brûlée d'été,9.90\nGrün\xadtee,3\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"), (RUSSIAN, "utf-8-sig"), (RUSSIAN, "cp1251"), (UKRAINIAN, "cp1251"), (ROMANIAN, "cp1250"),
        (FRENCH, "cp1252"), (FRENCH, "utf-8"), (RUSSIAN, "utf-16"), (FRENCH, "utf-16-le"), (FRENCH, "utf-16-be"),
        (RUSSIAN, "utf-32"),
    ],
)  # fmt: skip
def test_the_encoding_is_recognised(text: str, encoding: str) -> None:
    assert encodings.text_of(text.encode(encoding)) == text


def test_an_encoding_may_be_named() -> None:
    assert encodings.text_of(RUSSIAN.encode("koi8-r", "replace"), "koi8-r").startswith("title,price\nЧай")
    with pytest.raises(CannotImport, match="no encoding"):
        encodings.text_of(b"x", "klingon")


def test_a_wrong_encoding_names_the_line() -> None:
    with pytest.raises(CannotImport, match="line 2"):
        encodings.text_of(RUSSIAN.encode("cp1251"), "utf-8")


@pytest.mark.parametrize("data", [b"PK\x03\x04...", b"%PDF-1.4", b"\x89PNG\r\n", b"\x1f\x8b\x08", b"title,price\nx\0y,1\n"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(CannotImport):
        encodings.text_of(data)
