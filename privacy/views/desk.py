"""The start page of the privacy desk, and the list of consents."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.gates import actor, privacy_officer_only, roles_required
from core.logs import log_access
from privacy import overview
from privacy.enums import ConsentState

PER_PAGE = 50
# the coordinator reads periods, lists and register; the privacy officer decides
desk_only = roles_required(Role.PRIVACY_OFFICER, Role.COORDINATOR)


def desk_page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """A page of the privacy desk in the web admin."""
    site = admin.site.each_context(request)
    decides = Role.PRIVACY_OFFICER in actor(request).roles
    return render(request, template, {**site, "title": title, "decides": decides, **context})


@desk_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits, and the way to everything of this desk."""
    sections = overview.waiting(actor(request))
    return desk_page(request, "privacy/home.html", _("Privacy"), sections=sections)


@privacy_officer_only
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Every kind of consent with its counts; one of them listed, by number and without names."""
    kinds = overview.consent_kinds()
    by_name = {kind.name: kind for kind in kinds}
    kind = by_name.get(request.GET.get("kind", kinds[0].name))
    state = request.GET.get("state", "")
    if kind is None or state not in ["", *ConsentState.values]:
        raise Http404
    log_access(actor=request.user, verb="listed", obj=kind.table)
    found = overview.consents_of(kind, state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return desk_page(
        request,
        "privacy/consents.html",
        _("Consents"),
        kinds=kinds,
        kind=kind,
        state=state,
        states=ConsentState.choices,
        page_obj=page,
        rows=[overview.consent_row(consent) for consent in page],
        query=urlencode({"kind": kind.name, "state": state}) + "&",
    )
