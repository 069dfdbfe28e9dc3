"""A template as one file, so that another city takes it over: JSON, its files inside it.

    {"format": "youth-work-ten-points", "format_version": 1, "name": {nl, fr, en},
     "points": [{"number": 1, "title": …, "description": …, "guidance": …, "examples": …,
                 "materials": [{"title": …, "url": "https://…"} or {"title": …, "file": base64}]}]}

Every text has the three languages; the Dutch one is there, the others may be empty. What comes in
is plain text and cleaned files, and everything that is wrong with it is said at once, with its
place. What goes out can always come in: both obey the same limits.
"""

import base64
import binascii
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from core.documents import clean_document
from core.translated import LANGUAGES, Translated
from core.uploads import MAX_BYTES, clean_picture, too_large
from labels.models import POINTS, PlanTemplate, TemplateMaterial

FORMAT, FORMAT_VERSION = "youth-work-ten-points", 1
TITLE_LIMIT, WORDS_LIMIT, URL_LIMIT = 120, 4000, 200
MATERIALS_PER_POINT = 10
# base64 makes four bytes of three: so much fits in one upload, the texts beside it
FILES_LIMIT = 7 * 1024 * 1024
MOST_ERRORS = 20
# text of a point: how long it may be, whether it must be there
TEXTS = {
    "title": (TITLE_LIMIT, True),
    "description": (WORDS_LIMIT, True),
    "guidance": (WORDS_LIMIT, True),
    "examples": (WORDS_LIMIT, False),
}


@dataclass(frozen=True)
class MaterialRead:
    """A link or a cleaned file, with its name."""

    title: Translated
    url: str = ""
    file: "ContentFile[bytes] | None" = None


@dataclass(frozen=True)
class PointRead:
    """One point of a file: its texts by field, and what helps with it."""

    number: int
    texts: dict[str, Translated]
    materials: list[MaterialRead] = field(default_factory=list)


@dataclass(frozen=True)
class TemplateRead:
    """All of a file."""

    name: Translated
    points: list[PointRead]


def write_template(template: PlanTemplate) -> bytes:
    """The file of a template; the same template gives the same bytes."""
    points = template.points.order_by("number").prefetch_related("materials")
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": _languages(template.name),
        "points": [
            {
                "number": point.number,
                **{name: _languages(getattr(point, name)) for name in TEXTS},
                "materials": [_material(material) for material in point.materials.all()],
            }
            for point in points
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _languages(text: Translated) -> dict[str, str]:
    return {code: text.get(code, "") for code in LANGUAGES}


def _material(material: TemplateMaterial) -> dict[str, Any]:
    title = {"title": _languages(material.title)}
    if material.url:
        return {**title, "url": material.url}
    with material.file.open("rb") as stored:
        return {**title, "file": base64.b64encode(stored.read()).decode()}


def clean_material(data: bytes) -> "ContentFile[bytes]":
    """A document or a picture, cleaned; which of them follows from its content.

    Raises ValidationError.
    """
    is_document = data.startswith((b"%PDF", b"PK"))
    return (clean_document if is_document else clean_picture)(BytesIO(data))


def check_text(text: str, limit: int) -> str:
    """What is wrong with a text of a template; empty when nothing is."""
    if len(text) > limit:
        return _("more than %(limit)s characters.") % {"limit": limit}
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
        return _("there are signs in it that are no text.")
    return ""


def check_texts(texts: dict[str, Translated]) -> list[str]:
    """What is wrong with texts of a point, by the limits of the file."""
    found = [
        (name, check_text(text, TEXTS[name][0]))
        for name, languages in texts.items()
        for text in languages.values()
    ]
    return [f"{_field(name)}: {wrong}" for name, wrong in found if wrong]


def read_template(data: bytes) -> TemplateRead:
    """What a file holds. Raises ValidationError with everything that is wrong, place by place."""
    if len(data) > MAX_BYTES:
        raise too_large(_("more than %(size)s MB") % {"size": MAX_BYTES // 1024**2})
    content = _content(data)
    reader = _Reader()
    name = reader.translated(_("Name"), content.get("name"), TITLE_LIMIT, required=True)
    points = reader.points(content.get("points"))
    if reader.errors:
        rest = len(reader.errors) - MOST_ERRORS
        more = [_("And %(count)s more.") % {"count": rest}] if rest > 0 else []
        raise ValidationError(reader.errors[:MOST_ERRORS] + more)
    return TemplateRead(name, points)


def _content(data: bytes) -> dict[str, Any]:
    """The JSON object of this format."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValidationError(
            _("This is not a template. Choose the file that the other city downloaded here.")
        )
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        raise ValidationError(
            _("This file is of version %(version)s; we can read version %(known)s.")
            % {"version": str(version)[:10], "known": FORMAT_VERSION}
        )
    return content


def _field(name: str) -> str:
    return {
        "title": _("title"),
        "description": _("description"),
        "guidance": _("what to write"),
        "examples": _("for example"),
    }[name]


class _Reader:
    """Reads what may be anything, and remembers what is wrong where."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.bytes = 0

    def error(self, place: str, message: str) -> None:
        self.errors.append(f"{place}: {message}")

    def points(self, value: Any) -> list[PointRead]:
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        by_number = {row.get("number"): row for row in rows if type(row.get("number")) is int}
        if len(rows) != POINTS or len(by_number) != POINTS:
            count = {"found": len(rows), "wanted": POINTS}
            self.error(_("Points"), _("there are %(found)s, and it must be %(wanted)s.") % count)
        missing = [number for number in range(1, POINTS + 1) if number not in by_number]
        for number in missing:
            self.error(self._place(number), _("it is missing."))
        return [self.point(n, by_number[n]) for n in range(1, POINTS + 1) if n in by_number]

    def point(self, number: int, row: dict[str, Any]) -> PointRead:
        texts = {
            name: self.translated(
                f"{self._place(number)}, {_field(name)}", row.get(name), limit, required=required
            )
            for name, (limit, required) in TEXTS.items()
        }
        return PointRead(number, texts, list(self.materials(number, row.get("materials", []))))

    def translated(self, place: str, value: Any, limit: int, *, required: bool) -> Translated:
        """The three languages of a text; the default one must say something if it is required."""
        given = value if isinstance(value, dict) else {}
        read = Translated()
        for code in LANGUAGES:
            where = f"{place}, {dict(settings.LANGUAGES)[code]}"
            text = given.get(code)
            if not isinstance(text, str):
                self.error(where, _("this text is missing."))
                continue
            text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
            if wrong := check_text(text, limit):
                self.error(where, wrong)
            elif required and not text and code == settings.LANGUAGE_CODE:
                self.error(where, _("this text is empty."))
            read[code] = text
        return read

    def materials(self, number: int, value: Any) -> Iterator[MaterialRead]:
        if not isinstance(value, list):
            self.error(f"{self._place(number)}, {_('materials')}", _("this is not a list."))
            return
        if len(value) > MATERIALS_PER_POINT:
            limit = {"limit": MATERIALS_PER_POINT}
            self.error(self._place(number), _("more than %(limit)s materials.") % limit)
            return
        for count, row in enumerate(value, start=1):
            place = f"{self._place(number)}, " + _("material %(number)s") % {"number": count}
            yield self.material(place, row if isinstance(row, dict) else {})

    def material(self, place: str, row: dict[str, Any]) -> MaterialRead:
        title = self.translated(place, row.get("title"), TITLE_LIMIT, required=True)
        url, file = row.get("url", ""), row.get("file", "")
        if not isinstance(url, str) or not isinstance(file, str) or bool(url) == bool(file):
            self.error(place, _("there must be a link or a file."))
        elif url:
            self.link(place, url)
        else:
            return MaterialRead(title, file=self.file(place, file))
        return MaterialRead(title, url=str(url))

    def link(self, place: str, url: str) -> None:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError:
            self.error(place, _("this is not a link to a page."))
        else:
            if wrong := check_text(url, URL_LIMIT):
                self.error(place, wrong)

    def file(self, place: str, text: str) -> "ContentFile[bytes] | None":
        try:
            data = base64.b64decode(text, validate=True)
            clean = clean_material(data)
        except (binascii.Error, ValueError):
            self.error(place, _("this file is damaged."))
        except ValidationError as error:
            self.error(place, " ".join(error.messages))
        else:
            self.bytes += clean.size
            if self.bytes > FILES_LIMIT:
                size = {"size": FILES_LIMIT // 1024**2}
                self.error(place, _("all files together are more than %(size)s MB.") % size)
            return clean
        return None

    def _place(self, number: int) -> str:
        return _("Point %(number)s") % {"number": number}
