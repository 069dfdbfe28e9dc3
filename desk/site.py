"""The web admin: one door (sign-in by code), one index (the work list)."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from desk.selectors import headline_figures
from desk.worklist import work_list


class DeskAdminSite(AdminSite):
    """Django's admin with our door."""

    site_title = site_header = _("Youth service")
    index_title = _("Work list")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff by today's roles."""
        user: Any = request.user
        return bool(user.is_authenticated and user.is_active and user.is_staff)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """Strangers sign in with a code; somebody signed in without the role finds nothing."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The work list, with the figures above it."""
        context = {
            "sections": work_list(request.user),
            "figures": headline_figures(),
            "is_nav_sidebar_enabled": False,
        }
        return super().index(request, {**context, **(extra_context or {})})
