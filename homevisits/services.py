"""Every write about home visits."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.erasing import refuse_erased
from core.errors import Refused, Stale
from core.logs import log_activity
from homevisits.enums import Outcome, Place, Purpose
from homevisits.models import HomeVisit
from recruitment.models import Household

TRY_AGAIN_AFTER = timedelta(days=7)


def proposed_return(on: date) -> date:
    """When to try again after nobody was home: the same weekday a week later, never in the past."""
    return max(on, today()) + TRY_AGAIN_AFTER


@transaction.atomic
def record_visit(
    *,
    household: Household,
    on: date,
    outcome: Outcome | str,
    by: User,
    visitors: Iterable[User],
    place: Place | str = Place.HOME,
    purpose: Purpose | str = Purpose.ACQUAINTANCE,
    next_steps: str = "",
    follow_up_on: date | None = None,
) -> HomeVisit:
    """Record one visit, held or not; several on one day are several rows.

    The figure counts a household once a day, and only when there was a conversation (domain:
    "Targets"). "Nobody home" proposes a day to come back when none is given. Raises Refused for a
    day to come, a conversation without visitors, or a follow-up before the visit.
    """
    if outcome == Outcome.NOBODY_HOME and follow_up_on is None:
        follow_up_on = proposed_return(on)
    visit = HomeVisit(
        household=household,
        on=on,
        outcome=outcome,
        place=place,
        purpose=purpose,
        next_steps=next_steps,
        follow_up_on=follow_up_on,
        recorded_by=by,
    )
    went = list(visitors)
    _check(visit, went)
    _hold(household)
    visit.save()
    visit.visitors.set(went)
    log_activity(actor=by, verb="added", obj=visit, state=visit.outcome)
    return visit


@transaction.atomic
def change_visit(
    *, visit: HomeVisit, by: User, version: int, visitors: Iterable[User], **fields: Any
) -> HomeVisit:
    """Correct a visit: any field `record_visit` takes, except the household.

    Raises Stale on another version, Refused as `record_visit` does.
    """
    _hold(visit.household)
    visit = HomeVisit.objects.select_for_update().get(pk=visit.pk)
    if visit.version != version:
        raise Stale(_("Somebody changed this in the meantime."))
    for field, value in fields.items():
        setattr(visit, field, value)
    went = list(visitors)
    _check(visit, went)
    visit.version += 1
    visit.save(update_fields=[*fields, "version"])
    visit.visitors.set(went)
    log_activity(actor=by, verb="changed", obj=visit, fields=[*fields, "visitors"])
    return visit


def _hold(household: Household) -> None:
    """Let nobody erase the family meanwhile. Raises Refused when that was done."""
    refuse_erased(Household.objects.select_for_update().get(pk=household.pk))


def _check(visit: HomeVisit, visitors: list[User]) -> None:
    if visit.on > today():
        raise Refused(_("This day is still to come. Record a visit once you went."))
    if visit.outcome == Outcome.CONVERSATION and not visitors:
        raise Refused(_("Say who went."))
    if visit.follow_up_on is not None and visit.follow_up_on < visit.on:
        raise Refused(_("The follow-up comes after the visit."))
