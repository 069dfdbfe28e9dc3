"""The certificate of a label: one page with the words of the day of the award.

What it shows never changes, except the ring: full while the label is valid, empty otherwise.
"""

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.pdf import render_pdf
from core.translated import Translated
from labels.lifecycle import is_valid, ring_states
from labels.models import Label

INK = "#1d2340"
# from how many characters on a text is set smaller, and smaller again: it stays one page
NAME, POINT = (28, 60), (50, 75)


def certificate_pdf(label: Label, language: str) -> bytes:
    """The certificate as a tagged A4 PDF in one of the three languages."""
    return render_pdf(certificate_html(label, language))


def certificate_html(label: Label, language: str) -> str:
    """The document that becomes the PDF."""
    with override(language):
        return render_to_string("pdf/certificate.html", _context(label))


def verify_url(label: Label) -> str:
    """The public address that says whether the label is valid now."""
    return settings.PUBLIC_URL + reverse("labels:verify", args=[label.code])


def _context(label: Label) -> dict[str, object]:
    frozen, url, valid = label.frozen, verify_url(label), is_valid(label)
    points = [(p["number"], Translated(p["title"])) for p in frozen["points"]]
    programme = str(Translated(frozen["programme"]))
    return {
        "label": label,
        "movement": frozen["movement"],
        "movement_size": _size(frozen["movement"], NAME),
        "municipality": frozen["municipality"],
        "programme": programme,
        "programme_size": _size(programme, NAME),
        "signatory": Translated(frozen["signatory"]),
        "columns": [points[:5], points[5:]],
        "points_size": _size(max((str(title) for _n, title in points), key=len), POINT),
        "ring": ring_states(label),
        "ring_top": str(len(points)) if valid else _("not valid"),
        "ring_bottom": _("of %(total)s") % {"total": len(points)} if valid else "",
        "ring_alt": _("Ten of ten points") if valid else _("This label is not valid"),
        "qr": segno.make(url, error="m").svg_data_uri(border=0, dark=INK),
        "url": url,
        "address": url.split("://", 1)[1].rstrip("/"),
    }


def _size(text: str, limits: tuple[int, int]) -> str:
    """How large a text can be set."""
    return ("large", "medium", "small")[sum(len(text) > limit for limit in limits)]
