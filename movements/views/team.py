"""The team of a movement, for its leaders."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.gates import actor, leader_only
from movements.selectors import movements_seen_by


@leader_only
@require_safe
def team(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Who leads, until when, and passing it on; who may not write sees it without buttons."""
    movement = get_object_or_404(movements_seen_by(actor(request)), pk=movement_id)
    return render(request, "movements/team.html", {"movement": movement})
