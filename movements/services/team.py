"""What leaders change in their own team: who is in it, until when, and their own details."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.errors import Refused, Stale
from core.logs import log_activity
from movements.models import Mandate, Movement
from movements.rules import runs_team
from movements.services.checks import checked
from movements.services.confirmation import SAID, say_it_goes_on
from movements.services.mandates import change_mandate, end_mandate
from movements.services.pass_on import Successor, propose_successors
from movements.years import DAY

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody changed this in the meantime. Look at it again, then save."
)
OWN_FIELDS = ("name", "phone")


@dataclass(frozen=True)
class TeamChange:
    """What one person of a team becomes, and what stood there when it was decided."""

    mandate_id: int
    seen: dict[str, Any]  # function and ends_on
    function: str
    ends_on: date | None
    stopped: bool = False


@transaction.atomic
def change_team(*, movement: Movement, changes: Iterable[TeamChange], by: User) -> int:
    """Change functions and ends of several people at once, all or none; gives how many.

    Raises Stale when one of them was changed since it was read, Refused for who does not run the
    team.
    """
    _locked(movement, by)
    changed = 0
    for change in changes:
        mandate = Mandate.objects.select_for_update().get(pk=change.mandate_id, movement=movement)
        if {name: getattr(mandate, name) for name in change.seen} != change.seen or mandate.is_over:
            raise Stale(f"{mandate.shown_name}: {CHANGED_MEANWHILE}")
        changed += _change(mandate, change, by)
    return changed


def _change(mandate: Mandate, change: TeamChange, by: User) -> bool:
    if change.stopped:
        end_mandate(mandate=mandate, by=by)
        return True
    new = {"function": change.function, "ends_on": change.ends_on}
    if all(getattr(mandate, name) == value for name, value in new.items()):
        return False
    change_mandate(mandate=mandate, by=by, **new)
    return True


@transaction.atomic
def change_own_contact(*, movement: Movement, by: User, seen: dict[str, Any], **new: Any) -> None:
    """Change one's name and phone in each function one has, or will have, in a movement.

    Raises Stale when they were changed since they were read, Refused without such a function.
    """
    Movement.objects.select_for_update().get(pk=movement.pk)
    mandates = list(own_mandates(movement, by).select_for_update())
    if not mandates:
        raise Refused(_("Your function in this group is over."))
    if {name: getattr(mandates[0], name) for name in seen} != seen:
        raise Stale(CHANGED_MEANWHILE)
    for mandate in mandates:
        change_mandate(mandate=mandate, by=by, **{name: new[name] for name in OWN_FIELDS})


@transaction.atomic
def stop_leading(
    *, movement: Movement, by: User, last_day: date, successor: Successor | None = None
) -> list[Mandate]:
    """Say that one stops oneself: each function one has now in a movement ends with that day.

    It says as well that one leads until then. Who takes over begins the day after, but not in the
    past. Raises Refused when one has no function there, the day comes before it began or after its
    end (only who runs the team makes it longer), and as `propose_successors` does.
    """
    Movement.objects.select_for_update().get(pk=movement.pk)
    mandates = list(own_mandates(movement, by).active().select_for_update())
    if not mandates:
        raise Refused(_("Your function in this group is over."))
    for mandate in mandates:
        _say_until(mandate, last_day, by)
    if successor is not None:
        start = max(last_day + DAY, today())
        propose_successors(movement=movement, people=[successor], starts_on=start, by=by)
    for mandate in mandates:
        mandate.ends_on = last_day
        checked(mandate)
        mandate.save(update_fields=["ends_on"])
        log_activity(actor=by, verb="stops", obj=mandate, state=str(mandate.function))
    return mandates


def _say_until(mandate: Mandate, last_day: date, by: User) -> None:
    """Who says until when they lead says that they lead now."""
    if mandate.ends_on is not None and last_day > mandate.ends_on:
        raise Refused(_("You stop earlier already. Ask your main leader to change that."))
    say_it_goes_on(mandate=mandate, by=by)
    mandate.save(update_fields=SAID)


def own_mandates(movement: Movement, user: User) -> Any:
    """The mandates somebody has, or will have, in a movement: the one that holds first."""
    return Mandate.objects.not_over().filter(movement=movement, user=user).order_by("starts_on")


def _locked(movement: Movement, by: User) -> None:
    """The movement is locked, so that what is read next stays true; only for who runs the team."""
    Movement.objects.select_for_update().get(pk=movement.pk)
    if not runs_team(by, movement):
        raise Refused(_("Only the main leader or an adult supervisor can change the team."))
