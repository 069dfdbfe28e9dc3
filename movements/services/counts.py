"""Writes about how many there are in a movement."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused, Stale
from core.logs import log_activity
from movements import years
from movements.models import HeadCount, Movement
from movements.services.checks import checked, set_fields

COUNT_FIELDS = ("members", "leaders", "estimate", "declined")


@transaction.atomic
def give_head_count(
    *,
    movement: Movement,
    working_year: int,
    members: int,
    leaders: int,
    by: User,
    estimate: int | None = None,
    declined: bool = False,
    seen: HeadCount | None = None,
) -> HeadCount:
    """Give the numbers of a movement in a working year, or correct those that were seen.

    `estimate` is the movement's own estimate of members with a migration background; empty when it
    rather does not give one (`declined`) or not yet. Raises Refused for a year that did not begin
    and for numbers that cannot be, Stale when somebody gave numbers that this writer did not see.
    """
    Movement.objects.select_for_update().get(pk=movement.pk)
    if working_year > years.working_year(today()):
        raise Refused(_("This working year has not begun."))
    count = HeadCount.objects.filter(movement=movement, working_year=working_year).first()
    if count and (seen is None or seen.pk != count.pk):
        raise Stale(_("Somebody gave the numbers of this year already. Look at them first."))
    is_new = count is None
    count = count or HeadCount(movement=movement, working_year=working_year, given_by=by)
    new = {"members": members, "leaders": leaders, "estimate": estimate, "declined": declined}
    changed = set_fields(count, COUNT_FIELDS, new)
    if is_new or changed:
        count.given_by, count.given_on = by, today()
        checked(count)
        count.save()
        log_activity(actor=by, verb="recorded" if is_new else "changed", obj=count, fields=changed)
    return count
