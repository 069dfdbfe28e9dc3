"""Following a running label in the web admin: visits to it, and what its movement answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.gates import actor, staff_only
from labels.forms.checks import VisitForm
from labels.models import Label, LightCheck
from labels.services.monitoring import look_at_check
from labels.views.label_form import LabelFormView


@method_decorator(staff_only, name="dispatch")
class VisitView(LabelFormView):
    """A visit in two fields; the form stands on the page of the label too."""

    form_class, title = VisitForm, gettext_lazy("Visit to a group with a label")
    template_name = "admin/labels/label/visit.html"
    saved_words = gettext_lazy("The visit stands in the story of the label.")

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
