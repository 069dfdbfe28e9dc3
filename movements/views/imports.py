"""Loading a list of movements in the web admin: upload or paste, look, choose, confirm."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.gates import actor, coordinator_only
from core.errors import Refused
from core.jobs import Job, JobState
from movements.forms import ChoiceForm, ImportForm
from movements.models import Federation
from movements.preview import Preview, sentences
from movements.services.imports import (
    KIND,
    choose_rows,
    confirm_import,
    discard_import,
    preview_import,
)

FIRST_ROWS = 20
PER_PAGE = 100


@coordinator_only
def upload(request: HttpRequest) -> HttpResponse:
    """Take a list, and show what is wrong with it or what it would do."""
    posted = request.method == "POST"
    data = {"data": request.POST, "files": request.FILES} if posted else {}
    form = ImportForm(**data, by=actor(request))
    if form.is_valid() and form.job:
        return redirect("admin:movements_movement_import_preview", form.job.pk)
    page = {"form": form, "title": _("Import a list"), "federations": Federation.objects.all()}
    return _page(request, "upload", page)


@coordinator_only
def preview(request: HttpRequest, job_id: int) -> HttpResponse:
    """What a kept list would do, or did; only for who uploaded it."""
    job = get_object_or_404(Job, pk=job_id, kind=KIND, owner=actor(request).key)
    if job.state == JobState.DONE:
        return _done(request, job)
    try:
        found = Preview(preview_import(job=job), job.options["municipality"])
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:movements_movement_import")
    posted = request.POST if request.method == "POST" else None
    form = ChoiceForm(posted, twins=found.questions)
    if form.is_valid():
        return _act(request, job, form)
    if group := found.group(request.GET.get("result", "")):
        return _rows(request, job, group)
    page = {"job": job, "preview": found, "form": form, "first_rows": FIRST_ROWS}
    return _page(request, "preview", {**page, "title": _("This will happen")})


def _act(request: HttpRequest, job: Job, form: ChoiceForm) -> HttpResponse:
    """Do what the pressed button says; the choices are kept in any case but the last."""
    action = request.POST.get("action", "")
    try:
        if action == "discard":
            discard_import(job=job)
            messages.success(request, _("The list was put away; nothing was written."))
            return redirect("admin:movements_movement_changelist")
        choose_rows(job=job, choices=form.choices())
        if action == "confirm":
            job.refresh_from_db()
            confirm_import(job=job, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("admin:movements_movement_import_preview", job.pk)


def _rows(request: HttpRequest, job: Job, group: Any) -> HttpResponse:
    pages = Paginator(group.verdicts, PER_PAGE)
    page_obj = pages.get_page(request.GET.get("page"))
    lines = group.lines(page_obj.start_index() - 1, page_obj.end_index())
    page = {"job": job, "group": group, "lines": lines, "page_obj": page_obj}
    return _page(request, "rows", {**page, "title": group.sentence})


def _done(request: HttpRequest, job: Job) -> HttpResponse:
    page = {"job": job, "sentences": sentences(job.result, job.options["municipality"])}
    return _page(request, "done", {**page, "title": _("The list was imported")})


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/movements/movement/import_{name}.html"
    return render(request, template, {**admin.site.each_context(request), **context})
