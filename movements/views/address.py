"""Another e-mail address for a leader: asked for, proven by a code, and then used."""

from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.gates import actor, leader_only
from core.calendar import now
from movements.emails import CODE_LASTS
from movements.forms.address import AddressCodeForm, AddressForm
from movements.services.address import change_own_address

APP = "movements.address"
LIMIT = {"code": "5/h/user"}  # each code is a mail to somebody who perhaps asked for none
ASKED = "another address"  # in the session: the address, its code, until when, and wrong tries
TRIES = 3

gate = require_http_methods(["GET", "HEAD", "POST"])


@leader_only
@never_cache
@gate
def own_address(request: HttpRequest) -> HttpResponse:
    """Ask for the new address and mail a code there."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        limited: HttpResponse | None = ratelimit.consume_or_429(
            request, app=APP, action="code", config=LIMIT, user=actor(request)
        )
        if limited:
            return limited
        if code := form.save(actor(request)):
            until = (now() + CODE_LASTS).timestamp()
            email = form.cleaned_data["email"].strip().lower()
            request.session[ASKED] = {"email": email, "code": code, "until": until, "wrong": 0}
            return redirect("movements:prove_address")
    page = {"form": form, "address": actor(request).email}
    return render(request, "movements/address.html", page)


@leader_only
@never_cache
@gate
def prove_address(request: HttpRequest) -> HttpResponse:
    """The code from the mail; with the right one the new address is used from now on."""
    asked = _asked(request)
    if asked is None:
        messages.error(request, _("The code does not work any more. Ask for a new one."))
        return redirect("movements:own_address")
    form = AddressCodeForm(request.POST or None)
    if form.is_valid():
        if not compare_user_code(actual=form.cleaned_data["code"], expected=asked["code"]):
            request.session[ASKED] = {**asked, "wrong": asked["wrong"] + 1}
            form.add_error("code", _("This is not the code. Look in the newest mail."))
        elif form.attempt(change_own_address, by=actor(request), email=asked["email"]) is not None:
            return _changed(request)
    return render(request, "movements/address.html", {"form": form, "new_address": asked["email"]})


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    """What this session asked for, while its code works; else it is forgotten."""
    asked: dict[str, Any] | None = request.session.get(ASKED)
    if asked and asked["until"] > now().timestamp() and asked["wrong"] < TRIES:
        return asked
    request.session.pop(ASKED, None)
    return None


def _changed(request: HttpRequest) -> HttpResponse:
    """This device stays signed in; every other one is not."""
    del request.session[ASKED]
    user = actor(request)
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    messages.success(request, _("Saved. From now on you sign in with this address."))
    return redirect("my_account")
