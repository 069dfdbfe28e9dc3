"""What stays of somebody in plans and labels when that person is erased."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.erasing import Effect, Kept
from labels.models import LabelEvent, LabelVisit, LightCheck, PlanStep


def keep_words(user: User) -> Iterator[Effect]:
    """Plans belong to the movement, decisions to the city; who wrote them has no name any more."""
    belongs = _("belongs to the movement; look whether the words tell about this person")
    yield Kept(PlanStep.objects.filter(by=user).exclude(message=""), belongs)
    yield Kept(LabelEvent.objects.filter(by=user).exclude(reason=""), belongs)
    yield Kept(LightCheck.objects.filter(answered_by=user).exclude(note=""), belongs)
    yield Kept(LabelVisit.objects.filter(by=user).exclude(note=""), belongs)


subjects.extend("accounts.user", on_erasure=keep_words)
