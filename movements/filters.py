"""Filters of the lists in the web admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.calendar import today
from movements.enums import TeamState
from movements.forms import staff_members
from movements.models import Mandate

Choices = list[tuple[str, Any]]


class TeamFilter(admin.SimpleListFilter):
    """By how the main leadership stands."""

    title = _("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return list(TeamState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(team_state=self.value()) if self.value() else queryset


class CoachFilter(admin.SimpleListFilter):
    """By who coaches it: me, nobody, or a colleague."""

    title = _("coach")
    parameter_name = "coach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        others = [(str(u.pk), u.full_name) for u in staff_members() if u != request.user]
        return [(str(request.user.pk), _("me")), ("nobody", _("nobody yet")), *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        if value == "nobody":
            return queryset.filter(coach_id__isnull=True)
        return queryset.filter(coach_id=int(value)) if value.isdecimal() else queryset


class ExistsFilter(admin.SimpleListFilter):
    """By whether the movement exists today."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("running", _("runs today")),
            ("paused", _("paused")),
            ("existing", _("exists today")),
            ("stopped", _("stopped")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "stopped":
            return queryset.filter(stopped_on__lt=today())
        state = {"running": "running", "paused": "pausing", "existing": "existing"}
        chosen = state.get(self.value() or "")
        return getattr(queryset, chosen)() if chosen else queryset


class WaitingFilter(admin.SimpleListFilter):
    """By whether children wait for a place: full groups are a fact the programme must see."""

    title = _("waiting list")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", _("children wait")), ("no", _("nobody waits")), ("unknown", _("unknown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        conditions = {
            "yes": Q(waiting__gt=0),
            "no": Q(waiting=0),
            "unknown": Q(waiting__isnull=True),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class MandateStateFilter(admin.SimpleListFilter):
    """By when the mandate holds."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("now", _("holds now")),
            ("waiting", _("not confirmed yet")),
            ("future", _("begins later")),
            ("over", _("over")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "now":
            return queryset.active()
        if self.value() == "waiting":
            return queryset.waiting()
        if self.value() == "future":
            return queryset.not_over().filter(starts_on__gt=today())
        if self.value() == "over":
            return queryset.exclude(pk__in=Mandate.objects.not_over().values("pk"))
        return queryset
