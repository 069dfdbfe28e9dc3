"""What is written from pages composed of several apps."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.access import people_with
from accounts.enums import STAFF
from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.outbox import enqueue
from desk.emails import WeeklyDigest, week_of
from movements.models import Movement
from movements.services import assign_coach

DIGEST_HOUR = 7  # on Monday; a Monday that was missed is made good on any later day of the week


@transaction.atomic
def give_owner(*, movements: Iterable[Movement], to: User, starts_on: date, by: User) -> int:
    """Give several movements the same coach from a day on, all or none; gives their number.

    Raises Refused, with the name of the movement, when one of them cannot get this coach.
    """
    given = 0
    for movement in sorted(movements, key=lambda each: each.pk):
        try:
            assign_coach(movement=movement, user=to, starts_on=starts_on, by=by)
        except Refused as refusal:
            raise Refused(f"{movement}: {refusal.message}") from refusal
        given += 1
    return given


@transaction.atomic
def queue_digests() -> int:
    """Queue the digest of this week, once for each member of the youth service; gives how many.

    The row is written also when nothing waits: then the mail is not due, and the week is over.
    """
    moment = timezone.localtime(now())
    if moment.isoweekday() == 1 and moment.hour < DIGEST_HOUR:
        return 0
    rows = [
        enqueue(
            kind=WeeklyDigest.kind,
            object_id=user.pk,
            step=week_of(moment.date()),
            recipient=user.key,
            language=user.language,
        )
        for user in people_with(*STAFF)
    ]
    return sum(row is not None for row in rows)
