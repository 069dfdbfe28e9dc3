"""What a movement leaves behind when its last day is known: its team, coach, pauses, links."""

from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.calendar import now
from core.logs import log_many
from movements.enums import JoinState
from movements.models import Invitation, Mandate, Movement


def close(*, movement: Movement, last: date, by: User | None) -> None:
    """End everything dated on the last day; what would begin later never does; links are void."""
    leave(mandates=movement.mandates.all(), last=last, by=by)
    for rows in (movement.coaches.all(), movement.pauses.all()):
        _cut(rows, last)
    Invitation.objects.filter(mandate__movement=movement).delete()
    movement.team_links.all().delete()
    waiting = movement.join_requests.filter(state=JoinState.WAITING)
    waiting.update(state=JoinState.REFUSED, decided_at=now(), decided_by=by)


def leave(*, mandates: QuerySet[Mandate], last: date, by: User | None) -> None:
    """End mandates after a day; one that begins later ends before its first day: it never held."""
    longer = mandates.filter(Q(ends_on=None) | Q(ends_on__gt=last)).select_for_update()
    ended = list(longer.order_by("pk"))
    moment = timezone.make_aware(datetime.combine(last, time.max))
    for mandate in ended:
        if mandate.starts_on > last:
            mandate.ends_on, mandate.ended_at = mandate.starts_on, moment
        else:
            mandate.ends_on = last
    Mandate.objects.bulk_update(ended, ["ends_on", "ended_at"])
    Invitation.objects.filter(mandate__in=ended).delete()
    log_many(actor=by, verb="ended", objs=ended)


def _cut(rows: QuerySet, last: date) -> None:
    """Of coaches and pauses nothing is left that would begin after the last day."""
    rows.filter(starts_on__gt=last).delete()
    rows.filter(Q(ends_on=None) | Q(ends_on__gt=last)).update(ends_on=last)
