"""Pages of the team for home visits; every look is logged before the page leaves."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import staff_only
from core.logs import log_access
from core.pages import ServiceFormView
from homevisits.enums import Outcome
from homevisits.forms import CorrectionForm, VisitForm
from homevisits.models import HomeVisit
from homevisits.selectors import visit_file
from recruitment.models import Household


class VisitFormView(ServiceFormView):
    """A form about a visit, for the team."""

    template_name = "admin/homevisits/form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def done(self, saved: HomeVisit) -> str:
        if saved.outcome == Outcome.NOBODY_HOME and saved.follow_up_on:
            day = date_format(saved.follow_up_on, "l j F")
            return _("Recorded. We propose to come back on %s.") % day
        return _("The visit is recorded.")


@method_decorator(staff_only, name="dispatch")
class RecordView(VisitFormView):
    """Record a visit; `?household=12` chooses the family."""

    form_class = VisitForm
    title = gettext_lazy("Record a home visit")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        log_access(actor=request.user, verb="listed", obj=Household)  # the drop-down
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"household": self.request.GET.get("household", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"visit": None, **kwargs})

    def next_address(self, saved: HomeVisit) -> str:
        if saved.outcome == Outcome.NOBODY_HOME:  # where the proposed day can be changed
            return reverse("admin:homevisits_homevisit_change", args=[saved.pk])
        return reverse("admin:recruitment_household_change", args=[saved.household_id])


@method_decorator(staff_only, name="dispatch")
class VisitView(VisitFormView):
    """Look at a visit and correct it."""

    form_class = CorrectionForm

    @cached_property
    def visit(self) -> HomeVisit:
        """The visit, after the look was logged."""
        visit = get_object_or_404(visit_file(self.request.user), pk=self.kwargs["number"])
        log_access(actor=self.request.user, verb="viewed", obj=visit)
        return visit

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.visit}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = str(self.visit).capitalize()
        return super().get_context_data(**{**kwargs, "title": title, "visit": self.visit})

    def next_address(self, saved: HomeVisit) -> str:
        return reverse("admin:homevisits_homevisit_changelist")
