"""A colleague's second factor, seen by a coordinator: invite again, or take away what was lost."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.gates import actor, coordinator_only, recently_proven
from accounts.models import User
from accounts.rules import needs_second_factor
from accounts.selectors import factors_of, last_invitation
from core.calendar import now
from core.errors import Refused


@coordinator_only
@recently_proven
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody can show, and until when they may set it up. Two buttons."""
    colleague = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        _act(request, colleague)
        return redirect("admin:accounts_user_second_factor", pk)
    invitation = last_invitation(colleague)
    page: dict[str, Any] = {
        "title": _("Second factor"),
        "colleague": colleague,
        "factors": [factor.wrap() for factor in factors_of(colleague)],
        "invitation": invitation,
        "is_open": bool(invitation and invitation.expires_at > now()),
        "needed": needs_second_factor(colleague),
        "own": colleague == actor(request),
    }
    context = {**admin.site.each_context(request), **page}
    return TemplateResponse(request, "admin/accounts/user/second_factor.html", context)


def _act(request: HttpRequest, colleague: User) -> None:
    """Do what the button says; a refusal is told on the page."""
    by = actor(request)
    try:
        if request.POST.get("do") == "invite":
            services.invite_again(user=colleague, by=by)
            messages.success(request, _("The invitation is on its way."))
        elif request.POST.get("do") == "reset":
            services.reset_second_factor(user=colleague, by=by)
            messages.success(request, _("The second factor is gone, and a mail is on its way."))
    except Refused as refusal:
        messages.error(request, refusal.message)
