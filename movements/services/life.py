"""Writes about the dated life of a movement: pauses, names, its last day.

What is recorded late gives the same life as what is recorded in time: every service works on the
days that it is told, and on nothing that depends on the day of recording.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from movements.models import FormerName, Movement, Pause, active_on, tidy
from movements.selectors.life import name_on
from movements.services.checks import check_life, checked
from movements.services.closing import close

DAY = timedelta(days=1)


def held(movement: Movement) -> Movement:
    """The movement as it is now; whoever else writes about its life waits."""
    return Movement.objects.select_for_update(no_key=True).get(pk=movement.pk)


@transaction.atomic
def pause_movement(
    *, movement: Movement, starts_on: date, by: User | None, ends_on: date | None = None
) -> Pause:
    """Record that a movement has no activities in a period, both days included.

    Raises Refused when the movement does not exist on the first day, when the end comes before the
    start, and when it pauses on one of these days already.
    """
    movement = held(movement)
    if not movement.exists_on(starts_on):
        raise Refused(_("The movement does not exist on this day."))
    pause = Pause(movement=movement, starts_on=starts_on, ends_on=ends_on)
    checked(pause)
    shared = movement.pauses.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if shared.filter(starts_on__lte=ends_on or date.max).exists():
        raise Refused(_("It pauses on some of these days already."))
    pause.save()
    log_activity(actor=by, verb="paused", obj=movement)
    return pause


@transaction.atomic
def resume_movement(*, movement: Movement, on: date, by: User | None) -> Movement:
    """End the pause of a day: from that day on the movement runs again.

    On the first day of a pause that pause never was. Raises Refused when none holds on that day.
    """
    movement = held(movement)
    pause = movement.pauses.filter(active_on(on)).first()
    if pause is None:
        raise Refused(_("The movement does not pause on this day."))
    if pause.starts_on == on:
        pause.delete()
    else:
        pause.ends_on = on - DAY
        pause.save(update_fields=["ends_on"])
    log_activity(actor=by, verb="resumed", obj=movement)
    return movement


@transaction.atomic
def take_back_pause(*, pause: Pause, by: User | None) -> None:
    """Remove a pause that was recorded by mistake."""
    movement = held(pause.movement)
    pause.delete()
    log_activity(actor=by, verb="took back", obj=movement, fields=["pauses"])


@transaction.atomic
def rename_movement(*, movement: Movement, name: str, on: date, by: User | None) -> Movement:
    """Record that a movement has another name from a day on, until the next one that is known.

    Raises Refused for a day to come or not after its start, for an empty name, and for the name
    that it bears on that day already. A typing error is mended by `change_movement`.
    """
    movement, name = held(movement), tidy(name)
    _check_name(movement, name, on)
    later = movement.former_names.filter(until__gte=on).order_by("until").first()
    if not movement.former_names.filter(until=on - DAY).exists():
        before = FormerName(movement=movement, name=name_on(movement, on), until=on - DAY)
        checked(before)
        before.save()
    _call(movement, later, name)
    log_activity(actor=by, verb="renamed", obj=movement)
    return movement


def _check_name(movement: Movement, name: str, on: date) -> None:
    if on > today():
        raise Refused(_("Choose today or an earlier day."))
    if movement.started_on and on <= movement.started_on:
        message = _("The movement began on %(day)s. Choose a later day.")
        raise Refused(message % {"day": date_format(movement.started_on)})
    if name == name_on(movement, on):
        raise Refused(_("It has this name on that day already."))


def _call(movement: Movement, former: FormerName | None, name: str) -> None:
    """Give a period its name: that of a former one, or the present."""
    bearer = former or movement
    bearer.name = name
    checked(bearer)
    bearer.save(update_fields=["name"])


@transaction.atomic
def take_back_name(*, former: FormerName, by: User | None) -> Movement:
    """Undo a change of name: the name before it goes on until the next change."""
    movement = held(former.movement)
    later = movement.former_names.filter(until__gt=former.until).order_by("until").first()
    _call(movement, later, former.name)
    former.delete()
    log_activity(actor=by, verb="took back", obj=movement, fields=["name"])
    return movement


@transaction.atomic
def stop_movement(*, movement: Movement, on: date, by: User | None) -> Movement:
    """Record the last day of a movement: its team, coach and pauses end with it, links are void.

    Raises Refused when it stopped already, and for a day before its start or before another
    movement went into it. A last day that was wrong is mended by `change_movement`.
    """
    movement = held(movement)
    if movement.stopped_on and movement.stopped_on < today():
        message = _("It stopped already: its last day was %(day)s.")
        raise Refused(message % {"day": date_format(movement.stopped_on)})
    movement.stopped_on = on
    checked(movement)
    check_life(movement)
    movement.save(update_fields=["stopped_on"])
    close(movement=movement, last=on, by=by)
    log_activity(actor=by, verb="stopped", obj=movement)
    return movement
