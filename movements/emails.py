"""The mail that invites somebody into the team of a movement."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar import now
from core.outbox import Message, register
from core.restriction import is_set_aside
from movements.models import Invitation
from programmes.models import Edition


def programme_name() -> str:
    """The name of the present edition in the active language; empty before the first one."""
    edition = Edition.objects.current()
    return str(edition.name) if edition else ""


@register("invitation")
class InvitationMail(Message):
    """One link; it says which team and never signs in. The code that does is another mail."""

    called = gettext_lazy("invitation of a leader")

    @cached_property
    def invitation(self) -> Invitation | None:
        invitations = Invitation.objects.select_related(
            "mandate__movement", "mandate__user", "sent_by"
        )
        return invitations.filter(pk=self.object_id).first()

    def still_due(self) -> bool:
        invitation = self.invitation
        if invitation is None or invitation.expires_at <= now():
            return False
        return invitation.mandate.may_be_invited and not is_set_aside(invitation.mandate)

    def address(self) -> str:
        return self._facts().mandate.email

    def subject(self) -> str:
        return _("%(movement)s: your invitation") % {"movement": self._facts().mandate.movement}

    def context(self) -> dict[str, Any]:
        invitation = self._facts()
        path = reverse("movements:invitation", args=[self.payload["token"]])
        return {
            "name": invitation.mandate.name,
            "movement": invitation.mandate.movement,
            "inviter": invitation.sent_by,
            "function": invitation.mandate.get_function_display(),
            "link": settings.PUBLIC_URL + path,
            "expires_at": invitation.expires_at,
            "programme_name": programme_name(),
        }

    def _facts(self) -> Invitation:
        if self.invitation is None:
            raise LookupError("the invitation is gone")
        return self.invitation
