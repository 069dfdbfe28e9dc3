"""A mark of its own in every text about a person, and a walk that finds where marks come out."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from pypdf import PdfReader

from core import personal, triggers
from core.encryption import EncryptedTextField

MARK = re.compile(r"mk\d{6}z")
LINK = re.compile(r"""(?:href|src)=["']([^"'#]+)""")
# keys of people, fingerprints and frozen copies are no texts of their own
UNMARKED = {
    ("accounts.user", "password"),
    ("core.accesslog", "actor"),
    ("core.activitylog", "actor"),
    ("core.job", "owner"),
    ("core.job", "file"),
    ("core.outboxmessage", "recipient"),
    ("core.outboxmessage", "payload"),
    ("labels.label", "frozen"),
    ("labels.decision", "frozen"),
    ("programmes.edition", "signatory"),
    ("recruitment.nametoken", "token"),
    ("testimonies.storytellertoken", "token"),
}
OTHER_PACKAGES = ("sessions.", "mfa.", "account.", "socialaccount.")
VARIANTS = 3  # of one page with different words after the "?"


@dataclass(frozen=True)
class Mark:
    """Where a mark was put."""

    model: str
    field: str
    pk: int

    @property
    def name(self) -> str:
        return f"{self.model}.{self.field}"


def texts() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Each column in which somebody writes about a person."""
    for entry in personal.entries():
        if (entry.model, entry.field) in UNMARKED or entry.model.startswith(OTHER_PACKAGES):
            continue
        model = apps.get_model(entry.model)
        column = model._meta.get_field(entry.field)
        if isinstance(column, models.CharField | models.TextField) and not column.choices:
            yield model, column


def mark_everything() -> dict[str, Mark]:
    """Write a mark over every filled text; gives each mark with its place."""
    marks: dict[str, Mark] = {}
    triggers.drop(connection)
    for model, column in texts():
        for row in model._base_manager.order_by("pk"):
            if getattr(row, column.name):
                word = f"mk{len(marks):06}z"
                marks[word] = Mark(model._meta.label_lower, column.name, row.pk)
                model._base_manager.filter(pk=row.pk).update(**{column.name: shaped(column, word)})
    triggers.make(connection)
    return marks


def shaped(column: models.Field, word: str) -> str:
    if isinstance(column, models.EmailField):
        return f"{word}@demo.example"
    return f"https://{word}.example/" if isinstance(column, models.URLField) else word


def encrypted(mark: Mark) -> bool:
    """Whether the database itself must not be able to read it."""
    column = apps.get_model(mark.model)._meta.get_field(mark.field)
    return isinstance(column, EncryptedTextField)


@dataclass
class Walk:
    """Every page that one client reaches by links, and the marks on each."""

    client: Client
    seen: dict[str, set[str]] = field(default_factory=dict)
    variants: dict[str, int] = field(default_factory=dict)

    def from_pages(self, starts: list[str]) -> "Walk":
        waiting = list(starts)
        while waiting:
            url = waiting.pop()
            if url not in self.seen and self._is_new_enough(url):
                waiting.extend(self._open(url))
        return self

    def send(self, url: str, data: dict[str, str]) -> None:
        """A form; what it does to the database is undone."""
        with transaction.atomic():
            self._keep(f"POST {url}", self.client.post(url, data))
            transaction.set_rollback(True)

    def marks(self) -> dict[str, str]:
        """Each mark that came out, with one of the pages it was on."""
        return {mark: url for url, marks in self.seen.items() for mark in marks}

    def _is_new_enough(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.query:
            self.variants[parts.path] = self.variants.get(parts.path, 0) + 1
        return self.variants.get(parts.path, 0) <= VARIANTS

    def _open(self, url: str) -> list[str]:
        response = self.client.get(url)
        body = self._keep(url, response)
        if response.status_code in (301, 302):
            return [self._here(url, response.url)]
        found = (self._here(url, unescape(link)) for link in LINK.findall(body))
        return [link for link in found if link and not link.startswith("/static/")]

    def _keep(self, url: str, response: Any) -> str:
        body = readable(response)
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        cookies = response.cookies.output()
        self.seen[url] = set(MARK.findall(f"{body}\n{headers}\n{cookies}"))
        return body

    def _here(self, url: str, link: str) -> str:
        target = urlsplit(urljoin(f"http://testserver{url}", link))
        if target.netloc != "testserver" or target.scheme != "http":
            return ""
        return target.path + (f"?{target.query}" if target.query else "")


def readable(response: Any) -> str:
    """The text of an answer; of a PDF what it shows."""
    data = b"".join(response) if response.streaming else response.content
    # a file that somebody uploaded may call itself a PDF and be none
    paper = response.headers.get("Content-Type", "").startswith("application/pdf")
    if paper and len(data) > 100:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return data.decode(errors="replace")
