"""Federations, movements and their coaches in the web admin; every write is a service."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from accounts.gates import actor
from accounts.models import User
from core.admin import ServiceAdmin
from movements.admin.base import copy_into
from movements.enums import TeamState
from movements.filters import CoachFilter, ExistsFilter, TeamFilter, WaitingFilter
from movements.forms import CoachForm, FederationForm, MovementForm
from movements.models import (
    CoachAssignment,
    Federation,
    FormerName,
    Movement,
    MovementQuerySet,
    Pause,
)
from movements.rules import may_import_movements
from movements.selectors import team_with_history
from movements.selectors.life import life_of, pause_on
from movements.services import (
    assign_coach,
    change_federation,
    change_movement,
    create_federation,
    create_movement,
)
from movements.views import conversation, imports, life

# what can happen to a movement, by the last part of its address
LIFE_PAGES: dict[str, Any] = {
    "pause": life.PausePage,
    "resume": life.ResumePage,
    "rename": life.RenamePage,
    "stop": life.StopPage,
    "merge": life.MergePage,
    "split": life.SplitPage,
}
TAKE_BACK = {"pause": Pause, "name": FormerName}


@admin.register(Federation)
class FederationAdmin(ServiceAdmin):
    """Federations with their words; changed by a coordinator."""

    form = FederationForm
    list_display = ["name", "group_word", "main_leader_word", "code_pattern"]
    search_fields = ["name"]

    def write(self, request: HttpRequest, obj: Federation, form: Any, change: bool) -> None:
        if change:
            change_federation(federation=obj, by=actor(request), **form.cleaned_data)
        else:
            copy_into(obj, create_federation(by=actor(request), **form.cleaned_data))


@admin.register(Movement)
class MovementAdmin(ServiceAdmin):
    """Movements with their coach and team; the list of a federation is imported here."""

    form = MovementForm
    list_display = ["name", "federation", "code", "coach", "team", "waiting_list"]
    list_filter = [ExistsFilter, TeamFilter, CoachFilter, WaitingFilter, "federation"]
    list_select_related = ["federation"]
    search_fields = ["name", "=code", "=postcode", "municipality"]
    change_form_template = "admin/movements/movement/change_form.html"
    change_list_template = "admin/movements/movement/change_list.html"

    def get_queryset(self, request: HttpRequest) -> MovementQuerySet:
        return Movement.objects.for_user(actor(request)).with_coach().with_team_state()

    @admin.display(description=gettext_lazy("coach"), ordering="coach_name")
    def coach(self, movement: Any) -> str:
        """Who coaches it today."""
        return movement.coach_name or gettext("nobody yet")

    @admin.display(description=gettext_lazy("team"), ordering="team_state")
    def team(self, movement: Any) -> str:
        """How its main leadership stands."""
        return str(TeamState(movement.team_state).label)

    @admin.display(description=gettext_lazy("waiting list"), ordering="waiting")
    def waiting_list(self, movement: Any) -> str:
        """How many children wait, and of which day that is."""
        if movement.waiting is None:
            return "–"
        return f"{movement.waiting} ({date_format(movement.waiting_on, 'j F Y')})"

    def write(self, request: HttpRequest, obj: Movement, form: Any, change: bool) -> None:
        fields = dict(form.cleaned_data)
        coach: User | None = fields.pop("coach")
        if change:
            change_movement(movement=obj, by=actor(request), **fields)
        else:
            copy_into(obj, create_movement(by=actor(request), **fields))
        if coach and "coach" in form.changed_data:
            assign_coach(movement=obj, user=coach, by=actor(request))

    def get_urls(self) -> list[URLPattern]:
        name = "movements_movement_import"
        return [
            path("import/", imports.upload, name=name),
            path(
                "<int:movement_id>/conversation/",
                conversation.staff_conversation,
                name="movements_movement_conversation",
            ),
            path("import/<int:job_id>/", imports.preview, name=f"{name}_preview"),
            *_life_urls(),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {"may_import": may_import_movements(actor(request)), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        movement = kwargs.get("obj")
        context["mandates"] = team_with_history(movement) if movement else []
        context["life"] = life_of(movement) if movement else []
        context["paused"] = movement and pause_on(movement)
        return super().render_change_form(request, context, *args, **kwargs)


def _life_urls() -> list[URLPattern]:
    pages = [
        path(f"<int:movement_id>/{step}/", page.as_view(), name=f"movements_movement_{step}")
        for step, page in LIFE_PAGES.items()
    ]
    return pages + [
        path(
            f"<int:movement_id>/{kind}/<int:row_id>/take-back/",
            life.TakeBackPage.as_view(kind=model),
            name=f"movements_movement_take_back_{kind}",
        )
        for kind, model in TAKE_BACK.items()
    ]


@admin.register(CoachAssignment)
class CoachAdmin(ServiceAdmin):
    """Who coached which movement when. A new coach ends the one before; nothing is rewritten."""

    form = CoachForm
    list_display = ["movement", "user", "starts_on", "ends_on"]
    list_filter = [("user", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["movement", "user"]
    search_fields = ["movement__name", "user__full_name"]

    def get_fields(self, request: HttpRequest, obj: CoachAssignment | None = None) -> Any:
        """Looked at, the coach is a name: Django would link to an account few may open."""
        fields = super().get_fields(request, obj)
        return ["coach" if obj and name == "user" else name for name in fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["coach"] if obj else []

    @admin.display(description=gettext_lazy("coach"))
    def coach(self, assignment: CoachAssignment) -> str:
        """Their name."""
        return str(assignment.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def write(self, request: HttpRequest, obj: CoachAssignment, form: Any, change: bool) -> None:
        copy_into(obj, assign_coach(by=actor(request), **form.cleaned_data))
