"""Action plans in the admin: the list of what waits, and the page on which they are assessed."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import actor, ask_again
from accounts.proofs import RECENTLY
from core.admin import ReadOnlyAdmin
from core.calendar import today
from labels.enums import WAITING_STATES, PlanState
from labels.forms.assessment import ConfirmForm
from labels.models import ActionPlan
from labels.selectors import plans
from labels.views.assessment import AssessmentPage
from labels.views.conditions import ConditionView

WAITING = "waiting"


class StateFilter(admin.SimpleListFilter):
    """What waits for the youth service, unless one asks for something else or looks for a name."""

    title = _("state")
    parameter_name = "state"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.is_search = bool(request.GET.get(SEARCH_VAR))

    def value(self) -> str:
        """The state that is asked for; who searches finds a plan whatever its state."""
        return super().value() or ("all" if self.is_search else WAITING)

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all")), *PlanState.choices]

    def choices(self, changelist: Any) -> Any:
        """Django's "all" choice becomes the default: what waits."""
        first, *others = super().choices(changelist)
        link = changelist.get_query_string({self.parameter_name: WAITING})
        is_chosen = self.value() == WAITING
        chosen = {"display": _("waiting for us"), "selected": is_chosen, "query_string": link}
        yield {**first, **chosen}
        yield from others

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == WAITING:
            return queryset.waiting()
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


def _piece(template: str, **context: Any) -> SafeString:
    return render_to_string(template, context)


@admin.register(ActionPlan)
class ActionPlanAdmin(ReadOnlyAdmin):
    """Plans; a plan opens on its assessment page, where every step is a service."""

    list_display = ["ring_and_movement", "coach_name", "state_tag", "handed_in", "age"]
    list_display_links = None
    list_filter = [StateFilter]
    search_fields = ["movement__name", "movement__municipality", "movement__postcode"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return plans.plans_overview().for_user(actor(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # type: ignore[override]
        return ("waiting_since", "id")

    @admin.display(description=_("movement"), ordering="movement__name")
    def ring_and_movement(self, plan: ActionPlan) -> SafeString:
        url = reverse("admin:labels_actionplan_assess", args=[plan.pk])
        states = plans.ring_states(plan)
        template = "components/ring_row.html"
        return _piece(template, states=states, text=plan.movement.name, url=url)

    @admin.display(description=_("coach"), ordering="coach")
    def coach_name(self, plan: Any) -> str:
        return plan.coach or "–"

    @admin.display(description=_("state"), ordering="state")
    def state_tag(self, plan: ActionPlan) -> SafeString:
        return _piece("components/tag.html", text=plan.get_state_display(), kind=plan.tag_kind)

    @admin.display(description=_("handed in"), ordering="submitted_at")
    def handed_in(self, plan: ActionPlan) -> str:
        return date_format(timezone.localdate(plan.submitted_at)) if plan.submitted_at else "–"

    @admin.display(description=_("waiting"), ordering="waiting_since")
    def age(self, plan: Any) -> str:
        if plan.waiting_since is None or plan.state not in WAITING_STATES:
            return "–"
        days = (today() - timezone.localdate(plan.waiting_since)).days
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    def get_urls(self) -> list[Any]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.assess)
        own = path(
            "<int:plan_id>/assess/",
            self.admin_site.admin_view(view),
            name="labels_actionplan_assess",
        )
        condition = path(
            "<int:plan_id>/condition/<int:condition_id>/",
            self.admin_site.admin_view(ConditionView.as_view()),
            name="labels_actionplan_condition",
        )
        return [own, condition, *super().get_urls()]

    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kw: Any) -> Any:
        """A plan opens on its assessment page."""
        if not self.has_view_permission(request) or not object_id.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse("admin:labels_actionplan_assess", args=[object_id]))

    def assess(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        """The ten points with their grades, and what can be done with the plan."""
        if not self.has_view_permission(request):
            raise Http404
        user = actor(request)
        seen = plans.with_story(ActionPlan.objects.for_user(user))
        plan = get_object_or_404(seen, pk=plan_id)
        if request.POST.get("do") == ConfirmForm.action:
            # the one step that awards a label; nothing but a date is typed in it
            asked = ask_again(request, sending=RECENTLY)
            if asked:
                return asked
        page = AssessmentPage(request, plan)
        if request.method == "POST" and page.save():
            return HttpResponseRedirect(request.path)
        context = {**self.admin_site.each_context(request), **page.context()}
        return TemplateResponse(request, "admin/labels/actionplan/assess.html", context)
