"""Requests to join a team, and the links of teams, in the web admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.pages import PagesAdmin
from movements.models import JoinRequest, TeamLink
from movements.selectors.pass_on import links_of_teams, requests_of_teams
from movements.views import joining


@admin.register(JoinRequest)
class JoinRequestAdmin(PagesAdmin):
    """Who wants to join which team; what waits comes first."""

    add_page = staticmethod(joining.nothing_to_add)
    change_page = staticmethod(joining.RequestView.as_view())
    list_display = ["name", "movement", "function", "starts_on", "asked_at", "state"]
    list_filter = ["state"]
    search_fields = ["name", "=email", "movement__name"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[JoinRequest]:
        return requests_of_teams()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(TeamLink)
class TeamLinkAdmin(PagesAdmin):
    """Which links teams passed on; the secret of none is kept."""

    add_page = staticmethod(joining.nothing_to_add)
    change_page = staticmethod(joining.LinkView.as_view())
    list_display = ["movement", "made_by", "starts_on", "expires_at", "works"]
    search_fields = ["movement__name"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[TeamLink]:
        return links_of_teams()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("works"), boolean=True)
    def works(self, link: Any) -> bool:
        """Whether its time is not over."""
        return bool(link.is_open)
