"""Mandates in the web admin; every write is a service."""

from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy, ngettext

from accounts.gates import actor
from core.admin import ServiceAdmin
from core.errors import Refused
from movements.admin.base import copy_into
from movements.filters import MandateStateFilter
from movements.forms import MandateForm
from movements.models import Mandate
from movements.selectors import mandate_state
from movements.selectors.mails import mail_that_failed
from movements.services import (
    change_mandate,
    confirm_mandates,
    invite,
    record_mandate,
)
from movements.services.mandates import MANDATE_FIELDS, PERSON_FIELDS
from movements.views import mandates, people, team_imports


@admin.register(Mandate)
class MandateAdmin(ServiceAdmin):
    """Who leads which movement, as what, until when; here they are invited."""

    form = MandateForm
    list_display = ["name", "movement", "function", "starts_on", "ends_on", "state"]
    list_filter = [MandateStateFilter, "function"]
    list_select_related = ["movement", "user"]
    search_fields = ["name", "=email", "movement__name"]
    actions = ["send_invitations", "confirm"]
    change_form_template = "admin/movements/mandate/change_form.html"
    change_list_template = "admin/movements/mandate/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandate]:
        return Mandate.objects.in_use().recorded()

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
        name = "movements_mandate_import"
        return [
            path("import/", team_imports.upload, name=name),
            path("import/<int:job_id>/", team_imports.preview, name=f"{name}_preview"),
            path("same-person/", people.pairs, name="movements_mandate_same_person"),
            path(
                "same-person/<int:one_id>/<int:other_id>/",
                people.pair,
                name="movements_mandate_same_pair",
            ),
            path("<int:mandate_id>/invite/", mandates.invite, name="movements_mandate_invite"),
            path("<int:mandate_id>/end/", mandates.end, name="movements_mandate_end"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        mandate = kwargs.get("obj")
        context["failed_mail"] = mail_that_failed(mandate) if mandate else None
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=gettext_lazy("Say that they go on this year"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> None:
        """Confirm everybody who is ticked and holds a function now."""
        by_movement: dict[int, list[Mandate]] = defaultdict(list)
        for mandate in queryset.select_related("movement"):
            by_movement[mandate.movement_id].append(mandate)
        count = 0
        for team in by_movement.values():
            said = confirm_mandates(movement=team[0].movement, mandates=team, by=actor(request))
            count += len(said)
        text = ngettext("%(count)s person goes on.", "%(count)s people go on.", count)
        messages.success(request, text % {"count": count})

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
