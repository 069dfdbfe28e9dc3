"""Pages of a template in the web admin: its file, taking one over, what helps with each point."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import actor, coordinator_only
from core.errors import Refused
from core.jobs import Job, JobState
from core.telling import tell
from core.uploads import FILE_POLICY
from labels.forms.templates import MaterialChangeForm, MaterialForm, TemplateFileForm
from labels.models import PlanTemplate, TemplateMaterial
from labels.selectors.templates import compared, materials_of
from labels.services.materials import discard_draft, remove_material
from labels.services.template_import import KIND, import_kept
from labels.services.templates import wait_for_others
from labels.template_file import read_template, write_template

READ_OR_SEND = require_http_methods(["GET", "HEAD", "POST"])


@coordinator_only
@require_safe
def export(request: HttpRequest, template_id: int) -> HttpResponse:
    """The template as one file."""
    template = get_object_or_404(PlanTemplate, pk=template_id)
    response = HttpResponse(write_template(template), content_type="application/json")
    name = f'attachment; filename="ten-points-{template.version}.json"'
    response["Content-Disposition"], response["Content-Security-Policy"] = name, FILE_POLICY
    return response


@coordinator_only
@READ_OR_SEND
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, and say what is wrong with it or show what it would do."""
    form = TemplateFileForm(**_sent(request))
    if form.is_valid() and (job := form.keep(actor(request))):
        return redirect("admin:labels_plantemplate_import_preview", job.pk)
    return _page(request, "import", {"form": form, "title": _("Take over a template")})


@coordinator_only
@READ_OR_SEND
def preview(request: HttpRequest, job_id: int) -> HttpResponse:
    """What a kept file would make; only for who uploaded it."""
    job = get_object_or_404(Job, pk=job_id, kind=KIND, owner=actor(request).key)
    if job.state == JobState.DONE:
        return redirect("admin:labels_plantemplate_change", job.result["template"])
    if request.method == "POST":
        return _import(request, job)
    try:
        found = compared(read_template(job.data))
    except ValidationError:  # kept by an earlier version of this program
        return redirect("admin:labels_plantemplate_import")
    page = {"job": job, "found": found, "title": _("This will happen")}
    return _page(request, "import_preview", page)


def _import(request: HttpRequest, job: Job) -> HttpResponse:
    try:
        draft = import_kept(job=job, by=actor(request))
    except (Refused, ValidationError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
        return redirect("admin:labels_plantemplate_import_preview", job.pk)
    messages.success(request, _("The draft is there. Nobody sees it until you publish it."))
    return redirect("admin:labels_plantemplate_change", draft.pk)


@coordinator_only
@READ_OR_SEND
def materials(request: HttpRequest, template_id: int) -> HttpResponse:
    """What helps with each point; in a draft one more can be added."""
    template = get_object_or_404(PlanTemplate, pk=template_id)
    form = MaterialForm(**_sent(request), template=template)
    if form.is_valid() and form.save(actor(request)):
        messages.success(request, _("Added."))
        return redirect("admin:labels_plantemplate_materials", template.pk)
    page = {
        "template": template,
        "points": materials_of(template),
        "form": form,
        "title": _("What helps with each point"),
    }
    return _page(request, "materials", page)


@coordinator_only
@READ_OR_SEND
@transaction.atomic
def change(request: HttpRequest, template_id: int, material_id: int) -> HttpResponse:
    """Another name, point, link or file for one of a draft."""
    wait_for_others()  # and then see what they saved
    material = _material(template_id, material_id)
    template = material.point.template
    if template.published_on and request.method != "POST":
        return redirect("admin:labels_plantemplate_materials", template_id)
    form = MaterialChangeForm(**_sent(request), material=material)
    if form.is_valid() and form.save(actor(request)):
        messages.success(request, _("Saved."))
        return redirect("admin:labels_plantemplate_materials", template_id)
    page = {"template": template, "material": material, "form": form, "title": _("Change")}
    return _page(request, "material", page)


@coordinator_only
@require_POST
def remove(request: HttpRequest, template_id: int, material_id: int) -> HttpResponse:
    """Take one out of a draft."""
    material = _material(template_id, material_id)
    tell(request, _("Removed."), remove_material, material=material)
    return redirect("admin:labels_plantemplate_materials", template_id)


@coordinator_only
@READ_OR_SEND
def discard(request: HttpRequest, template_id: int) -> HttpResponse:
    """Ask once, then throw a draft away."""
    template = get_object_or_404(PlanTemplate, pk=template_id)
    if request.method != "POST":
        page = {"template": template, "step": "discard", "title": _("Throw the draft away")}
        return _page(request, "ask", page)
    if tell(request, _("The draft is gone."), discard_draft, template=template):
        return redirect("admin:labels_plantemplate_changelist")
    return redirect("admin:labels_plantemplate_change", template.pk)


def _material(template_id: int, material_id: int) -> TemplateMaterial:
    rows = TemplateMaterial.objects.select_related("point__template")
    return get_object_or_404(rows, pk=material_id, point__template=template_id)


def _sent(request: HttpRequest) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/labels/plantemplate/{name}.html"
    return render(request, template, {**admin.site.each_context(request), **context})
