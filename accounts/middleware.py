"""Who is not signed in, or needs a second factor, gets nowhere without it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.gates import page_of, prove_url
from accounts.proofs import has_proven, signed_in_within
from accounts.rules import needs_second_factor
from accounts.selectors import has_factor

SET_UP = {"second_factor", "second_factor_app", "second_factor_passkey"}
ENTER = {"second_factor_again"}


class SignInFirst(LoginRequiredMiddleware):
    """Leads strangers to the sign-in, and after it to a page.

    Whose session ended while a form stood open sent it in vain: they come back to its page, and
    not to an address that only takes what is sent.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """The way to the sign-in; with what was typed, when there is any."""
        return _to_sign_in(request)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in, after which one comes back; sentences that were sent in vain are given back.

    A page that is never kept has no way back to what stood in its form. The token was checked
    before: nobody else can let this site show a text.
    """
    way = redirect_to_login(page_of(request))
    sent = {name: request.POST.getlist(name) for name in request.POST}
    texts = [text for values in sent.values() for text in values if " " in text.strip()]
    if not texts or request.headers.get("Accept") == "application/json":
        return way
    page = {"texts": list(dict.fromkeys(texts)), "way": way.url}
    return render(request, "account/signed_out.html", page, status=403)


class SecondFactor:
    """Asked on every request, from the roles of this moment and what the session has shown.

    Pages that need no sign-in stay open. Who has a factor is sent to show it, who has none to set
    one up. A session in which one works for the city also ends after a working day, whatever it
    was when it began: a leader who signed in for 90 days may become a colleague meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The way to what is missing; None to go on."""
        if not getattr(view, "login_required", True) or not needs_second_factor(request.user):
            return None
        if not signed_in_within(request, timedelta(seconds=settings.SESSION_COOKIE_AGE)):
            logout(request)
            return _to_sign_in(request)
        return None if has_proven(request) else _missing(request)


def _missing(request: HttpRequest) -> HttpResponseBase | None:
    """Where to show a factor, or to set one up; None on the way there."""
    match: Any = request.resolver_match
    user: Any = request.user
    if has_factor(user):
        return None if match.url_name in ENTER else HttpResponseRedirect(prove_url(request))
    return None if match.url_name in SET_UP else HttpResponseRedirect(reverse("second_factor"))
