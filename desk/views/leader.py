"""The movement leader's own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.gates import actor, leader_only
from desk import selectors
from movements.selectors import movements_seen_by, waiting_in
from movements.views.team import ASK_LATER


@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """The movement somebody leads or is going to lead; a choice when there are several.

    Whoever did not say yet this year that they still lead is asked first. Who leads none, any more
    perhaps, is told what there is instead.
    """
    if Role.LEADER not in actor(request).roles:
        return redirect("desk:start")
    waiting = waiting_in(actor(request))
    if waiting and not (request.session.get(ASK_LATER) and waiting.writes_now):
        return redirect("movements:still_leading", waiting.movement_id)
    movements = list(movements_seen_by(actor(request)))
    if len(movements) == 1:
        return redirect("desk:movement", movement_id=movements[0].pk)
    return render(request, "desk/my.html", {"movements": movements})


@require_safe
@leader_only
def movement(request: HttpRequest, movement_id: int) -> HttpResponse:
    """One movement: the ring, the one next thing, the ten points, the team, the label."""
    found = get_object_or_404(movements_seen_by(actor(request)), pk=movement_id)
    return render(request, "desk/movement.html", selectors.movement_page(found, actor(request)))
