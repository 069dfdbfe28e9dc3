"""One condition of an award in the web admin: what became of it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from accounts.gates import actor, staff_only
from core.pages import ServiceFormView
from labels.forms.conditions import ConditionForm
from labels.models import ActionPlan, Condition


@method_decorator(staff_only, name="dispatch")
class ConditionView(ServiceFormView):
    """The condition with its day, and one form for whatever became of it."""

    form_class, title = ConditionForm, gettext_lazy("Condition")
    template_name = "admin/labels/actionplan/condition.html"
    saved_words = gettext_lazy("Saved. The group sees it on its page.")
    request: HttpRequest
    kwargs: Any

    @cached_property
    def condition(self) -> Condition:
        """The condition of the address, once its award is decided."""
        decided = Condition.objects.filter(decision__decided_on__isnull=False)
        plans = ActionPlan.objects.for_user(actor(self.request))
        seen = decided.filter(decision__plan__in=plans.filter(pk=self.kwargs["plan_id"]))
        related = seen.select_related("decision__plan__movement", "settled_by")
        return get_object_or_404(related, pk=self.kwargs["condition_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"condition": self.condition, "by": actor(self.request)}
        return {**super().get_form_kwargs(), **given}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"condition": self.condition, "plan": self.condition.decision.plan}
        return super().get_context_data(**{**page, **kwargs})

    def next_address(self, saved: Any) -> str:
        address = reverse("admin:labels_actionplan_assess", args=[self.kwargs["plan_id"]])
        return f"{address}#conditions"
