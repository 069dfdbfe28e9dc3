"""What stands in the file of a table, row by row: the bytes of xlsx and csv become text or values.

Values only: a formula counts for the result that the spreadsheet program stored with it.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from core.errors import Refused

MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_COLUMNS = 100
DELIMITERS = ";,\t|"

# what é, ë and their kin become in UTF-8; side by side in Windows-1252 these make no word
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]")


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


def sheet_rows(data: bytes, filename: str) -> Iterator[list[Any]]:
    """The rows of the first sheet, blank ones as no cells. Raises TableError for another file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # zipfile never unpacks more than these sizes say
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise too_large(_("too much in it when unpacked"))
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
        raise not_a_table(filename) from error


def csv_rows(data: bytes) -> Iterator[list[str]]:
    """The rows of a csv file in one of the usual encodings and delimiters. Raises TableError."""
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


def too_large(what: str, **limits: int) -> TableError:
    """What to raise for a file with more than fits."""
    return TableError(_("The file is too large: %(what)s.") % {"what": what % limits})


def not_a_table(filename: str) -> TableError:
    """What to raise for a file of another kind."""
    message = _("%(name)s is not a table that can be read. Save it as xlsx or csv.")
    return TableError(message % {"name": filename or _("This file")})
