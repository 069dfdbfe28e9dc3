"""Passing a team on, for its leaders: who comes next, the link for them, and who asks."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gates import actor, leader_only
from core.telling import tell
from movements.forms.pass_on import DecisionForm, LinkForm, SuccessorsForm
from movements.models import Movement
from movements.rules import may_run_team
from movements.selectors import movements_led_by
from movements.selectors.pass_on import open_team_links, waiting_requests
from movements.services import void_team_link
from movements.services.pass_on import Proposed


def context_for(request: HttpRequest, movement: Any) -> dict[str, Any]:
    """What the part `movements/_pass_on.html` of the team page shows."""
    user = actor(request)
    requests = waiting_requests().filter(movement=movement)
    decides = may_run_team.test(user, movement)
    forms = [DecisionForm(instance=each, by=user) for each in requests] if decides else []
    return {"requests": requests, "decisions": forms, "links": open_team_links(movement)}


def _movement(request: HttpRequest, movement_id: int) -> Movement:
    """Only what somebody leads now, so may write in."""
    return get_object_or_404(movements_led_by(actor(request)), pk=movement_id)


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Name one or many who come next."""
    movement = _movement(request, movement_id)
    decides = may_run_team.test(actor(request), movement)
    form = SuccessorsForm(request.POST or None, decides=decides)
    if form.is_valid() and (proposed := form.save(movement, actor(request))):
        messages.success(request, _said(proposed))
        return redirect("movements:team", movement_id)
    return _page(request, movement, form, LinkForm(), decides)


def _page(
    request: HttpRequest,
    movement: Movement,
    form: SuccessorsForm,
    link_form: LinkForm,
    decides: bool,
) -> HttpResponse:
    page = {"movement": movement, "form": form, "link_form": link_form, "decides": decides}
    return render(request, "movements/pass_on.html", page)


def _said(proposed: Proposed) -> str:
    if count := len(proposed.mandates):
        text = ngettext(
            "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count
        )
        return text % {"count": count}
    return _("Thank you! A main leader or the youth service confirms it.")


@leader_only
@require_POST
def make_link(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Make a link and show it, once: nobody keeps its secret."""
    movement = _movement(request, movement_id)
    form = LinkForm(request.POST)
    made = form.save(movement, actor(request)) if form.is_valid() else None
    if made is None:
        decides = may_run_team.test(actor(request), movement)
        return _page(request, movement, SuccessorsForm(decides=decides), form, decides)
    link, token = made
    address = settings.PUBLIC_URL + reverse("movements:join", args=[token])
    page = {"movement": movement, "link": link, "address": address}
    return render(request, "movements/team_link.html", page)


@leader_only
@require_POST
def stop_link(request: HttpRequest, movement_id: int, link_id: int) -> HttpResponse:
    """Let a link work no more."""
    link = get_object_or_404(_movement(request, movement_id).team_links, pk=link_id)
    tell(request, _("The link does not work any more."), void_team_link, link=link)
    return redirect("movements:team", movement_id)


@leader_only
@require_POST
def decide(request: HttpRequest, movement_id: int, request_id: int) -> HttpResponse:
    """Take somebody who asked into the team, or not; only for who runs it."""
    movement = _movement(request, movement_id)
    if not may_run_team.test(actor(request), movement):
        raise Http404
    asked = get_object_or_404(movement.join_requests, pk=request_id)
    form = DecisionForm(request.POST, instance=asked, by=actor(request))
    if form.is_valid() and form.save():
        messages.success(request, said_of(form))
    for problems in form.errors.values():
        messages.error(request, " ".join(str(problem) for problem in problems))
    return redirect("movements:team", movement_id)


def said_of(form: DecisionForm) -> str:
    """What to tell who decided."""
    if form.cleaned_data["decision"] == "accept":
        return _("Welcome to the team! The invitation is on its way.")
    return _("Noted. Tell them yourselves: no mail goes out.")
