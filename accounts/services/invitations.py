"""Inviting colleagues: leave to set up a first second factor, for some days."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import StaffInvitation, User
from accounts.rules import needs_second_factor
from accounts.selectors import has_factor, last_invitation
from core import outbox
from core.calendar import now, today
from core.errors import Refused
from core.logs import log_activity

INVITED_FOR = timedelta(days=14)
AGAIN_AFTER = timedelta(minutes=1)
LAST_DAY = date.max - 2 * INVITED_FOR


@transaction.atomic
def invite_colleague(
    *, user: User, by: User | None, starts_on: date | None = None
) -> StaffInvitation | None:
    """Let somebody set up a second factor and mail them so; None when they have one already.

    To be called by whatever gives somebody a role that needs a second factor: a granted role, a
    secondment. It holds for 14 days, counted from the first day of the role when that comes later.
    """
    if has_factor(user):
        return None
    begins = _morning(starts_on) if starts_on and starts_on > today() else now()
    invitation = StaffInvitation.objects.create(
        user=user, sent_by=by, created_at=now(), expires_at=begins + INVITED_FOR
    )
    log_activity(actor=by, verb="invited", obj=user)
    outbox.enqueue(
        kind="staff_invitation",
        object_id=invitation.pk,
        recipient=user.key,
        language=user.language,
        urgent=True,
    )
    return invitation


@transaction.atomic
def invite_again(*, user: User, by: User) -> StaffInvitation:
    """Send the invitation once more, with new days.

    Raises Refused when there is nothing to set up, or the last one went out less than a minute ago.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not needs_second_factor(user):
        raise Refused(_("No role of today needs a second factor."))
    last = last_invitation(user)
    if last and last.created_at > now() - AGAIN_AFTER:
        raise Refused(_("An invitation was sent a moment ago."))
    invitation = invite_colleague(user=user, by=by)
    if invitation is None:
        raise Refused(_("This person has set up a second factor."))
    return invitation


def _morning(day: date) -> datetime:
    """The first moment of a day; of one at the end of the calendar, the last with days after it."""
    return timezone.make_aware(datetime.combine(min(day, LAST_DAY), time()))
