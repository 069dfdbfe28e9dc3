"""Steps with a mandate that ask once and say what will happen."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.gates import staff_only
from core.telling import tell
from movements.models import Mandate
from movements.services import end_mandate
from movements.services import invite as send_invitation
from movements.services.mandates import INVITATION_LASTS


@staff_only
def invite(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Ask, then mail the invitation."""
    mandate = _mandate(mandate_id)
    page = {"title": _("Send an invitation?"), "days": INVITATION_LASTS.days}
    if request.method != "POST":
        return _ask(request, mandate, "invite", page)
    tell(request, _("The invitation is on its way."), send_invitation, mandate=mandate)
    return redirect("admin:movements_mandate_change", mandate.pk)


@staff_only
def end(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Ask, then end the mandate at this moment."""
    mandate = _mandate(mandate_id)
    if request.method != "POST":
        return _ask(request, mandate, "end", {"title": _("End this mandate now?")})
    tell(request, _("The mandate was ended; access has stopped."), end_mandate, mandate=mandate)
    return redirect("admin:movements_mandate_change", mandate.pk)


def _mandate(mandate_id: int) -> Mandate:
    mandates = Mandate.objects.in_use().select_related("movement", "user")
    return get_object_or_404(mandates, pk=mandate_id)


def _ask(
    request: HttpRequest, mandate: Mandate, step: str, context: dict[str, Any]
) -> HttpResponse:
    page = {**admin.site.each_context(request), "mandate": mandate, "step": step, **context}
    return render(request, "admin/movements/mandate/ask.html", page)
