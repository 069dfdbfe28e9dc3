"""Papers as they were made once, kept under the digest of what they were made from.

A paper that looks different has another digest, so nothing here is ever out of date; what is not
asked for any more is cleaned away by night. Who may see a paper is for the view to decide.
"""

import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from django.conf import settings

from core.pdf import render_pdf
from labels.certificates.facts import Facts, facts_of
from labels.certificates.pages import certificate_html, certificate_page, poster_html, poster_page
from labels.certificates.pictures import SQUARE, WIDE, picture_png
from labels.models import Certificate, Label

logger = logging.getLogger(__name__)
FOLDER = "papers"
KEPT = timedelta(days=30)

MAKERS: dict[str, tuple[str, Callable[[Facts], bytes]]] = {
    "certificate": ("pdf", lambda facts: render_pdf(certificate_page(facts))),
    "poster": ("pdf", lambda facts: render_pdf(poster_page(facts))),
    "square": ("png", lambda facts: picture_png(facts, SQUARE)),
    "wide": ("png", lambda facts: picture_png(facts, WIDE)),
}
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png"}


@dataclass(frozen=True)
class Paper:
    """One paper of a label in one language; `read` makes it when it was not made before."""

    kind: str
    facts: Facts

    @cached_property
    def digest(self) -> str:
        """What tells this paper from any other."""
        return self.facts.digest(self.kind)

    @property
    def ending(self) -> str:
        """The ending of its file name."""
        return MAKERS[self.kind][0]

    @property
    def is_picture(self) -> bool:
        """Whether it is made of pixels."""
        return self.ending == "png"

    @property
    def file_name(self) -> str:
        """A name that tells what it is, and about nobody."""
        issue = f"-{self.facts.issue}" if self.facts.issue > 1 else ""
        first = "label" if self.kind == "certificate" else self.kind
        return f"{first}-{self.facts.number}{issue}-{self.facts.language}.{self.ending}"

    @property
    def content_type(self) -> str:
        """What a browser is told that it is."""
        return CONTENT_TYPES[self.ending]

    def read(self) -> bytes:
        """Its bytes: those that are kept, else made anew and kept."""
        path = _folder() / self.digest[:2] / f"{self.digest}.{self.ending}"
        try:
            return path.read_bytes()
        except OSError:  # not there yet, or no room for it
            made = MAKERS[self.kind][1](self.facts)
            _keep(path, made)
            return made


def make_paper(kind: str, label: Label, language: str, issue: Certificate | None = None) -> Paper:
    """A paper of a label: "certificate", "poster", or a picture, "square" or "wide"."""
    return Paper(kind, facts_of(label, language, issue))


def certificate_pdf(label: Label, language: str, issue: Certificate | None = None) -> bytes:
    """The certificate as a tagged A4 PDF in one of the three languages, made anew."""
    return render_pdf(certificate_html(label, language, issue))


def poster_pdf(label: Label, language: str) -> bytes:
    """The poster as a tagged A3 PDF in one of the three languages, made anew."""
    return render_pdf(poster_html(label, language))


def forget_old_papers() -> int:
    """Delete the papers made longer than 30 days ago, and what a crash left; gives their number."""
    oldest = time.time() - KEPT.total_seconds()
    old = [path for path in _folder().glob("*/*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER


def _keep(path: Path, made: bytes) -> None:
    """All of it or nothing, also when two make the same; without room it is made each time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(made)
        os.replace(draft, path)
    except OSError as error:
        logger.warning("a paper could not be kept: %s", type(error).__name__)
