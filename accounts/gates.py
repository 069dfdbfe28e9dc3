"""Decorators that open a view to roles, and ask once more who somebody is before a sensitive act.

What a role may see inside a view is in the look-ups.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseRedirect
from django.urls import reverse

from accounts.enums import STAFF, Role
from accounts.models import User
from accounts.proofs import RECENTLY, WHILE_TYPING, proved_within
from accounts.rules import needs_second_factor

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
                return redirect_to_login(page_of(request))
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
privacy_officer_only = roles_required(Role.PRIVACY_OFFICER)


# Asked again -----------------------------------------------------------------------------------


def ask_again(request: HttpRequest, *, sending: timedelta = WHILE_TYPING) -> HttpResponse | None:
    """The way to prove the second factor once more, or None when that was done not long ago.

    To open the page of a sensitive act it must be at most 15 minutes ago, to send its form at most
    60: so the question comes before somebody types, not after. Whose roles need no second factor is
    not asked: they have none. Use it after the roles were looked at.
    """
    within = sending if request.method == "POST" else RECENTLY
    if not needs_second_factor(request.user) or proved_within(request, within):
        return None
    return HttpResponseRedirect(prove_url(request))


def prove_url(request: HttpRequest) -> str:
    """The page that asks for the second factor and leads back to the page one was on."""
    return f"{reverse('second_factor_again')}?{urlencode({'next': page_of(request)})}"


def page_of(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one whose form was sent."""
    origin = urlsplit(request.headers.get("Referer", ""))
    if request.method == "POST" and origin.netloc == request.get_host():
        return origin._replace(scheme="", netloc="").geturl()
    return request.get_full_path()


def recently_proven(view: View) -> View:
    """For a sensitive act: asks for the second factor again first. Stands under a gate for roles.

    Use `ask_again` inside a method of the web admin, `RecentlyProven` on a class of view.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return ask_again(request) or view(request, *args, **kwargs)

    return guarded


class RecentlyProven:
    """The same for a class of view: `class Erase(RecentlyProven, ServiceFormView)`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        parent: Any = super()
        return ask_again(request) or parent.dispatch(request, *args, **kwargs)
