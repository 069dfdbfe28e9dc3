"""The mail with a sign-in code."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now
from core.outbox import Message, register


@register("sign_in_code")
class SignInCode(Message):
    """A code of six characters; worthless after a quarter of an hour, so not sent late.

    The row for an address that nobody has names no user, so it is never due.
    """

    keep = timedelta(days=1)

    @cached_property
    def user(self) -> User:
        return User.objects.get(pk=self.object_id)

    def still_due(self) -> bool:
        lifetime = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        return self.user.is_active and self.row.created_at + lifetime > now()

    def address(self) -> str:
        return self.user.email

    def subject(self) -> str:
        return _("%(code)s is your sign-in code") % {"code": self.payload["code"]}

    def context(self) -> dict[str, Any]:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        return {"code": self.payload["code"], "name": self.user.full_name, "minutes": minutes}
