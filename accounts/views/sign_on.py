"""Signing in through the city's own sign-on: out to the provider, and back."""

import logging

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import sign_on
from accounts.selectors import person_with_address

APP = "accounts.sign_on"
LIMIT = {"ask": "60/m/ip", "callback": "60/m/ip"}  # a town hall may share one address
logger = logging.getLogger(__name__)

# A link and no form: `form-action 'self'` would stop the browser on its way to the provider. What
# keeps other sites from starting it is the browser's own word on where the click was.
OUR_CLICKS = {"same-origin", "none", None}


@login_not_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    if not sign_on.is_configured():
        raise Http404
    next_url = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(next_url or settings.LOGIN_REDIRECT_URL)
    if request.headers.get("Sec-Fetch-Site") not in OUR_CLICKS:
        return redirect(settings.LOGIN_URL)
    if too_often := _limit(request, "ask"):
        return too_often
    try:
        return HttpResponseRedirect(sign_on.address_to_ask(request, next_url))
    except sign_on.FAULTS as fault:
        return _refused(request, type(fault).__name__)


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Who comes back from the provider signs in when it names the verified address of an account.

    Unknown, closed, not verified or not in order: one page for all of them, and nothing is made.
    """
    if not sign_on.is_configured():
        raise Http404
    if too_often := _limit(request, "callback"):
        return too_often
    try:
        claims, next_url = sign_on.claims_of_answer(request)
    except sign_on.FAULTS as fault:
        return _refused(request, type(fault).__name__)
    user = person_with_address(sign_on.verified_address(claims))
    if user is None:
        return _refused(request, "nobody here has that address")
    record_authentication(request, user, "socialaccount", provider=sign_on.PROVIDER)
    if sign_on.proves_second_factor(claims):
        record_authentication(request, user, "mfa", type=sign_on.PROVIDER)
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=next_url))
    return response


def _limit(request: HttpRequest, action: str) -> HttpResponse | None:
    """The answer to who comes too often; each request makes us wait for the provider."""
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, app=APP, action=action, config=LIMIT, limit_get=True
    )
    return limited


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The reason is for the log, which names nobody."""
    logger.warning("The city's sign-on was refused: %s", reason)
    context = {"provider": settings.OIDC_NAME}
    return render(request, "account/sign_on_refused.html", context, status=403)
