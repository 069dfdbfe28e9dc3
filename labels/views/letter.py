"""The letter about a decision, for the leaders of its movement and the youth service."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.enums import STAFF, Role
from accounts.gates import actor, roles_required
from labels.letter import letter_pdf
from labels.models import Decision


@roles_required(Role.LEADER, *STAFF)
@require_safe
def letter(request: HttpRequest, movement_id: int, decision_id: int) -> HttpResponse:
    """The PDF in the language of `?lang=`, or else of the movement."""
    decisions = Decision.objects.for_user(actor(request)).confirmed()
    found = get_object_or_404(
        decisions.select_related("plan__movement", "plan__edition"),
        pk=decision_id,
        plan__movement=movement_id,
    )
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = found.plan.movement.language
    response = HttpResponse(letter_pdf(found, language), content_type="application/pdf")
    name = f"decision-{found.pk}-{language}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
