"""The web admin: one door (sign-in by code), one index (the work list)."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.gates import actor, page_of
from accounts.rules import is_coordinator, is_privacy_officer, is_staff_member
from desk.selectors import headline_figures
from desk.worklist import work_list

# People sign in and out at one door, with a code; and objects have no page on the site whose
# address anybody should have to guess.
LEFT_OUT = {"login", "logout", "password_change", "password_change_done", "view_on_site"}

LONGEST_KEY = 40  # characters; of thousands of digits Python makes no number, and says so


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

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Strangers sign in with a code; who may not see a page finds nothing there, never a 403.

        So a record that one may not see and one that is missing answer alike.
        """
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(page_of(request))
            if not self.has_permission(request) or len(kwargs.get("object_id", "")) > LONGEST_KEY:
                raise Http404
            try:
                return guarded(request, *args, **kwargs)
            except PermissionDenied as refusal:
                raise Http404 from refusal

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's pages but those left out; its own door is never named as the way in."""
        patterns = [p for p in super().get_urls() if getattr(p, "name", None) not in LEFT_OUT]
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback.login_url = None  # type: ignore[attr-defined]
        return patterns

    @method_decorator(require_safe)
    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """The lists of one app."""
        return super().app_index(request, app_label, extra_context)

    @method_decorator(require_safe)
    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The work list, with the figures above it for those whose dashboard they are on."""
        user = actor(request)
        is_team = is_staff_member(user)
        context = {
            "is_team": is_team,
            "figures": headline_figures() if is_team else [],
            "sections": work_list(user),
            "sees_privacy": is_coordinator(user) or is_privacy_officer(user),
        }
        return super().index(request, {**context, **(extra_context or {})})
