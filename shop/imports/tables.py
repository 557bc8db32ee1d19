"""Text with separators, as rows that know their line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shop.imports.report import CannotImport, Report

SEPARATORS = ",;\t|"
LONGEST_CELL = 1_000_000
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)


@dataclass
class Row:
    """One row by lower-case column names; absent and empty cells are both ''."""

    line: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        return _("line %(line)s") % {"line": self.line}

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class Table:
    columns: list[str]
    rows: list[Row]

    def has(self, *columns: str) -> bool:
        return set(columns) <= set(self.columns)


def table_of(text: str, report: Report) -> Table:
    """The rows of the text. A row with too many cells is an error in the report; raises CannotImport for a broken file."""
    text, separator, skipped = _separator_of(text)
    rows = _lines(text, separator, skipped)
    _line, header = next(rows, (0, []))
    columns = [column_name(name) for name in header]
    _check_header(columns, header)
    found = []
    for line, cells in rows:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            text = _(
                "has %(cells)s cells, but there are %(columns)s columns."
                " A text with the separator in it needs quotation marks around it."
            )
            report.error(_("line %(line)s") % {"line": line}, text % {"cells": len(cells), "columns": len(columns)})
            continue
        found.append(Row(line, {name: _cell(cell) for name, cell in zip(columns, cells, strict=False) if name}))
    return Table(columns, found)


def column_name(text: str) -> str:
    """A column's name as it is compared: lower case, single blanks."""
    return " ".join(text.replace("\ufeff", "").replace("\xa0", " ").split()).casefold()


def _cell(text: str) -> str:
    """The cell without blanks around it and without the apostrophe that spreadsheets put before ids and formulas."""
    text = text.strip()
    if text.startswith("'") and (text[1:2].isdigit() or text[1:2] in tuple("=+-@")):
        return text[1:]
    return text


def _check_header(columns: list[str], header: list[str]) -> None:
    if not any(columns):
        raise CannotImport(_("The file is empty."))
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        shown = ", ".join(f"“{header[columns.index(name)].strip()}”" for name in twice)
        text = _("The header names a column twice: %(names)s. Rename or remove one of the two.")
        raise CannotImport(text % {"names": shown})


def _separator_of(text: str) -> tuple[str, str, int]:
    """The text, its separator, and how many lines before the header were taken away (Excel's `sep=;`)."""
    named = _SEPARATOR_LINE.match(text)
    if named:
        return text[named.end() :], named[1], 1
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return text, max(SEPARATORS, key=header.count), 0


def _lines(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; blank ones are left out."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CannotImport(_broken(line, str(error))) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _broken(line: int, reason: str) -> str:
    if "field larger" in reason:
        text = _("Line %(line)s has a cell of more than %(most)s characters. A quotation mark may be missing before it ends.")
        return text % {"line": line, "most": f"{LONGEST_CELL:,}"}
    text = _(
        "The row that begins on line %(line)s has a quotation mark that is not closed, or text after a closed one (%(why)s)."
    )
    return text % {"line": line, "why": reason}
