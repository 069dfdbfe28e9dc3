"""Signing in with a code by mail; the pages themselves are those of allauth."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import RequestLoginCodeView
from django.http import HttpResponse

from accounts.services import queue_sign_in_code


class RequestCode(RequestLoginCodeView):
    """Ask for a code. For an address that nobody has, the same work is done."""

    def form_valid(self, form: Any) -> HttpResponse:
        if form._user is None:
            # allauth queues the mail of a known address by the adapter, at this very point
            code = get_adapter().generate_login_code()
            queue_sign_in_code(email=form.cleaned_data["email"], code=code)
        response: HttpResponse = super().form_valid(form)
        return response


request_code = RequestCode.as_view()
