"""Tables that people make in a spreadsheet: xlsx and csv, in the shapes Belgian offices produce.

Whatever is wrong with a file is said with the row and column that the spreadsheet program shows. A
title above the table is no header: a row of one cell with a wider row under it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.encryption import fold
from core.table_files import (
    MAX_COLUMNS,
    TableError,
    csv_rows,
    not_a_table,
    sheet_rows,
    too_large,
)

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_CELL_CHARACTERS = 5_000
MAX_ROWS_WITH_BLANKS = 100_000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")

Cells = list[str]


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet (the header is row 1) and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The columns in their order, the rows that are not blank, and the row of the header."""

    header: list[str]
    rows: list[Row]
    header_row: int = 1


def read_table(data: bytes, filename: str) -> Table:
    """Read an xlsx or csv file; which of them it is follows from its content.

    Text is stripped and in Unicode's composed form. Raises TableError when the file is empty, too
    large, not decodable, or has a row that does not fit the header.
    """
    if len(data) > MAX_BYTES:
        raise too_large(_("more than %(size)s MB"), size=MAX_BYTES // 1024**2)
    if data.startswith(b"PK\x03\x04"):
        return _table(sheet_rows(data, filename), ragged=True)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise not_a_table(filename)
    return _table(csv_rows(data), ragged=False)


def map_header(
    table: Table, synonyms: Mapping[str, Sequence[str]], required: Collection[str]
) -> Table:
    """The same table with our names for its columns; columns we have no name for are left out.

    `synonyms` gives per name the headers that mean it, the usual one first (the name itself always
    does); capitals and accents do not count. Raises TableError for a required name without, or two.
    """
    known = {fold(word): name for name, words in synonyms.items() for word in (name, *words)}
    titles: dict[str, str] = {}
    for title in table.header:
        name = known.get(fold(title))
        if name in titles:
            raise TableError(_("there are two columns for this."), table.header_row, title)
        if name:
            titles[name] = title
    for name in required:
        if name not in titles:
            wanted = list(synonyms.get(name) or [name])
            message = _("this column is missing. Its header can be: %(names)s.")
            raise TableError(message % {"names": ", ".join(wanted)}, table.header_row, wanted[0])
    rows = [
        Row(row.number, {name: row.cells[title] for name, title in titles.items()})
        for row in table.rows
    ]
    return Table(list(titles), rows, table.header_row)


def _table(raw: Iterator[Cells], *, ragged: bool) -> Table:
    header, first = _header(_clean(next(raw, []), row=1)), 1
    rows: list[Row] = []
    for number, cells in enumerate(raw, start=2):
        if number > MAX_ROWS_WITH_BLANKS:
            raise too_large(_("more than %(rows)s rows, blank ones included"), rows=number - 1)
        cells = _clean(cells, row=number, header=header)
        if cells and not rows and _filled(header) == 1 < _filled(cells):
            header, first = _header(cells, number), number
        elif cells:
            rows.append(_row(number, cells, header, ragged=ragged))
        if len(rows) > MAX_ROWS:
            raise too_large(_("more than %(rows)s rows"), rows=MAX_ROWS)
    return Table([title for title in header if title], rows, first)


def _filled(cells: Cells) -> int:
    return sum(map(bool, cells))


def _row(number: int, cells: Cells, header: Cells, *, ragged: bool) -> Row:
    width = len(header)
    if len(cells) > width or (len(cells) < width and not ragged):
        message = _("wrong number of cells: %(found)s instead of %(wanted)s.")
        column = _column(min(len(cells), width), header)
        numbers = {"found": len(cells), "wanted": width}
        raise TableError(message % numbers, row=number, column=column)
    pairs = list(zip_longest(header, cells, fillvalue=""))
    for position, (title, text) in enumerate(pairs):
        if text and not title:
            message = _("there is text here, but the column has no header.")
            raise TableError(message, row=number, column=_column(position, header))
    return Row(number, {title: text for title, text in pairs if title})


def _header(cells: Cells, row: int = 1) -> Cells:
    if not cells:
        raise TableError(_("The file is empty, or its first row is."))
    if len(cells) > MAX_COLUMNS:
        raise too_large(_("more than %(columns)s columns"), columns=MAX_COLUMNS)
    for title in cells:
        if title and cells.count(title) > 1:
            raise TableError(_("this header stands there twice."), row, title)
    return cells


def _clean(cells: Iterable[Any], *, row: int, header: Cells | None = None) -> Cells:
    """The cells as composed, stripped text; a blank row gives none, blank cells at the end go.

    In csv a row keeps as many cells as its header has, for there a missing cell is a mistake.
    """
    texts = [unicodedata.normalize("NFC", _text(cell)).strip() for cell in cells]
    for position, text in enumerate(texts):
        if _CONTROL.search(text):
            message = _("this is not readable text. Save the file as xlsx, or as csv in UTF-8.")
            raise TableError(message, row=row, column=_column(position, header or []))
        if len(text) > MAX_CELL_CHARACTERS:
            message = _("more than %(count)s characters.") % {"count": MAX_CELL_CHARACTERS}
            raise TableError(message, row=row, column=_column(position, header or []))
    if not any(texts):
        return []
    while len(texts) > len(header or []) and not texts[-1]:
        texts.pop()
    return texts


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date() if not (value.hour or value.minute or value.second) else value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # 9000.0 is the postcode 9000
    return "" if value is None else str(value)


def _column(position: int, header: Cells) -> str:
    """A column as people find it: its header, and its letter when it has none."""
    named = header[position] if position < len(header) else ""
    return named or get_column_letter(position + 1)
