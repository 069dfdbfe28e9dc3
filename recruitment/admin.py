"""Families in the web admin: a list, and pages of our own behind it. Names are never in a URL."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.pages import PagesAdmin
from recruitment.enums import Stage
from recruitment.filters import MineFilter, StageFilter
from recruitment.models import Household
from recruitment.selectors import households_with_children
from recruitment.views import consultant


@admin.register(Household)
class HouseholdAdmin(PagesAdmin):
    """The list shows what the whole team sees: number, first names, stages, owner."""

    add_page = staticmethod(consultant.HouseholdView.as_view())
    change_page = staticmethod(consultant.household_page)
    list_display = ["number", "children", "owner", "opened_on"]
    list_display_links = None
    list_filter = [MineFilter, StageFilter]
    ordering = ["-id"]
    sortable_by = ["opened_on"]
    change_list_template = "admin/recruitment/household_list.html"

    def get_queryset(self, request: Any) -> QuerySet[Household]:
        return households_with_children(request.user)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """With the user's own households that are set aside, by number only."""
        apart = Household.objects.set_aside_for(request.user).only("pk")
        return super().changelist_view(request, {"set_aside": apart, **(extra_context or {})})

    @admin.display(description=_("household"))
    def number(self, household: Household) -> SafeString:
        """Its number, which leads to its page."""
        address = reverse("admin:recruitment_household_change", args=[household.pk])
        return format_html('<a href="{}">{}</a>', address, household)

    @admin.display(description=_("children"))
    def children(self, household: Household) -> str:
        """First names, each with the stage of its newest path."""
        return ", ".join(
            f"{child.shown_name} ({Stage(paths[-1].stage).label})" if paths else child.shown_name
            for child in household.children.all()
            for paths in [list(child.guidances.all())]
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "recruitment_household"
        return [
            path("find/", view(consultant.find), name=f"{name}_find"),
            path("member/", view(consultant.MemberView.as_view()), name=f"{name}_member"),
            path(
                "<int:number>/details/",
                view(consultant.DetailsView.as_view()),
                name=f"{name}_details",
            ),
            path(
                "<int:number>/reason/",
                view(consultant.ReasonView.as_view()),
                name=f"{name}_reason",
            ),
            path("of/<int:person>/", view(consultant.LeaverView.as_view()), name=f"{name}_leaver"),
            path("<int:number>/owner/", view(consultant.OwnerView.as_view()), name=f"{name}_owner"),
            path("<int:number>/child/", view(consultant.ChildView.as_view()), name=f"{name}_child"),
            path(
                "paths/<int:number>/step/",
                view(consultant.StepView.as_view()),
                name="recruitment_guidance_step",
            ),
            path(
                "paths/<int:number>/take-back/",
                view(consultant.TakeBackView.as_view()),
                name="recruitment_guidance_take_back",
            ),
            *super().get_urls(),
        ]
