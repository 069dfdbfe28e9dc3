"""Tables that people make in a spreadsheet: xlsx and csv, in the shapes Belgian offices produce.

Values only: a formula counts for the result that the spreadsheet program stored with it. Whatever
is wrong with a file is said with the row and column that the spreadsheet program shows.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from core.encryption import fold
from core.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL_CHARACTERS = 5_000
MAX_ROWS_WITH_BLANKS = 100_000
DELIMITERS = ";,\t|"

# what é, ë and their kin become in UTF-8; side by side in Windows-1252 these make no word
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")

Cells = list[str]


class TableError(Refused):
    """A table that cannot be read; the message names the place."""

    def __init__(self, message: str, row: int | None = None, column: str | None = None) -> None:
        self.detail, self.row, self.column = message, row, column
        super().__init__(f"{_place(row, column)}{message}")


def _place(row: int | None, column: str | None) -> str:
    if row and column:
        return _("Row %(row)s, column %(column)s: ") % {"row": row, "column": column}
    if row:
        return _("Row %(row)s: ") % {"row": row}
    return _("Column %(column)s: ") % {"column": column} if column else ""


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet (the header is row 1) and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The columns in their order, and the rows that are not blank."""

    header: list[str]
    rows: list[Row]


def read_table(data: bytes, filename: str) -> Table:
    """Read an xlsx or csv file; which of them it is follows from its content.

    Text is stripped and in Unicode's composed form. Raises TableError when the file is empty, too
    large, not decodable, or has a row that does not fit the header.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(_("more than %(size)s MB"), size=MAX_BYTES // 1024**2)
    if data.startswith(b"PK\x03\x04"):
        return _table(_sheet_rows(data, filename), ragged=True)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise _not_a_table(filename)
    return _table(_csv_rows(data), ragged=False)


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
            raise TableError(_("there are two columns for this."), row=1, column=title)
        if name:
            titles[name] = title
    for name in required:
        if name not in titles:
            wanted = list(synonyms.get(name) or [name])
            message = _("this column is missing. Its header can be: %(names)s.")
            raise TableError(message % {"names": ", ".join(wanted)}, row=1, column=wanted[0])
    rows = [
        Row(row.number, {name: row.cells[title] for name, title in titles.items()})
        for row in table.rows
    ]
    return Table(list(titles), rows)


def _table(raw: Iterator[Cells], *, ragged: bool) -> Table:
    header = _header(_clean(next(raw, []), row=1))
    rows: list[Row] = []
    for number, cells in enumerate(raw, start=2):
        if number > MAX_ROWS_WITH_BLANKS:
            raise _too_large(_("more than %(rows)s rows, blank ones included"), rows=number - 1)
        cells = _clean(cells, row=number, header=header)
        if cells:
            rows.append(_row(number, cells, header, ragged=ragged))
        if len(rows) > MAX_ROWS:
            raise _too_large(_("more than %(rows)s rows"), rows=MAX_ROWS)
    return Table([title for title in header if title], rows)


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


def _header(cells: Cells) -> Cells:
    if not cells:
        raise TableError(_("The file is empty, or its first row is."))
    if len(cells) > MAX_COLUMNS:
        raise _too_large(_("more than %(columns)s columns"), columns=MAX_COLUMNS)
    for title in cells:
        if title and cells.count(title) > 1:
            raise TableError(_("this header stands there twice."), row=1, column=title)
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


def _sheet_rows(data: bytes, filename: str) -> Iterator[Cells]:
    """The rows of the first sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # zipfile never unpacks more than these sizes say
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _too_large(_("too much in it when unpacked"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and other things that are no values
            # read-only: row by row; data_only: the stored results, never a formula
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its own size is not to be trusted
        for cells in sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True):
            yield list(cells) if any(cell is not None for cell in cells) else []
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet in a broken file
        raise _not_a_table(filename) from error


def _csv_rows(data: bytes) -> Iterator[Cells]:
    text = _decode(data)
    hint = re.match(r"sep=(.)\r?\n", text)  # Excel's hint, which it does not show as a row
    text = text[hint.end() :] if hint else text
    first_line = re.sub('"[^"]*"', "", text.partition("\n")[0])
    delimiter = hint[1] if hint else max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error as error:
        message = _("a quotation mark is opened and not closed, or stands inside a word.")
        raise TableError(message, row=number + 1) from error


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or Windows-1252; bytes that fit none become U+FFFD.

    A file that is UTF-8 but for a few bytes is not Windows-1252: read so, it would give "Ã©".
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        damaged = data.startswith(b"\xef\xbb\xbf") or _UTF8_LETTER.search(data)
        return data.decode("utf-8-sig" if damaged else "cp1252", errors="replace")


def _too_large(what: str, **limits: int) -> TableError:
    return TableError(_("The file is too large: %(what)s.") % {"what": what % limits})


def _not_a_table(filename: str) -> TableError:
    message = _("%(name)s is not a table that can be read. Save it as xlsx or csv.")
    return TableError(message % {"name": filename or _("This file")})
