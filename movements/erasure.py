"""What erasing somebody in a movement does, beside the columns that the register empties."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.calendar import now, today
from core.erasing import OPEN_MAILS, Advice, Deleted, Effect, Emptied, Kept, Required, mails_to
from core.outbox import OutboxMessage, OutboxState
from movements.models import CoachAssignment, JoinRequest, Mandate, Message
from movements.personal import requests_of


def forget_mandate(mandate: Mandate) -> Iterator[Effect]:
    """The function and its dates stay as the history of the movement; nobody can be told by them.

    A mandate that still runs ends first: whoever leads a movement cannot be nobody.
    """
    if not mandate.is_over:
        yield Required(_("This mandate still runs. End it first."))
    links = mandate.invitations.all()
    on_their_way = OutboxMessage.objects.filter(
        kind="invitation", object_id__in=links.values("pk"), state__in=OPEN_MAILS
    )
    nothing = {"state": OutboxState.NOT_DUE, "settled_at": now(), "payload": "", "claimed_at": None}
    yield Emptied(on_their_way, nothing)
    yield Deleted(links)
    yield Deleted(requests_of(mandate.email))
    yield Deleted(JoinRequest.objects.filter(mandate=mandate))
    yield from mails_to(mandate.key)
    if mandate.movement.mailbox:
        yield Advice(_("The mailbox of the movement stays. Look whether it has this name in it."))
    if mandate.user is not None:
        stays = _("The account of this person is a record of its own. Erase it too, or keep it.")
        yield Advice(stays, about=mandate.user)


def forget_requests_to_join(user: User) -> Iterator[Effect]:
    """What somebody asked with the address of the account goes."""
    yield Deleted(requests_of(user.email))


def forget_functions(user: User) -> Iterator[Effect]:
    """Whoever coaches or leads a movement hands that over first."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=today())
    if CoachAssignment.objects.filter(lasting, user=user).exists():
        yield Required(_("This person still coaches movements. Give them another coach first."))


def keep_conversation(user: User) -> Iterator[Effect]:
    """What was said belongs to the movement; who said it has no name any more."""
    belongs = _("belongs to the movement; look whether the words tell about this person")
    yield Kept(Message.objects.filter(author=user), belongs)


subjects.extend("movements.mandate", on_erasure=forget_mandate)
subjects.extend("accounts.user", on_erasure=forget_functions)
subjects.extend("accounts.user", on_erasure=forget_requests_to_join)
subjects.extend("accounts.user", on_erasure=keep_conversation)
