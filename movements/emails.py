"""The mail that invites somebody into the team of a movement."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import STAFF
from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import now, today
from core.outbox import Message, enqueue, register
from core.restriction import is_set_aside
from movements.models import Invitation, Mandate, Movement
from movements.models import Message as SaidMessage
from movements.selectors.conversation import leaders_to_tell, no_adult_is_told, staff_to_tell
from movements.selectors.mails import reply_address, thread_of
from movements.selectors.pass_on import waiting_requests, who_decides
from movements.selectors.teams import coach_of
from programmes.models import Edition

CODE_LASTS = timedelta(minutes=15)  # that for another address


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
            "inviter_leads": not is_staff_member.test(invitation.sent_by),
            "starts_on": invitation.mandate.starts_on,
            "begins_later": invitation.mandate.starts_on > today(),
            "function": invitation.mandate.get_function_display(),
            "link": settings.PUBLIC_URL + path,
            "expires_at": invitation.expires_at,
            "programme_name": programme_name(),
        }

    def _facts(self) -> Invitation:
        if self.invitation is None:
            raise LookupError("the invitation is gone")
        return self.invitation


class WhoWantsToJoin(Message):
    """Tells who decides that people are to be looked at: how many, and nothing that was typed."""

    @property
    def movement(self) -> Movement | None:
        """The movement they want to join, as long as it exists."""
        raise NotImplementedError

    @property
    def waiting(self) -> int:
        """How many people nobody decided about yet."""
        raise NotImplementedError

    @cached_property
    def person(self) -> Mandate | User | None:
        """Whom it is for, as long as they decide."""
        people = who_decides(self.movement) if self.movement else []
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
        if self.movement is None:
            raise LookupError("the movement or the link is gone")
        return self.movement


@register("join_asked")
class JoinAsked(WhoWantsToJoin):
    """People opened a link of the team; `object_id` is that link."""

    called = gettext_lazy("requests to join a team")

    @cached_property
    def movement(self) -> Movement | None:
        return Movement.objects.existing().filter(team_links=self.object_id).first()

    @cached_property
    def waiting(self) -> int:
        return waiting_requests().filter(link=self.object_id).count()


@register("join_proposed")
class JoinProposed(WhoWantsToJoin):
    """A leader gave names; `object_id` is the movement."""

    called = gettext_lazy("names for the next team")

    @cached_property
    def movement(self) -> Movement | None:
        return Movement.objects.existing().filter(pk=self.object_id).first()

    @cached_property
    def waiting(self) -> int:
        named = waiting_requests().filter(movement=self.object_id)
        return named.filter(proposed_by__isnull=False).count()


# One's own address ----------------------------------------------------------------------------


class OwnAddress(Message):
    """To an address that stands in the mail itself; `object_id` is the account."""

    keep = timedelta(days=30)

    @cached_property
    def user(self) -> User:
        return User.objects.get(pk=self.object_id)

    def still_due(self) -> bool:
        return self.user.is_active

    def address(self) -> str:
        return str(self.payload["email"])

    def context(self) -> dict[str, Any]:
        return {"name": self.user.full_name}


@register("address_code")
class AddressCode(OwnAddress):
    """The code that proves a new address; worthless after a quarter of an hour."""

    called = gettext_lazy("code for another address")

    def still_due(self) -> bool:
        return super().still_due() and self.row.created_at + CODE_LASTS > now()

    def subject(self) -> str:
        return _("%(code)s is your code for this address") % {"code": self.payload["code"]}

    def context(self) -> dict[str, Any]:
        minutes = int(CODE_LASTS.total_seconds()) // 60
        return {**super().context(), "code": self.payload["code"], "minutes": minutes}


@register("address_changed")
class AddressChanged(OwnAddress):
    """Tells the old address, in case it was somebody else's doing."""

    called = gettext_lazy("changed address")

    def subject(self) -> str:
        return _("Your e-mail address was changed")


# The conversation -----------------------------------------------------------------------------

QUARTER = timedelta(minutes=15)
SETTLES = timedelta(minutes=1)  # a message of the last second is there when its mail is made


@register("conversation")
class ConversationNotice(Message):
    """What the other side said in a quarter of an hour: one mail, however many messages.

    `object_id` is the movement's number, `step` the moment at which that quarter begins. Due unless
    the reader said something after the last of it.
    """

    called = gettext_lazy("message in a conversation")
    keep = timedelta(days=30)
    group = "notices"

    @cached_property
    def movement(self) -> Movement:
        return Movement.objects.get(pk=self.object_id)

    @cached_property
    def to(self) -> User | Mandate:
        model: type[User] | type[Mandate] = User if self.recipient.startswith("user:") else Mandate
        return model._default_manager.get(pk=int(self.recipient.partition(":")[2]))

    @property
    def user(self) -> int | None:
        """Who reads it, as an account; None for a leader who has none."""
        return self.to.pk if isinstance(self.to, User) else self.to.user_id

    @cached_property
    def news(self) -> list[SaidMessage]:
        """What others said in this quarter of an hour, oldest first."""
        begin = datetime.fromisoformat(self.step)
        said = self.movement.messages.filter(at__gte=begin, at__lt=begin + QUARTER)
        return list(said.exclude(author=self.user).select_related("author").order_by("at", "pk"))

    def still_due(self) -> bool:
        if not self.news or not self._reader_is_right():
            return False
        return not self.movement.messages.filter(author=self.user, at__gt=self.news[-1].at).exists()

    def _reader_is_right(self) -> bool:
        if isinstance(self.to, User):
            return bool(self.to.roles & STAFF)
        return self.to.holds_now and not is_set_aside(self.to)

    def address(self) -> str:
        return self.to.email

    def reply_to(self) -> str:
        return reply_address(self.movement, self.user)

    def thread(self) -> str:
        return thread_of(self.movement)

    def subject(self) -> str:
        return _("%(movement)s and the youth service") % {"movement": self.movement}

    def context(self) -> dict[str, Any]:
        staff = isinstance(self.to, User)
        page = "admin:movements_movement_conversation" if staff else "movements:conversation"
        return {
            "name": self.to.full_name if isinstance(self.to, User) else self.to.name,
            "movement": self.movement,
            "news": self.news,
            "link": settings.PUBLIC_URL + reverse(page, args=[self.movement.pk]),
            "answers_by_mail": bool(self.reply_to()),
            "programme_name": programme_name(),
        }


def queue_notices(message: SaidMessage) -> None:
    """One mail per person and quarter of an hour, in the transaction of the message."""
    moment = message.at.astimezone(UTC)
    begin = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    for reader in _hears(message):
        user = reader if isinstance(reader, User) else reader.user
        enqueue(
            kind=ConversationNotice.kind,
            object_id=message.movement_id,
            step=begin.isoformat(timespec="minutes"),
            recipient=reader.key,
            language=user.language if user else message.movement.language,
            due_at=begin + QUARTER + SETTLES,
        )


def _hears(message: SaidMessage) -> list[User | Mandate]:
    """The other side; of the youth service also the coach when a colleague spoke."""
    movement = message.movement
    staff: list[User | Mandate] = [*staff_to_tell(movement)]
    if not message.from_staff:
        return staff
    leaders: list[User | Mandate] = [*leaders_to_tell(movement)]
    coach = coach_of(movement)
    if not no_adult_is_told(leaders_to_tell(movement)):
        staff = [coach] if coach else []
    return [*leaders, *(each for each in staff if each.pk != message.author_id)]
