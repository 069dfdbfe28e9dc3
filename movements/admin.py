"""Federations, movements, mandates and coaches in the web admin; every write is a service."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.gates import actor
from accounts.models import User
from core.admin import ServiceAdmin
from core.errors import Refused
from movements.enums import TeamState
from movements.filters import CoachFilter, ExistsFilter, MandateStateFilter, TeamFilter
from movements.forms import CoachForm, FederationForm, MandateForm, MovementForm
from movements.models import CoachAssignment, Federation, Mandate, Movement, MovementQuerySet
from movements.rules import may_import_movements
from movements.selectors import mandate_state, team_with_history
from movements.services import (
    assign_coach,
    change_federation,
    change_mandate,
    change_movement,
    create_federation,
    create_movement,
    invite,
    record_mandate,
)
from movements.services.mandates import MANDATE_FIELDS, PERSON_FIELDS
from movements.views import imports, mandates


def copy_into(obj: Any, saved: Any) -> None:
    """Give the admin's unsaved object the key of what the service saved."""
    obj.pk = saved.pk
    obj._state.adding = False


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
    list_display = ["name", "federation", "code", "municipality", "coach", "team"]
    list_filter = [ExistsFilter, TeamFilter, CoachFilter, "federation"]
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
            path("import/<int:job_id>/", imports.preview, name=f"{name}_preview"),
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
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Mandate)
class MandateAdmin(ServiceAdmin):
    """Who leads which movement, as what, until when; here they are invited."""

    form = MandateForm
    list_display = ["name", "movement", "function", "starts_on", "ends_on", "state"]
    list_filter = [MandateStateFilter, "function"]
    list_select_related = ["movement", "user"]
    search_fields = ["name", "=email", "movement__name"]
    actions = ["send_invitations"]
    change_form_template = "admin/movements/mandate/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandate]:
        return Mandate.objects.in_use()

    @admin.display(description=gettext_lazy("state"))
    def state(self, mandate: Mandate) -> str:
        """Whether it holds, and whether the person can sign in."""
        return mandate_state(mandate)

    def get_readonly_fields(self, request: HttpRequest, obj: Mandate | None = None) -> Any:
        if obj is None:
            return []
        over = set(MANDATE_FIELDS) - set(PERSON_FIELDS) if obj.ended_at else set()
        return ["movement", *(name for name in MANDATE_FIELDS if name in over)]

    def write(self, request: HttpRequest, obj: Mandate, form: Any, change: bool) -> None:
        if change:
            change_mandate(mandate=obj, by=actor(request), **form.cleaned_data)
        else:
            copy_into(obj, record_mandate(by=actor(request), **form.cleaned_data))

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:mandate_id>/invite/", mandates.invite, name="movements_mandate_invite"),
            path("<int:mandate_id>/end/", mandates.end, name="movements_mandate_end"),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Send an invitation"), permissions=["change"])
    def send_invitations(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> None:
        """Invite everybody who is ticked, or nobody: the refusal says whose it is."""
        for mandate in queryset.select_related("movement"):
            try:
                invite(mandate=mandate, by=actor(request))
            except Refused as refusal:
                raise Refused(f"{mandate.name}: {refusal.message}") from refusal
        count = len(queryset)
        text = ngettext(
            "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count
        )
        messages.success(request, text % {"count": count})


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
