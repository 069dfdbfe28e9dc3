"""Following a running label in the web admin: visits to it, and what its movement answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.gates import actor, staff_only
from core.pages import ServiceFormView
from labels.forms.checks import VisitForm
from labels.models import Label, LightCheck
from labels.services.monitoring import look_at_check


@method_decorator(staff_only, name="dispatch")
class VisitView(ServiceFormView):
    """A visit in two fields; the form stands on the page of the label too."""

    form_class, title = VisitForm, gettext_lazy("Visit to a group with a label")
    template_name = "admin/labels/label/visit.html"

    @cached_property
    def label(self) -> Label:
        """The label of the address."""
        labels = Label.objects.for_user(actor(self.request)).with_facts()
        return get_object_or_404(labels, pk=self.kwargs["label_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "label": self.label, "by": actor(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"label": self.label, **kwargs})

    def done(self, saved: Any) -> str:
        return _("The visit stands in the story of the label.")

    def next_address(self, saved: Any) -> str:
        return reverse("admin:labels_label_change", args=[self.label.pk])


@require_POST
@staff_only
def look(request: HttpRequest, label_id: int, check_id: int) -> HttpResponse:
    """Somebody of the youth service read an answer: it leaves the work list."""
    seen = LightCheck.objects.filter(label__in=Label.objects.for_user(actor(request)))
    check = get_object_or_404(seen, pk=check_id, label=label_id)
    look_at_check(check=check, by=actor(request))
    messages.success(request, _("Noted: this answer was read."))
    return redirect("admin:labels_label_change", label_id)
