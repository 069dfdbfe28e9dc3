"""The mail that invites somebody into the team of a movement."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import now
from core.outbox import Message, register
from core.restriction import is_set_aside
from movements.models import Invitation, Mandate, Movement, TeamLink
from movements.selectors.pass_on import waiting_requests, who_decides
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


@register("join_asked")
class JoinAsked(Message):
    """Tells who decides that people ask to join by a link; how many, and nothing they typed."""

    called = gettext_lazy("requests to join a team")

    @cached_property
    def link(self) -> TeamLink | None:
        links = TeamLink.objects.select_related("movement")
        return links.filter(pk=self.object_id).first()

    @cached_property
    def waiting(self) -> int:
        return waiting_requests().filter(link=self.object_id).count()

    @cached_property
    def person(self) -> Mandate | User | None:
        """Whom it is for, as long as they decide."""
        people = who_decides(self.link.movement) if self.link else []
        return next((person for person in people if person.key == self.recipient), None)

    def still_due(self) -> bool:
        return bool(self.person and self.waiting)

    def address(self) -> str:
        return self.person.email if self.person else ""

    def subject(self) -> str:
        return _("%(movement)s: who wants to join the team") % {"movement": self._movement()}

    def context(self) -> dict[str, Any]:
        leads = isinstance(self.person, Mandate)
        staff_page = reverse("admin:movements_joinrequest_changelist")
        team_page = reverse("movements:team", args=[self._movement().pk])
        return {
            "name": self.person.name if isinstance(self.person, Mandate) else str(self.person),
            "movement": self._movement(),
            "count": self.waiting,
            "leads": leads,
            "link": settings.PUBLIC_URL + (team_page if leads else staff_page),
            "programme_name": programme_name(),
        }

    def _movement(self) -> Movement:
        if self.link is None:
            raise LookupError("the link is gone")
        return self.link.movement
