"""The certificate, for the leaders of its movement and the youth service."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.gates import actor
from labels.certificates import certificate_pdf
from labels.models import Label


@require_safe
def certificate(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """The PDF, in the language of `?lang=` or else of the movement."""
    user = actor(request)
    labels = Label.objects.for_user(user).with_facts()
    label = get_object_or_404(labels, pk=label_id, movement_id=movement_id)
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = label.movement.language
    response = HttpResponse(certificate_pdf(label, language), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="label-{label.number}-{language}.pdf"'
    return response
