"""The pack as a PDF: two or three pages to keep."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from core.pdf import render_pdf
from handovers.selectors.pack import pack_of
from movements.models import Movement


def pack_html(movement: Movement, language: str) -> str:
    """The document that becomes the PDF."""
    with override(language):
        return render_to_string("pdf/handover.html", {"pack": pack_of(movement)})


def pack_response(movement: Movement, language: str) -> HttpResponse:
    """The PDF in one of the languages, or else in that of the movement."""
    if language not in dict(settings.LANGUAGES):
        language = movement.language
    pdf = render_pdf(pack_html(movement, language))
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"handover-{movement.pk}-{language}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
