"""Tables that leave as CSV: streamed, in the form that spreadsheets of Belgian offices open."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# a spreadsheet takes a cell that begins so for a formula, and runs it
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # tells a spreadsheet that this is UTF-8


class _Line:
    """What `csv` writes to; gives the line back."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: Any) -> str:
    """The text of a cell; an apostrophe before it, when a spreadsheet would run it."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a file, one by one; semicolons, because the comma is the decimal sign here."""
    writer = csv.writer(_Line(), delimiter=";")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_download(rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    """An answer that the browser saves under a name, written while the rows are read."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
