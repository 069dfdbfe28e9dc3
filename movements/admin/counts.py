"""Head counts in the web admin, with the totals of the city above them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from accounts.gates import actor
from core.admin import ServiceAdmin
from movements.admin.base import copy_into
from movements.forms.counts import StaffHeadCountForm
from movements.models import HeadCount
from movements.selectors.counts import totals_by_year
from movements.services.counts import give_head_count


@admin.register(HeadCount)
class HeadCountAdmin(ServiceAdmin):
    """What movements said of themselves; entered here for who says it by telephone."""

    form = StaffHeadCountForm
    list_display = ["movement", "year", "members", "leaders", "said", "given_on"]
    list_filter = ["working_year", "declined"]
    list_select_related = ["movement"]
    search_fields = ["movement__name"]
    change_list_template = "admin/movements/headcount/change_list.html"

    @admin.display(description=gettext_lazy("working year"), ordering="working_year")
    def year(self, count: HeadCount) -> str:
        """The two calendar years of it."""
        return f"{count.working_year}–{count.working_year + 1}"

    @admin.display(description=gettext_lazy("migration background"), ordering="estimate")
    def said(self, count: HeadCount) -> str:
        """The estimate, or that there is none and why."""
        if count.declined:
            return gettext("rather not said")
        return "–" if count.estimate is None else str(count.estimate)

    def get_readonly_fields(self, request: HttpRequest, obj: HeadCount | None = None) -> Any:
        return ["movement", "working_year"] if obj else []

    def write(self, request: HttpRequest, obj: HeadCount, form: Any, change: bool) -> None:
        about = {"movement": obj.movement, "working_year": obj.working_year}
        saved = give_head_count(
            by=actor(request), seen=obj if change else None, **{**about, **form.cleaned_data}
        )
        copy_into(obj, saved)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        totals = totals_by_year() if self.has_view_permission(request) else []
        return super().changelist_view(request, {"totals": totals, **(extra_context or {})})
