"""Home visits in the web admin: a list, and a thumb-sized form."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.pages import PagesAdmin
from homevisits.models import HomeVisit
from homevisits.selectors import visit_rows
from homevisits.views.consultant import RecordView, VisitView
from recruitment.models import Household


class MineFilter(admin.SimpleListFilter):
    """Visits to families the user owns or backs up."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("mine"))]

    def queryset(self, request: Any, queryset: QuerySet) -> QuerySet:
        if self.value() != "mine":
            return queryset
        return queryset.filter(household__in=Household.objects.owned_by(request.user))


@admin.register(HomeVisit)
class HomeVisitAdmin(PagesAdmin):
    """When, to whom, how it went. Notes stand on the page of the visit, for owner and backup."""

    add_page = staticmethod(RecordView.as_view())
    change_page = staticmethod(VisitView.as_view())
    list_display = ["on", "family", "outcome", "who_went", "follow_up_on"]
    list_filter = [MineFilter, "outcome"]
    sortable_by = ["on", "follow_up_on"]

    def get_queryset(self, request: Any) -> QuerySet[HomeVisit]:
        return visit_rows(request.user)

    @admin.display(description=_("household"))
    def family(self, visit: HomeVisit) -> str:
        """First names and number."""
        names = ", ".join(child.shown_name for child in visit.household.children.all())
        return f"{names or '–'} ({visit.household})"

    @admin.display(description=_("who went"))
    def who_went(self, visit: HomeVisit) -> str:
        """Names of colleagues."""
        return ", ".join(str(person) for person in visit.visitors.all())
