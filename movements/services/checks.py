"""The last look before something is saved; forms ask the same earlier, at their fields."""

from datetime import date, timedelta
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Refused
from movements.enums import SuccessionKind
from movements.models import Movement


def checked(obj: models.Model) -> None:
    """Validate fields and constraints of `obj`. Raises Refused with all that is wrong."""
    try:
        obj.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def set_fields(obj: models.Model, allowed: tuple[str, ...], values: dict[str, Any]) -> list[str]:
    """Give `obj` new values and return the names of the fields that differ.

    Raises TypeError for a field that may not be set here.
    """
    if unknown := set(values) - set(allowed):
        raise TypeError(f"{sorted(unknown)} of {obj._meta.label} cannot be set here")
    changed = [name for name, value in values.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, values[name])
    return changed


def check_life(movement: Movement) -> None:
    """Refuse days of a movement that contradict what it went into or came out of.

    Not saved yet: it is asked with the days as they would be. Raises Refused.
    """
    for row in movement.went_into.select_related("target"):
        merged, before = row.kind == SuccessionKind.MERGED, row.on - timedelta(days=1)
        if not movement.exists_on(before) or (merged and movement.stopped_on != before):
            said = _("It went into %(other)s, so its last day was %(day)s.")
            other = _("%(other)s came out of it, so it existed on %(day)s.")
            _refuse_day(said if merged else other, row.target, before)
    for row in movement.came_from.select_related("source"):
        split = row.kind == SuccessionKind.SPLIT
        if not movement.exists_on(row.on) or (split and movement.started_on != row.on):
            said = _("It came out of %(other)s, so its first day was %(day)s.")
            other = _("%(other)s went into it, so it existed on %(day)s.")
            _refuse_day(said if split else other, row.source, row.on)


def _refuse_day(said: str, other: Movement, day: date) -> NoReturn:
    raise Refused(said % {"other": other, "day": date_format(day)})
