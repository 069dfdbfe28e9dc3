"""The team of a movement, for its leaders: who, until when, the yearly yes, and stopping."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import actor, leader_only
from core.errors import Refused, show_refusal
from core.telling import tell
from movements.forms.team import ContactForm, StopForm, TeamForm
from movements.models import Mandate, Movement
from movements.selectors import movements_led_by, movements_seen_by, team_of
from movements.selectors.team_page import (
    coming,
    confirm_by,
    movements_held_by,
    movements_run_by,
    own_mandates,
    team_page,
)
from movements.services import confirm_mandates, invite, object_to
from movements.views.pass_on import context_for

STOPPED = "stopped leading"  # in the session: the movement and the last day
ASK_LATER = "asked about leading"  # in the session: this sign-in asks no more
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@leader_only
@require_safe
def team(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Who leads, until when, and passing it on; who may not write sees it without buttons."""
    user = actor(request)
    movement = get_object_or_404(movements_seen_by(user), pk=movement_id)
    page = {**team_page(movement, user), **context_for(request, movement)}
    return render(request, "movements/team.html", page)


@leader_only
@require_POST
def confirm(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Say of oneself ("me"), of one person or of the whole team that they go on."""
    user = actor(request)
    movement = get_object_or_404(movements_held_by(user), pk=movement_id)
    who = request.POST.getlist("who")
    asked = (
        own_mandates(movement, user)
        if who == ["me"]
        else [each for each in team_of(movement) if str(each.pk) in who]
    )
    tell(
        request,
        _("Noted. Good that you are there!"),
        confirm_mandates,
        movement=movement,
        mandates=asked,
    )
    return redirect("movements:team", movement_id)


@leader_only
@require_POST
def object_to_return(request: HttpRequest, movement_id: int, mandate_id: int) -> HttpResponse:
    """End the mandate of somebody who came back too late."""
    movement = get_object_or_404(movements_run_by(actor(request)), pk=movement_id)
    mandate = get_object_or_404(team_of(movement), pk=mandate_id)
    tell(request, _("The mandate was ended; access has stopped."), object_to, mandate=mandate)
    return redirect("movements:team", movement_id)


@leader_only
@require_POST
def invite_member(request: HttpRequest, movement_id: int, mandate_id: int) -> HttpResponse:
    """Mail the invitation to somebody of the team who has no account yet."""
    movement = get_object_or_404(movements_run_by(actor(request)), pk=movement_id)
    mandate = get_object_or_404(team_of(movement).filter(user__isnull=True), pk=mandate_id)
    tell(request, _("The invitation is on its way."), invite, mandate=mandate)
    return redirect("movements:team", movement_id)


@leader_only
@require_safe
def still_leading(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Asked first of whoever signs in and did not say yet that they go on."""
    movement = get_object_or_404(movements_held_by(actor(request)), pk=movement_id)
    waiting = [m for m in own_mandates(movement, actor(request)) if m.waits_for_confirmation]
    if not waiting:
        return redirect("desk:movement", movement_id)
    page = {"movement": movement, "mandate": waiting[0], "confirm_by": confirm_by()}
    return render(request, "movements/still_leading.html", page)


@leader_only
@require_POST
def ask_later(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Not now: the next sign-in asks again. Only while there is time."""
    get_object_or_404(movements_led_by(actor(request)), pk=movement_id)
    request.session[ASK_LATER] = True
    return redirect("desk:movement", movement_id)


@leader_only
@read_or_send
def contact(request: HttpRequest, movement_id: int) -> HttpResponse:
    """One's own name and phone."""
    movement = get_object_or_404(movements_led_by(actor(request)), pk=movement_id)
    mandate = _own(movement, request)
    form = ContactForm(request.POST or None, instance=mandate)
    if request.method == "POST" and form.is_valid():
        try:
            form.save_for(movement, actor(request))
            messages.success(request, _("Saved."))
            return redirect("movements:team", movement_id)
        except Refused as refusal:
            show_refusal(form, refusal)
    page = {"movement": movement, "form": form, "address": mandate.email}
    return render(request, "movements/contact.html", page)


@leader_only
@read_or_send
def change(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Functions and last days of the whole team at once, for who runs it."""
    movement = get_object_or_404(movements_run_by(actor(request)), pk=movement_id)
    people = [*team_of(movement), *coming(movement)]
    data = request.POST if request.method == "POST" else None
    form = TeamForm(movement, actor(request), people, data)
    if data is not None and form.save():
        messages.success(request, _("Saved."))
        return redirect("movements:team", movement_id)
    return render(request, "movements/change_team.html", {"movement": movement, "form": form})


@leader_only
@read_or_send
def stop(request: HttpRequest, movement_id: int) -> HttpResponse:
    """ "I am stopping": the last day, who takes over, and thanks."""
    movement = get_object_or_404(movements_held_by(actor(request)), pk=movement_id)
    form = StopForm(request.POST or None, mandate=_own(movement, request))
    if request.method == "POST" and form.is_valid() and form.save(actor(request)):
        request.session[STOPPED] = [movement_id, form.cleaned_data["last_day"].isoformat()]
        return redirect("movements:thanks")
    return render(request, "movements/stop.html", {"movement": movement, "form": form})


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """For who just said that they stop; perhaps they lead nothing any more."""
    movement_id, day = request.session.get(STOPPED) or (0, "")
    movement = get_object_or_404(Movement, pk=movement_id)
    page: dict[str, Any] = {"movement": movement, "last_day": date.fromisoformat(day)}
    page["still_there"] = movements_seen_by(actor(request)).filter(pk=movement_id).exists()
    return render(request, "movements/thanks.html", page)


def _own(movement: Movement, request: HttpRequest) -> Mandate:
    mandate = own_mandates(movement, actor(request)).first()
    if mandate is None:
        raise Http404
    return mandate
