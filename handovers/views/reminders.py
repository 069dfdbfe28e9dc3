"""The pages that explain the reminders of a movement, for the youth service and for its leaders."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gates import actor, leader_only, staff_only
from handovers.selectors.explain import explanation
from movements.models import Movement
from movements.selectors import movements_seen_by


@require_safe
@staff_only
def of_movement(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Why each reminder of one movement was sent or not, and the messages to pass on."""
    movement = get_object_or_404(Movement.objects.for_user(actor(request)), pk=movement_id)
    title = _("Reminders of %(movement)s") % {"movement": movement.name}
    page: dict[str, Any] = {**admin.site.each_context(request), "title": title}
    page |= {"movement": movement, "explained": explanation(movement)}
    return render(request, "admin/handovers/reminder/movement.html", page)


@require_safe
@leader_only
def for_leaders(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The same for those who lead the movement, or are going to."""
    movement = get_object_or_404(movements_seen_by(actor(request)), pk=movement_id)
    page = {"movement": movement, "explained": explanation(movement)}
    return render(request, "handovers/reminders.html", page)
