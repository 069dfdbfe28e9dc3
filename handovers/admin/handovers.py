"""Handovers in the web admin: the list, one handover, and the continuity of every movement."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from handovers.enums import HandoverState
from handovers.models import Handover
from handovers.selectors.handovers import state_of, turns_by_movement
from handovers.views import staff

KINDS = {
    HandoverState.SIGNED: "good",
    HandoverState.HALF: "fair",
    HandoverState.OPEN: "bad",
}


class SignedFilter(admin.SimpleListFilter):
    """Whether somebody of age signed."""

    title = _("signed")
    parameter_name = "signed"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: Any, queryset: QuerySet[Handover]) -> QuerySet[Handover]:
        signed = Handover.objects.filter(signatures__of_age=True)
        if self.value() == "yes":
            return queryset.filter(pk__in=signed.values("pk"))
        return queryset.exclude(pk__in=signed.values("pk")) if self.value() == "no" else queryset


class HandoverList(ChangeList):
    """Each row with `turn_state`: how it stands by the dates of its team, None when they moved."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        found = turns_by_movement({row.movement_id for row in rows})
        for row in rows:
            row.turn_state = state_of(row, found[row.movement_id])
        self.result_list = rows


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    """Each change of team of a movement; it opens on what is handed over."""

    list_display = ["movement", "rotation_on", "state"]
    list_filter = [SignedFilter]
    list_select_related = ["movement"]
    search_fields = ["movement__name"]
    change_list_template = "admin/handovers/handover/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return HandoverList

    @admin.display(description=_("state"))
    def state(self, handover: Any) -> SafeString:
        """In words with a shape; of a change that vanished by a correction, just that."""
        state = handover.turn_state
        words = state.label if state else gettext("no change of team on this day any more")
        kind = KINDS.get(state, "quiet")
        return render_to_string("components/tag.html", {"text": words, "kind": kind})

    def get_urls(self) -> list[URLPattern]:
        own = path("continuity/", staff.continuity, name="handovers_handover_continuity")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What is handed over, who signed, and the second signature of the youth service."""
        if not object_id.isdecimal():
            raise Http404
        return staff.handover(request, number=int(object_id))  # type: ignore[return-value]
