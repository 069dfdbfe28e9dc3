"""The page about one's own account."""

from functools import wraps

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.gates import actor
from accounts.rules import needs_second_factor
from accounts.selectors import factors_of
from core import preferences


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Name, address, language, second factors, wanted mails; and signing out everywhere."""
    user = actor(request)
    factors = [factor.wrap() for factor in factors_of(user)]
    page = {
        "factors": factors,
        "needs_factor": bool(factors) or needs_second_factor(user),
        "mail_groups": [
            (group, preferences.wants(user.key, group.name))
            for group in preferences.groups(user.roles)
        ],
    }
    return render(request, "account/my_account.html", page)


@wraps(account_views.logout)
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's own; the browser then forgets what it kept, such as text that was not saved yet."""
    response: HttpResponse = account_views.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this person, this one too."""
    services.sign_out_everywhere(user=actor(request))
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect(settings.LOGOUT_REDIRECT_URL)
