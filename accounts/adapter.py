"""How allauth behaves here: accounts by invitation only, sign-in mail by the outbox."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.services import queue_sign_in_code
from core.encryption import decrypt, encrypt

LOGIN_CODE_TEMPLATE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's questions to this project."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code. Look in the newest mail."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes and try again."),
        "rate_limited": _("Too many tries. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the one mail that signing in needs; the code is encrypted and wiped once sent."""
        if template_prefix != LOGIN_CODE_TEMPLATE:
            raise ValueError(f"no mail is made of {template_prefix}")
        queue_sign_in_code(email=email, code=context["code"])

    def is_safe_url(self, url: str | None) -> bool:
        """Only pages of this site, by the name under which it was asked."""
        request = context.request
        hosts = {request.get_host()}
        return url_has_allowed_host_and_scheme(url, hosts, require_https=request.is_secure())


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's questions about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Try again with a new code."),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of apps and recovery codes, as they stand in the database."""
        return encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What an app shows beside the address: who sends the mails."""
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or self._host()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs: the public address, whatever name was asked for."""
        return {"id": self._host(), "name": self.get_totp_issuer()}

    def _host(self) -> str:
        return urlsplit(settings.PUBLIC_URL).hostname or ""
