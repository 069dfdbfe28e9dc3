"""Signing in with a code by mail; the pages themselves are those of allauth."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.selectors import nobody
from accounts.services import queue_sign_in_code
from accounts.sign_on import is_configured

logger = logging.getLogger(__name__)


class RequestCode(RequestLoginCodeView):
    """Ask for a code. For an address that nobody has, the same work is done."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Who has a code on its way may still ask for one at another address."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign_on = settings.OIDC_NAME if is_configured() else ""
        context: dict[str, Any] = super().get_context_data(**{"sign_on": sign_on, **kwargs})
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        if form._user is None:
            # allauth queues the mail of a known address by the adapter, at this very point
            code = get_adapter().generate_login_code()
            queue_sign_in_code(email=form.cleaned_data["email"], code=code)
        response: HttpResponse = super().form_valid(form)
        return response


class EnterCode(ConfirmLoginCodeView):
    """Type the code. For an address that nobody has, somebody is looked up all the same."""

    def get_form_kwargs(self) -> dict[str, Any]:
        if self.stage.login.user is None:
            nobody()
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs

    def form_invalid(self, form: Any) -> HttpResponse:
        user = self.stage.login.user
        logger.warning("A code by mail was wrong, for %s", user.key if user else "nobody")
        response: HttpResponse = super().form_invalid(form)
        return response


request_code = RequestCode.as_view()
enter_code = EnterCode.as_view()
