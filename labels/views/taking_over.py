"""Recording labels of an earlier edition in the web admin: one by one, or a list with a preview."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import actor, coordinator_only
from core.errors import Refused
from core.jobs import Job, JobState
from core.pages import ServiceFormView
from labels.forms.taking_over import LabelListForm, TakeOverForm
from labels.services.taking_over import (
    KIND,
    confirm_taking_over,
    discard_taking_over,
    preview_taking_over,
)


@method_decorator(coordinator_only, name="dispatch")
class TakeOverView(ServiceFormView):
    """One label of before."""

    form_class, title = TakeOverForm, gettext_lazy("A label of an earlier edition")
    template_name = "admin/labels/label/take_over.html"
    saved_words = gettext_lazy(
        "The label was recorded. It has its certificate and its place in the register."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": actor(self.request)}

    def next_address(self, saved: Any) -> str:
        return reverse("admin:labels_label_change", args=[saved.pk])


@coordinator_only
def upload(request: HttpRequest) -> HttpResponse:
    """Take a list, and show what it would do."""
    posted = request.method == "POST"
    data = {"data": request.POST, "files": request.FILES} if posted else {}
    form = LabelListForm(**data, by=actor(request))
    if form.is_valid() and form.job:
        return redirect("admin:labels_label_import_preview", form.job.pk)
    return _page(request, "upload", {"form": form, "title": _("Labels of an earlier edition")})


@coordinator_only
def preview(request: HttpRequest, job_id: int) -> HttpResponse:
    """What each row of a kept list would do, or how many did; only for who uploaded it."""
    job = get_object_or_404(Job, pk=job_id, kind=KIND, owner=actor(request).key)
    if request.method == "POST":
        return _act(request, job)
    if job.state == JobState.DONE:
        return _page(request, "done", {"job": job, "title": _("The list was imported")})
    outcomes = preview_taking_over(job=job, by=actor(request))
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    page = {"job": job, "outcomes": outcomes, "wrong": len(wrong)}
    page["fine"] = len(outcomes) - len(wrong)
    return _page(request, "preview", {**page, "title": _("This will happen")})


def _act(request: HttpRequest, job: Job) -> HttpResponse:
    """Do what the pressed button says."""
    try:
        if request.POST.get("action") == "discard":
            discard_taking_over(job=job)
            messages.success(request, _("The list was put away; nothing was written."))
            return redirect("admin:labels_label_changelist")
        if request.POST.get("action") == "confirm":
            confirm_taking_over(job=job, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:labels_label_import")
    return redirect("admin:labels_label_import_preview", job.pk)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/labels/label/import_{name}.html"
    return render(request, template, {**admin.site.each_context(request), **context})
