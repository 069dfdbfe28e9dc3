"""Showing a second factor: while signing in, again before a sensitive act, or as the only thing.

Each page works without script, with a code. For a passkey the script of the page asks the same
address, as JSON, what the device has to answer, and sends the answer as a form.
"""

import logging
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.mixins import NextRedirectMixin
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views.generic import FormView

from accounts import forms
from accounts.gates import actor
from accounts.models import User
from accounts.rules import needs_second_factor
from accounts.selectors import factors_of, has_factor, recovery_codes_of

logger = logging.getLogger(__name__)
KIND = Authenticator.Type


def asks_json(request: HttpRequest) -> bool:
    """Whether the script of a page asks, and not a person."""
    return request.headers.get("Accept") == "application/json"


class Prove(NextRedirectMixin, FormView):
    """Asks somebody for a code or a passkey; subclasses say whom, and what follows."""

    template_name = "mfa/prove.html"
    request: Any
    code_form: Any
    passkey_form: Any

    def whose(self) -> User:
        """Who has to prove it."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if asks_json(request):
            return JsonResponse({"request_options": begin_authentication(self.whose())})
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> Any:
        return self.passkey_form if "credential" in self.request.POST else self.code_form

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.whose()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(factors_of(self.whose()).values_list("type", flat=True))
        form = kwargs.get("form") or self.get_form()
        wrong = [] if isinstance(form, self.code_form) else form.errors.get("credential", [])
        known = {"has_app": KIND.TOTP in kinds, "has_passkey": KIND.WEBAUTHN in kinds}
        code = form if isinstance(form, self.code_form) else self.code_form(user=self.whose())
        context = {**known, "wrong": wrong, "form": code, **kwargs, "code_form": code}
        return super().get_context_data(**context)

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        used = getattr(form, "authenticator", None)
        if used is not None and used.type == KIND.RECOVERY_CODES:
            _tell_how_many_are_left(self.request, self.whose())
        return self.go_on()

    def form_invalid(self, form: Any) -> HttpResponse:
        logger.warning("A second factor was wrong, for %s", self.whose().key)
        return super().form_invalid(form)

    def go_on(self) -> HttpResponse:
        """Where to, once it is proven."""
        raise NotImplementedError


def _tell_how_many_are_left(request: HttpRequest, user: User) -> None:
    codes = recovery_codes_of(user)
    left = len(codes.get_unused_codes()) if codes else 0
    text = ngettext(
        "You have %(left)s recovery code left.", "You have %(left)s recovery codes left.", left
    )
    messages.warning(request, text % {"left": left})


@method_decorator(
    login_stage_required(AuthenticateStage.key, redirect_urlname="account_login"), name="dispatch"
)
class SignIn(Prove):
    """After the code by mail."""

    code_form, passkey_form = forms.SignInCodeForm, forms.SignInPasskeyForm
    extra_context = {"again": False}

    def whose(self) -> User:
        user: User = self.request._login_stage.login.user
        return user

    def go_on(self) -> HttpResponse:
        response: HttpResponse = self.request._login_stage.exit()
        return response


class Again(Prove):
    """Of somebody who is signed in: before a sensitive act, or in a session that lacks it."""

    code_form, passkey_form = forms.AgainCodeForm, forms.AgainPasskeyForm
    extra_context = {"again": True}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_factor(actor(request)):
            return super().dispatch(request, *args, **kwargs)
        if needs_second_factor(request.user):
            return redirect("second_factor")
        raise Http404

    def whose(self) -> User:
        return actor(self.request)

    def go_on(self) -> HttpResponse:
        return HttpResponseRedirect(self.get_next_url() or resolve_url(settings.LOGIN_REDIRECT_URL))


class PasskeyOnly(LoginWebAuthnView):
    """Instead of a code by mail. Asked without script, it leads back to the sign-in page."""

    form_class = forms.PasskeyOnlyForm

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Who has a code on its way may take the passkey after all."""


sign_in = SignIn.as_view()
again = Again.as_view()
passkey_only = login_not_required(PasskeyOnly.as_view())
