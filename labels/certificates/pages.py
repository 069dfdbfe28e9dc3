"""The documents that become PDFs: the certificate and the poster."""

from dataclasses import replace
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from labels.certificates.facts import Facts, facts_of
from labels.enums import Ring
from labels.models import POINTS, Certificate, Label

INK = "#1d2340"
# from how many characters on a text is set smaller, and smaller again: it stays one page
NAME, POINT = (28, 60), (50, 75)
POSTER_NAME = (18, 45)


def certificate_html(label: Label, language: str, issue: Certificate | None = None) -> str:
    """The certificate as a document, in one of the three languages."""
    return certificate_page(facts_of(label, language, issue))


def poster_html(label: Label, language: str) -> str:
    """The poster as a document, in one of the three languages."""
    return poster_page(facts_of(label, language))


def certificate_page(facts: Facts) -> str:
    """One page in A4 with everything that the city says about the label."""
    # of a label that was taken over some titles, or all of them, may be unknown
    points = [list(half) for half in (facts.points[:5], facts.points[5:]) if half]
    longest = max((title for _number, title in facts.points), key=len, default="")
    with override(facts.language):
        context = {
            "facts": facts,
            "movement_size": _size(facts.movement, NAME),
            "programme_size": _size(facts.programme, NAME),
            "columns": points,
            "points_size": _size(longest, POINT),
            **_ring(facts),
            **_code(facts),
        }
        return render_to_string("pdf/certificate.html", context)


def poster_page(facts: Facts) -> str:
    """One page in A3 for the wall of the group, with the ring of a valid label."""
    with override(facts.language):
        context = {
            "facts": facts,
            "movement_size": _size(facts.movement, POSTER_NAME),
            "programme_size": _size(facts.programme, NAME),
            **_ring(replace(facts, ring=Ring.FULL)),
            **_code(facts),
        }
        return render_to_string("pdf/poster.html", context)


def _ring(facts: Facts) -> dict[str, Any]:
    total = POINTS
    full = facts.ring == Ring.FULL
    top, bottom, words = _("not valid"), "", _("This label is not valid")
    if full:
        top, bottom = str(total), _("of %(total)s") % {"total": total}
        words = _("Ten of ten points")
    elif facts.ring == Ring.COMING:
        top, bottom = pgettext("ring, then a day", "from"), date_format(facts.starts_on, "j F Y")
        words = _("This label is valid from %(day)s") % {"day": bottom}
    states = ["verified" if full else "empty"] * total
    return {"ring": states, "ring_top": top, "ring_bottom": bottom, "ring_words": words}


def _code(facts: Facts) -> dict[str, str]:
    code = segno.make(facts.url, error="m")
    address = facts.url.split("://", 1)[1].rstrip("/")
    return {"qr": code.svg_data_uri(border=0, dark=INK), "url": facts.url, "address": address}


def _size(text: str, limits: tuple[int, int]) -> str:
    """How large a text can be set."""
    return ("large", "medium", "small")[sum(len(text) > limit for limit in limits)]
