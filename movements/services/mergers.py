"""Two movements become one; one becomes two."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from movements.enums import SuccessionKind
from movements.models import Mandate, Movement, Succession
from movements.selectors.life import heirs
from movements.selectors.teams import coach_of
from movements.services.checks import check_life, checked
from movements.services.closing import close, leave
from movements.services.coaches import assign_coach
from movements.services.groups import create_movement
from movements.services.life import held
from movements.signals import merging

DAY = timedelta(days=1)


@transaction.atomic
def merge_movements(
    *, source: Movement, target: Movement, on: date, by: User, going: Collection[int] = ()
) -> Succession:
    """Let a movement go into another from a day on; it stops the day before.

    The leaders whose mandates are in `going` (their ids) get the same function in the target. What
    else hangs on the source is said by the receivers of `merging`. Raises Refused for a day to
    come, for the movement itself, and when the source does not exist on the day before or the
    target not on the day itself.
    """
    source, target = _both(source, target)
    _check_merger(source, target, on)
    succession = Succession(source=source, target=target, on=on, kind=SuccessionKind.MERGED)
    checked(succession)
    succession.save()
    source.stopped_on = on - DAY
    check_life(source)
    source.save(update_fields=["stopped_on"])
    path = heirs(target, on)
    for mandate in source.mandates.filter(pk__in=going).order_by("pk"):
        _go_along(mandate, path, by)
    close(movement=source, last=on - DAY, by=by)
    merging.send(Movement, source=source, target=target, heir=path[-1][0], on=on, by=by)
    log_activity(actor=by, verb="merged", obj=source)
    log_activity(actor=by, verb="took in", obj=target)
    return succession


def _both(source: Movement, target: Movement) -> tuple[Movement, Movement]:
    """Both, held; always in one order, so that two writers cannot wait in a circle."""
    found = {movement.pk: movement for movement in (source, target)}
    for pk in sorted(found):
        found[pk] = held(found[pk])
    return found[source.pk], found[target.pk]


def _check_merger(source: Movement, target: Movement, on: date) -> None:
    if source.pk == target.pk:
        raise Refused(_("A movement does not go into itself."))
    if on > today():
        raise Refused(_("Choose today or an earlier day."))
    if not source.exists_on(on - DAY):
        raise Refused(_("%(movement)s does not exist on the day before.") % {"movement": source})
    if not target.exists_on(on):
        raise Refused(_("%(movement)s does not exist on this day.") % {"movement": target})


@transaction.atomic
def split_movement(
    *, source: Movement, on: date, by: User, going: Collection[int] = (), **data: Any
) -> Movement:
    """Let a new movement, with this `data`, come out of another on a day; gives the new one.

    The leaders whose mandates are in `going` (their ids) lead the new one from then on and the old
    one no more; whoever coaches the old one coaches both. Raises Refused as `create_movement` does,
    and when the source does not exist on the day before.
    """
    target = create_movement(started_on=on, by=by, **data)
    source = held(source)
    if not source.exists_on(on - DAY):
        raise Refused(_("%(movement)s does not exist on the day before.") % {"movement": source})
    Succession.objects.create(source=source, target=target, on=on, kind=SuccessionKind.SPLIT)
    goers = source.mandates.filter(pk__in=going)
    for mandate in goers.order_by("pk"):
        _go_along(mandate, [(target, on)], by)
    leave(mandates=goers, last=on - DAY, by=by)
    if coach := coach_of(source):
        assign_coach(movement=target, user=coach, by=by, starts_on=on)
    log_activity(actor=by, verb="split", obj=source)
    return target


def _go_along(mandate: Mandate, path: list[tuple[Movement, date]], by: User) -> None:
    """The same function in each movement of the path, for the days of its mandate there."""
    for movement, first in path:
        starts = max(first, mandate.starts_on)
        last = min(filter(None, (mandate.ends_on, movement.stopped_on)), default=None)
        if last and last < starts:
            continue
        if not _leads_already(mandate, movement, starts, last):
            _same(mandate, movement, starts, last, by)


def _leads_already(mandate: Mandate, movement: Movement, starts: date, last: date | None) -> bool:
    same = Q(email__iexact=mandate.email) | Q(user__isnull=False, user=mandate.user_id)
    shared = Q(ends_on=None) | Q(ends_on__gte=starts)
    there = movement.mandates.recorded().filter(same, shared, starts_on__lte=last or date.max)
    return there.filter(function=mandate.function).exists()


def _same(
    mandate: Mandate, movement: Movement, starts: date, last: date | None, by: User
) -> Mandate:
    """Name, address and account of a mandate under another movement."""
    copied = ("user", "name", "email", "phone", "turns_18_on", "function", "confirmed_on")
    values = {field: getattr(mandate, field) for field in copied}
    made = Mandate(movement=movement, starts_on=starts, ends_on=last, **values)
    checked(made)
    made.save()
    log_activity(actor=by, verb="recorded", obj=made, state=made.function)
    return made
