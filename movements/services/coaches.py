"""Writes about who coaches a movement."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from movements.models import CoachAssignment, Movement
from movements.services.checks import checked


@transaction.atomic
def assign_coach(
    *, movement: Movement, user: User, by: User | None, starts_on: date | None = None
) -> CoachAssignment:
    """Make somebody of the youth service the coach from a day on (today when not said).

    The assignment before it ends the day before. Another coach on the very same day takes its
    place. Raises Refused for somebody who is no staff, and for a day before the last change.
    """
    if not STAFF & user.roles:
        raise Refused(_("Only somebody of the youth service can be a coach."))
    Movement.objects.select_for_update().get(pk=movement.pk)
    start = starts_on or today()
    last = movement.coaches.order_by("-starts_on", "-id").first()
    if last and last.starts_on > start:
        message = _("The coach changed on %(day)s already. Choose that day or a later one.")
        raise Refused(message % {"day": date_format(last.starts_on)})
    if last and last.ends_on is None and last.user_id == user.pk:
        return last
    assignment = _same_day(last, start) or CoachAssignment(movement=movement, starts_on=start)
    if last and last.pk != assignment.pk:
        _end_before(last, start)
    assignment.user, assignment.ends_on = user, None
    checked(assignment)
    assignment.save()
    log_activity(actor=by, verb="assigned", obj=assignment)
    return assignment


def _same_day(last: CoachAssignment | None, start: date) -> CoachAssignment | None:
    return last if last and last.starts_on == start else None


def _end_before(last: CoachAssignment, start: date) -> None:
    eve = start - timedelta(days=1)
    if last.ends_on is None or last.ends_on > eve:
        last.ends_on = eve
        last.save(update_fields=["ends_on"])
