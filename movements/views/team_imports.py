"""Loading a list of teams in the web admin: upload or paste, look, confirm, invite who is new."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.gates import actor, staff_only
from core.errors import Refused
from core.jobs import Job, JobState
from movements.forms.lists import TeamImportForm
from movements.services.team_imports import (
    KIND,
    MOST_INVITATIONS,
    confirm_team_import,
    discard_team_import,
    invite_imported,
    preview_team_import,
    waiting_for_invitation,
)
from movements.team_preview import TeamGroup, TeamPreview, team_sentences
from movements.views.imports import FIRST_ROWS, PER_PAGE

PREVIEW = "admin:movements_mandate_import_preview"


@staff_only
def upload(request: HttpRequest) -> HttpResponse:
    """Take a list, and show what is wrong with it or what it would do."""
    posted = request.method == "POST"
    data = {"data": request.POST, "files": request.FILES} if posted else {}
    form = TeamImportForm(**data, by=actor(request))
    if form.is_valid() and form.job:
        return redirect(PREVIEW, form.job.pk)
    return _page(request, "upload", {"form": form, "title": _("Import teams")})


@staff_only
def preview(request: HttpRequest, job_id: int) -> HttpResponse:
    """What a kept list would do, or did; only for who uploaded it."""
    job = get_object_or_404(Job, pk=job_id, kind=KIND, owner=actor(request).key)
    if request.method == "POST":
        return _act(request, job)
    if job.state == JobState.DONE:
        return _done(request, job)
    try:
        found = TeamPreview(*preview_team_import(job=job))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:movements_mandate_import")
    if group := found.group(request.GET.get("result", "")):
        return _rows(request, job, group)
    page = {"job": job, "preview": found, "first_rows": FIRST_ROWS}
    return _page(request, "preview", {**page, "title": _("This will happen")})


def _act(request: HttpRequest, job: Job) -> HttpResponse:
    """Do what the pressed button says."""
    action = request.POST.get("action", "")
    try:
        if action == "discard":
            discard_team_import(job=job)
            messages.success(request, _("The list was put away; nothing was written."))
            return redirect("admin:movements_mandate_changelist")
        if action == "confirm":
            confirm_team_import(job=job, by=actor(request))
        if action == "invite":
            _invite(request, job)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(PREVIEW, job.pk)


def _invite(request: HttpRequest, job: Job) -> None:
    count = invite_imported(job=job, by=actor(request))
    text = ngettext(
        "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count
    )
    messages.success(request, text % {"count": count})


def _rows(request: HttpRequest, job: Job, group: TeamGroup) -> HttpResponse:
    pages = Paginator(group.rows, PER_PAGE)
    page_obj = pages.get_page(request.GET.get("page"))
    lines = group.lines(page_obj.start_index() - 1, page_obj.end_index())
    page = {"job": job, "group": group, "lines": lines, "page_obj": page_obj}
    return _page(request, "rows", {**page, "title": group.sentence})


def _done(request: HttpRequest, job: Job) -> HttpResponse:
    page = {
        "job": job,
        "sentences": team_sentences(job.result),
        "waiting": len(waiting_for_invitation(job)),
        "most": MOST_INVITATIONS,
        "title": _("The list was imported"),
    }
    return _page(request, "done", page)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/movements/mandate/import_{name}.html"
    return render(request, template, {**admin.site.each_context(request), **context})
