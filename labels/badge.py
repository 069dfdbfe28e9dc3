"""The badge: a small picture that a movement puts on its own site, always of the present day.

Drawn with presentation attributes only and without anything to fetch, so it shows wherever it is
embedded, and whatever a movement is called stays text.
"""

import math
import unicodedata
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.ring import FACE, INK, WHITE, ring_svg
from core.translated import Translated
from labels.models import POINTS
from labels.selectors.register import PublicEntry
from programmes.selectors import shown_edition

WIDTH, HEIGHT, RING = 360, 112, 92
TEXT_LEFT, TEXT_WIDTH = 116, 232
# (size, weight, baseline) of the three lines
PROGRAMME, STATE, MOVEMENT = (19, 800, 42), (17, 700, 68), (13, 400, 92)
SMALLEST = 13
# How wide a sign is about, in parts of its size. A site may show another typeface than ours: each
# line says how long it is, so that it is drawn narrower rather than over the edge.
NARROW, LETTER, BROAD, WIDE = 0.34, 0.57, 0.78, 1.05


def badge_svg(entry: PublicEntry, language: str) -> str:
    """The badge as an SVG document of 360 by 112 in one of the three languages."""
    with override(language):
        lines = (
            (_shown(_programme(entry), PROGRAMME), PROGRAMME),
            (_shown(badge_state(entry), STATE), STATE),
            (_shown(entry.movement.name, MOVEMENT), MOVEMENT),
        )
        return _svg(
            title=f"{_programme(entry)}: {badge_state(entry)}. {entry.movement.name}",
            states=["verified" if entry.label else "empty"] * POINTS,
            texts=_texts(lines),
        )


def badge_state(entry: PublicEntry) -> str:
    """ "Valid until 13 November 2025", or only that it is not valid; in the active language."""
    if entry.label is None:
        return _("Not valid")
    return _("Valid until %(day)s") % {"day": date_format(entry.label.ends_on, "j F Y")}


def _programme(entry: PublicEntry) -> str:
    """The name that the label was awarded under; without a valid label that of today."""
    if entry.label is None:
        return str(shown_edition().name)
    return str(Translated(entry.label.frozen["programme"]))


def _svg(*, title: str, states: list[str], texts: SafeString) -> SafeString:
    title = _clean(title)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'role="img" aria-label="{2}"><title>{2}</title>'
        '<rect x="1" y="1" width="{3}" height="{4}" rx="14" fill="{5}" stroke="{6}" '
        'stroke-width="2"/><g transform="translate(10 10)">{7}</g>{8}</svg>',
        WIDTH,
        HEIGHT,
        title,
        WIDTH - 2,
        HEIGHT - 2,
        WHITE,
        INK,
        ring_svg(
            states, size=RING, label="", centre_top=str(POINTS) if "verified" in states else ""
        ),
        texts,
    )


def _texts(lines: Iterable[tuple[tuple[str, float], tuple[int, int, int]]]) -> SafeString:
    return format_html_join(
        "",
        '<text x="{}" y="{}" font-family="{}" font-size="{}" font-weight="{}" fill="{}" '
        'textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>',
        (
            (TEXT_LEFT, baseline, FACE, f"{size:g}", weight, INK, _length(text, size), text)
            for (text, size), (_size, weight, baseline) in lines
        ),
    )


def _shown(text: str, line: tuple[int, int, int]) -> tuple[str, float]:
    """A text with the size in which it fits its line; what does not fit even small is cut off."""
    text, size = _clean(text), float(line[0])
    wanted = _letters(text)
    if wanted * size > TEXT_WIDTH:
        size = max(float(SMALLEST), math.floor(TEXT_WIDTH / wanted * 10) / 10)
    if wanted * size > TEXT_WIDTH:
        while text and (_letters(text) + LETTER) * size > TEXT_WIDTH:
            text = text[:-1]
        text = text.rstrip() + "…"
    return text, size


def _length(text: str, size: float) -> str:
    return f"{max(1, min(_letters(text) * size, TEXT_WIDTH)):.0f}"


def _letters(text: str) -> float:
    """How wide a text is about, in parts of its size."""
    return sum(_letter(sign) for sign in text)


def _letter(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return WIDE
    if sign in " .,:;'’!|()-ijlftrI1":
        return NARROW
    return BROAD if sign.isupper() or sign in "mw" else LETTER


def _clean(text: str) -> str:
    """Without signs that XML does not have, or that turn around what stands beside them."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn"})
