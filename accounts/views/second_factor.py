"""Somebody's own second factors: set up, added, removed, and the recovery codes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import segno
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import AppForm, PasskeyForm
from accounts.gates import actor, prove_url
from accounts.models import User
from accounts.proofs import RECENTLY, WHILE_TYPING, proved_within
from accounts.rules import needs_second_factor
from accounts.selectors import factors_of, has_factor, open_invitation, recovery_codes_of
from accounts.services import mark_codes_saved, remove_factor, renew_recovery_codes
from accounts.views.prove import asks_json
from core.errors import Refused

PageView = Callable[..., HttpResponse]
form_page = require_http_methods(["GET", "HEAD", "POST"])


def owners_only(view: PageView) -> PageView:
    """For who needs a second factor, or has one; for anybody else there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = actor(request)
        if not needs_second_factor(user) and not has_factor(user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def first_or_proven(view: PageView) -> PageView:
    """For a first factor, by who was invited; who has one shows it again first."""

    @owners_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = actor(request)
        if not has_factor(user):
            may_go_on = open_invitation(user) is not None
            return view(request, *args, **kwargs) if may_go_on else redirect("second_factor")
        within = WHILE_TYPING if request.method == "POST" else RECENTLY
        if not proved_within(request, within):
            return redirect(prove_url(request))
        return view(request, *args, **kwargs)

    return guarded


@owners_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What somebody has; or the ways to set up a first one."""
    user = actor(request)
    codes = recovery_codes_of(user)
    factors = [factor.wrap() for factor in factors_of(user)]
    page = {
        "factors": factors,
        "has_app": any(f.instance.type == Authenticator.Type.TOTP for f in factors),
        "invitation": open_invitation(user),
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "codes_saved": codes is None or codes.did_view,
    }
    return render(request, "mfa/overview.html", page)


@first_or_proven
@form_page
def app(request: HttpRequest) -> HttpResponse:
    """Scan a square with an app, type the code that it shows. One app is enough."""
    user = actor(request)
    if factors_of(user).filter(type=Authenticator.Type.TOTP).exists():
        return redirect("second_factor")
    form = AppForm(request.POST or None, user=user)
    if form.is_valid():
        factor = form.save()
        if factor:
            return _has_shown(request, user, factor)
    address = get_adapter().build_totp_url(user, form.secret)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="white")
    groups = " ".join(form.secret[i : i + 4] for i in range(0, len(form.secret), 4))
    page = {"form": form, "picture": picture, "address": address, "secret": groups}
    return render(request, "mfa/app.html", page)


@first_or_proven
@form_page
def passkey(request: HttpRequest) -> HttpResponse:
    """Let the device make a passkey; asked as JSON, what it has to know for that."""
    user = actor(request)
    if asks_json(request):
        return JsonResponse({"creation_options": begin_registration(user, passwordless=True)})
    form = PasskeyForm(request.POST or None, user=user)
    if form.is_valid():
        factor = form.save()
        if factor:
            return _has_shown(request, user, factor)
    return render(request, "mfa/passkey.html", {"form": form})


@first_or_proven
@form_page
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then remove one's own app or passkey."""
    user = actor(request)
    factor = get_object_or_404(factors_of(user), pk=pk)
    if request.method == "POST":
        try:
            remove_factor(user=user, factor=factor)
            messages.success(request, _("Removed."))
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("second_factor")
    return render(request, "mfa/remove.html", {"factor": factor.wrap()})


@first_or_proven
@form_page
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes on paper: shown until they are said to be saved, and never again."""
    user = actor(request)
    if request.method == "POST":
        return _act_on_codes(request, user)
    codes = recovery_codes_of(user)
    shown = codes.get_unused_codes() if codes and not codes.did_view else []
    lines = "\n".join(shown)
    page = {
        "codes": shown,
        "lines": lines,
        "file": f"data:text/plain;charset=utf-8,{quote(lines)}",
        "left": len(codes.get_unused_codes()) if codes else 0,
    }
    return render(request, "mfa/codes.html", page)


def _act_on_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Two buttons: they are saved, or new ones are wanted."""
    if "saved" in request.POST:
        mark_codes_saved(user=user)
        return redirect("desk:start")
    if "new" in request.POST:
        renew_recovery_codes(user=user)
    return redirect("recovery_codes")


def _has_shown(request: HttpRequest, user: User, factor: Authenticator) -> HttpResponse:
    """Who set up a factor has shown it; then the recovery codes, while nobody has seen them."""
    record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
    request.session.cycle_key()
    codes = recovery_codes_of(user)
    return redirect("recovery_codes" if codes and not codes.did_view else "second_factor")
