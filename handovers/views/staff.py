"""What the youth service sees of handovers and of the continuity of movements."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import actor, staff_only
from handovers.continuity import TITLES
from handovers.enums import HandoverState
from handovers.forms import SignForm
from handovers.models import Handover
from handovers.selectors.continuity import continuity_rows
from handovers.selectors.handovers import turns_of
from handovers.selectors.pack import pack_of
from handovers.turns import Turn

PER_PAGE = 50


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, number: int) -> HttpResponse:
    """One handover; below the signature of somebody under 18 the youth service may sign."""
    found = get_object_or_404(Handover.objects.select_related("movement"), pk=number)
    turns = turns_of(found.movement)
    turn = next((turn for turn in turns if turn.on == found.rotation_on), None)
    form = _sign_form(request, found, turn)
    if request.method == "POST" and form and form.is_valid() and form.save(actor(request)):
        messages.success(request, _("Signed."))
        return redirect("admin:handovers_handover_change", number)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": found.movement.name,
        "handover": found,
        "turn": turn,
        "pack": pack_of(found.movement, turns),
        "form": form,
    }
    return render(request, "admin/handovers/handover/page.html", context)


def _sign_form(request: HttpRequest, found: Handover, turn: Turn | None) -> SignForm | None:
    if turn is None or turn.state != HandoverState.HALF:
        return None
    action = reverse("admin:handovers_handover_change", args=[found.pk])
    data = request.POST if request.method == "POST" else None
    return SignForm(data, movement=found.movement, rotation_on=turn.on, action=action)


@staff_only
@require_safe
def continuity(request: HttpRequest) -> HttpResponse:
    """Every movement that runs with its facts; those that miss one, or that one coaches."""
    missing = request.GET.get("missing", "")
    missing, mine = missing if missing in TITLES else "", "1" if request.GET.get("mine") else ""
    page = max(_number(request.GET.get("page", "")), 1)
    rows = continuity_rows(
        actor(request),
        missing=missing,
        mine=bool(mine),
        skip=(page - 1) * PER_PAGE,
        at_most=PER_PAGE + 1,
    )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Continuity"),
        "rows": rows[:PER_PAGE],
        "before": page - 1,
        "after": page + 1 if len(rows) > PER_PAGE else 0,
        "query": urlencode({"missing": missing, "mine": mine}) + "&",
        "titles": TITLES,
        "missing": missing,
        "mine": mine,
    }
    return render(request, "admin/handovers/handover/continuity.html", context)


def _number(text: str) -> int:
    """The number of a page; 0 for what is none, or is further than anybody turns pages."""
    return int(text) if text.isdecimal() and len(text) < 6 else 0
