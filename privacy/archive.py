"""The zip of `privacy.export`, written while it is sent: no file, no copy in memory."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from core.calendar import now
from privacy.export import AT_ONCE, Section, label_of, path_of

T = TypeVar("T")
Entry = tuple[str, Iterable[bytes]]  # a path in the zip, and its bytes piece by piece
ROWS_HERE = "<!-- rows -->"


class Sink:
    """Where a zip is written that nobody can go back in: what was written is taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The bytes of a zip; one that ends early has no table of contents, so nobody takes it for
    complete."""
    sink = Sink()
    moment = timezone.localtime(now()).timetuple()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for path, pieces in entries:
            info = zipfile.ZipInfo(path, moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as target:
                for piece in pieces:
                    target.write(piece)
                    yield sink.take()
    yield sink.take()


def in_language(language: str, steps: Iterator[T]) -> Iterator[T]:
    """Take each step in a language; whoever waits for the next one keeps their own."""
    end = object()
    while True:
        with override(language):
            step: Any = next(steps, end)
        if step is end:
            return
        yield step


def archive(*, about: dict[str, Any], sections: list[Section], language: str) -> Iterator[bytes]:
    """The zip: `index.html` to read, `data.json` to process, and the files.

    `about` says beside the rows what the law asks for; it is the context of the page, and its
    "facts" stand in the data. Both are in one language (nl, fr or en).
    """
    texts: list[tuple[str, Callable[[], Iterator[bytes]]]] = [
        ("index.html", lambda: page(about, sections)),
        ("data.json", lambda: data(about, sections)),
    ]
    written = ((path, in_language(language, make())) for path, make in texts)
    return zipped(chain(written, files(sections)))


def page(about: dict[str, Any], sections: list[Section]) -> Iterator[bytes]:
    """The page to read: the frame, with the rows of one table after the other inside."""
    frame = render_to_string("privacy/export/index.html", {**about, "rows_here": ROWS_HERE})
    before, after = frame.split(ROWS_HERE)
    yield before.encode()
    for section in sections:
        for number, rows in enumerate(batched(section.read(), AT_ONCE)):
            context = {"section": section, "rows": list(_cells(section, rows)), "part": number}
            yield render_to_string("privacy/export/section.html", context).encode()
    yield after.encode()


def _cells(section: Section, rows: Iterable[Any]) -> Iterator[list[dict[str, str]]]:
    for row in rows:
        yield [
            {
                "label": label_of(column),
                "words": section.words(row, column),
                "path": path_of(row, column) or "" if _is_file(column) else "",
            }
            for column in section.columns
        ]


def data(about: dict[str, Any], sections: list[Section]) -> Iterator[bytes]:
    """The same for a machine: {…facts, "tables": [{"model", "fields", "rows"}]}."""
    yield (_json(about["facts"])[:-1] + ', "tables": [').encode()
    between = ""
    for section in sections:
        head = {"model": section.model._meta.label_lower, "fields": _fields(section)}
        yield (between + _json(head)[:-1] + ', "rows": [').encode()
        for number, row in enumerate(section.read()):
            values = {c.name: section.value(row, c) for c in section.columns}
            told = {"number": row.pk if isinstance(row.pk, int) else None, "fields": values}
            yield ((", " if number else "") + _json(told)).encode()
        yield b"]}"
        between = ", "
    yield b"]}"


def _fields(section: Section) -> dict[str, dict[str, str]]:
    return {
        entry.field: {
            "purpose": str(entry.purpose),
            "ground": str(entry.ground.label),
            "access": str(entry.access),
            "retention": str(entry.retention),
        }
        for _label, entry in section.promises
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def files(sections: list[Section]) -> Iterator[Entry]:
    """The pictures and documents of the person."""
    for section in sections:
        for column in filter(_is_file, section.columns):
            for row in section.rows.exclude(**{column.name: ""}).iterator(chunk_size=AT_ONCE):
                path = path_of(row, column)
                if path:
                    yield path, _bytes(getattr(row, column.name))


def _is_file(column: Any) -> bool:
    return isinstance(column, models.FileField)


def _bytes(file: "File[bytes]") -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from opened.chunks()


def batched(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`, as they come."""
    while batch := list(islice(rows, size)):
        yield batch
