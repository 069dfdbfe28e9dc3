"""Decorators that open a view to roles; what a role may see inside it is in the look-ups."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.enums import STAFF, Role
from accounts.models import User

View = Callable[..., HttpResponseBase]


def actor(request: HttpRequest) -> User:
    """Who asks: past a gate or the login middleware always one of our users."""
    return cast(User, request.user)


def roles_required(*roles: str) -> Callable[[View], View]:
    """Only for these roles: strangers sign in first, others find nothing (404, never 403)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.roles & set(roles):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


staff_only = roles_required(*STAFF)
coordinator_only = roles_required(Role.COORDINATOR)
alderman_or_staff = roles_required(Role.ALDERMAN, *STAFF)
leader_only = roles_required(Role.LEADER)
