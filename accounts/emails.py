"""The mails about signing in: the code, the invitation of a colleague, a changed second factor."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import StaffInvitation, User
from accounts.selectors import has_factor
from core.calendar import now
from core.outbox import Message, register


@register("sign_in_code")
class SignInCode(Message):
    """A code of six characters; worthless after a quarter of an hour, so not sent late.

    The row for an address that nobody has names no user, so it is never due.
    """

    called = gettext_lazy("code to sign in")
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


@register("staff_invitation")
class StaffInvitationMail(Message):
    """Says that one can sign in, and until when a second factor can be set up. Holds no secret."""

    called = gettext_lazy("invitation of staff")

    @cached_property
    def invitation(self) -> StaffInvitation:
        return StaffInvitation.objects.select_related("user", "sent_by").get(pk=self.object_id)

    def still_due(self) -> bool:
        user = self.invitation.user
        return user.is_active and self.invitation.expires_at > now() and not has_factor(user)

    def address(self) -> str:
        return self.invitation.user.email

    def subject(self) -> str:
        return _("You can sign in as a colleague")

    def context(self) -> dict[str, Any]:
        return {
            "name": self.invitation.user.full_name,
            "inviter": self.invitation.sent_by,
            "link": settings.PUBLIC_URL + reverse(settings.LOGIN_URL),
            "expires_at": self.invitation.expires_at,
        }


CHANGES = {
    "totp_added": gettext_lazy("An authenticator app was added."),
    "totp_removed": gettext_lazy("The authenticator app was removed."),
    "webauthn_added": gettext_lazy("A passkey was added."),
    "webauthn_removed": gettext_lazy("A passkey was removed."),
    "recovery_codes_renewed": gettext_lazy(
        "New recovery codes were made. The old ones do not work any more."
    ),
    "reset": gettext_lazy(
        "Your second factor was taken away, because it was lost. "
        "When you sign in you set up a new one."
    ),
}


@register("second_factor_changed")
class SecondFactorChangedMail(Message):
    """Tells somebody what changed about their second factor, so that a thief is found out."""

    called = gettext_lazy("change of a second factor")
    keep = timedelta(days=30)

    @cached_property
    def user(self) -> User:
        return User.objects.get(pk=self.object_id)

    def still_due(self) -> bool:
        return self.user.is_active

    def address(self) -> str:
        return self.user.email

    def subject(self) -> str:
        return _("The second factor of your account has changed")

    def context(self) -> dict[str, Any]:
        return {
            "name": self.user.full_name,
            "change": CHANGES[self.payload["what"]],
            "moment": datetime.fromisoformat(self.payload["at"]),
        }
