"""How allauth behaves here: accounts by invitation only, sign-in mail by the outbox."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User
from core import outbox

LOGIN_CODE_TEMPLATE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's questions to this project."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the one mail that signing in needs; the code is encrypted and wiped once sent."""
        if template_prefix != LOGIN_CODE_TEMPLATE:
            raise ValueError(f"no mail is made of {template_prefix}")
        user = User.objects.get_by_natural_key(email)
        outbox.enqueue(
            kind="sign_in_code",
            object_id=user.pk,
            step=uuid4().hex,
            recipient=user.key,
            language=user.language,
            payload={"code": context["code"]},
            urgent=True,
        )
