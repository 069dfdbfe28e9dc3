"""What stays of somebody in handovers when that person is erased."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.erasing import Effect, Kept
from handovers.models import HandoverNote


def keep_notes(user: User) -> Iterator[Effect]:
    """A note belongs to the movement; who wrote it has no name any more."""
    belongs = _("belongs to the movement; look whether the words tell about this person")
    yield Kept(HandoverNote.objects.filter(author=user), belongs)


subjects.extend("accounts.user", on_erasure=keep_notes)
