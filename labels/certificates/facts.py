"""Everything that a paper of a label is made from, and the digest that follows from it."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from core.translated import Translated
from labels.enums import LabelState, Ring
from labels.lifecycle import is_valid, label_state
from labels.models import Certificate, Label
from labels.selectors.wording import label_mode
from programmes.enums import LabelMode

# whatever else decides how a paper looks: a release that changes one of these makes new papers
SOURCES = (
    "templates/pdf/base.html",
    "templates/pdf/certificate.html",
    "templates/pdf/poster.html",
    "static/css/pdf.css",
    "static/css/certificate.css",
    "static/css/poster.css",
    "static/fonts/*.ttf",
    "locale/*/LC_MESSAGES/django.mo",
    "labels/certificates/*.py",
    "core/pdf.py",
    "core/ring.py",
    "core/ring_shapes.py",
    "core/lettering.py",
)
PACKAGES = ("weasyprint", "pillow", "segno")


@dataclass(frozen=True)
class Facts:
    """What stands on the papers of one issue in one language; nothing else is read for them."""

    language: str
    number: str
    issue: int
    issued_on: date
    replaced_on: date | None
    movement: str
    municipality: str
    programme: str
    signatory: str
    points: tuple[tuple[int, str], ...]
    mode: LabelMode
    decided_on: date
    starts_on: date
    ends_on: date
    ring: Ring
    url: str

    def digest(self, kind: str) -> str:
        """64 characters that are others as soon as a paper of this kind would look different."""
        words = json.dumps([kind, vars(self), _release()], default=str, sort_keys=True)
        return sha256(words.encode()).hexdigest()


def facts_of(label: Label, language: str, issue: Certificate | None = None) -> Facts:
    """The facts of an issue (the one in force when none is given) as of today.

    A label without any issue, taken over without its paper, is read as it was awarded.
    """
    issue = issue or label.certificates.filter(replaced_on__isnull=True).first()
    words = issue.frozen if issue else label.frozen
    with override(language):
        return Facts(
            language=language,
            number=label.number,
            issue=issue.issue if issue else 1,
            issued_on=issue.issued_on if issue else label.decided_on,
            replaced_on=issue.replaced_on if issue else None,
            movement=words["movement"],
            municipality=words["municipality"],
            programme=str(Translated(words["programme"])),
            signatory=str(Translated(words["signatory"])),
            points=tuple(
                (point["number"], str(Translated(point["title"])))
                for point in label.frozen["points"]
            ),
            mode=label_mode(label),
            decided_on=label.decided_on,
            starts_on=label.starts_on,
            ends_on=label.ends_on,
            ring=_ring(label),
            url=verify_url(label, issue),
        )


def verify_url(label: Label, issue: Certificate | None = None) -> str:
    """The public address that says whether the label is valid now."""
    code = issue.code if issue else label.code
    return settings.PUBLIC_URL + reverse("labels:verify", args=[code])


def _ring(label: Label) -> Ring:
    if is_valid(label):
        return Ring.FULL
    return Ring.COMING if label_state(label) == LabelState.UPCOMING else Ring.EMPTY


@cache
def _release() -> str:
    """A digest of templates, style sheets, fonts, translations and code; once per process."""
    found = sha256(" ".join(version(package) for package in PACKAGES).encode())
    for source in SOURCES:
        for path in sorted(Path(settings.BASE_DIR).glob(source)):
            found.update(path.read_bytes())
    return found.hexdigest()
