"""New issues of a certificate and batches for an award evening, in the web admin."""

from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.gates import actor, coordinator_only, staff_only
from core.pages import ServiceFormView
from core.uploads import FILE_POLICY
from labels.enums import BatchState
from labels.forms.certificates import BatchForm, PeriodForm, ReissueForm
from labels.models import CertificateBatch
from labels.selectors.certificates import (
    OFFERED,
    batches_for,
    differences,
    is_under_way,
    issue_in_force,
    labels_over,
    labels_that_failed,
    labels_to_print,
    latest,
)
from labels.services.batches import KEPT
from labels.views.label_form import LabelFormView

REFRESH_SECONDS = 5
CONTENT_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


@method_decorator(coordinator_only, name="dispatch")
class ReissueView(LabelFormView):
    """A new certificate with the data of today; asks once and says what will happen."""

    form_class, title = ReissueForm, gettext_lazy("Make a new certificate")
    template_name = "admin/labels/label/reissue.html"
    saved_words = gettext_lazy(
        "There is a new certificate. The one before says that it was replaced."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {
            "issue": issue_in_force(self.label),
            "differences": differences(self.label),
        }
        return super().get_context_data(**{**page, **kwargs})

    def next_address(self, saved: Any) -> str:
        return reverse("admin:labels_label_change", args=[self.label.pk])


@method_decorator(staff_only, name="dispatch")
class BatchView(ServiceFormView):
    """Choose labels, a language and a form; workers make them."""

    form_class, title = BatchForm, gettext_lazy("Certificates for an award evening")
    template_name = "admin/labels/certificatebatch/choose.html"
    saved_words = gettext_lazy(
        "The certificates are being made. You can leave this page and come back."
    )

    @cached_property
    def period(self) -> PeriodForm:
        """The two days of the address."""
        return PeriodForm(self.request.GET or None)

    @cached_property
    def ticked(self) -> list[int]:
        """The labels that were ticked in the list of labels; made up numbers are none."""
        given = self.request.GET.get("labels", "").split("-")
        return [int(one) for one in given if one.isdecimal() and len(one) <= 18]

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"by": actor(self.request), "days": self.period.days}
        return {**super().get_form_kwargs(), **given}

    def get_initial(self) -> dict[str, Any]:
        """What was ticked in the list of labels; else all of a period that was asked for."""
        ticked = [str(number) for number in self.ticked]
        if not ticked and any(self.period.days):
            found = labels_to_print(actor(self.request), *self.period.days)
            ticked = [str(number) for number in latest(found).values_list("pk", flat=True)]
        return {"labels": ticked}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by = actor(self.request)
        form = kwargs.get("form") or self.get_form()
        offered = form.fields["labels"].queryset.count()
        page = {
            "form": form,
            "offered": offered,
            "most": OFFERED if offered >= OFFERED else 0,
            "period": self.period,
            "batches": batches_for(by)[:10],
            "left_out": labels_over(by, self.ticked),
        }
        return super().get_context_data(**{**page, **kwargs})

    def next_address(self, saved: CertificateBatch) -> str:
        return reverse("admin:labels_certificatebatch_change", args=[saved.pk])


@staff_only
@require_safe
def batch_page(request: HttpRequest, number: int) -> HttpResponse:
    """How far a batch is; the page asks again by itself until it is done."""
    batch = get_object_or_404(batches_for(actor(request)), pk=number)
    under_way = is_under_way(batch)
    context = {
        **admin.site.each_context(request),
        "title": _("Certificates for an award evening"),
        "batch": batch,
        "under_way": under_way,
        "failed_labels": labels_that_failed(batch),
        "kept_until": batch.asked_at + KEPT,
    }
    response = render(request, "admin/labels/certificatebatch/batch.html", context)
    if under_way:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@staff_only
@require_safe
def batch_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file of a batch that is ready."""
    batch = get_object_or_404(batches_for(actor(request)), pk=number, state=BatchState.READY)
    try:
        file = batch.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    kind = CONTENT_TYPES[batch.format]
    day = timezone.localdate(batch.asked_at)
    name = f"{slugify(_('Certificates'))}-{day.isoformat()}.{batch.format}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
