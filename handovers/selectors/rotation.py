"""When the team of a movement rotated, read from its mandates."""

from collections.abc import Iterable
from datetime import date

from core.calendar import today
from handovers.rotation import Rotation, changes, planned_rotation, spells
from movements.models import Mandate, Movement

MANY = 500  # movements; a query that names more of them takes longer than one that reads all rows
# what `handovers.rotation.Dated` says, with the movement and what tells when a mandate lapses
READ = (
    "movement_id",
    "user_id",
    "email",
    "function",
    "starts_on",
    "ends_on",
    "ended_at",
    "confirmed_on",
    "merged_into_id",
)


def rotations_of(movement: Movement, until: date | None = None) -> list[date]:
    """The days on which a movement's team rotated up to a day (today), the first one first."""
    return [rotation.on for rotation in _changes(movement, until)]


def last_rotation(movement: Movement) -> date | None:
    """The day of the last rotation up to today; None when the team is the first that is known."""
    found = rotations_of(movement)
    return found[-1] if found else None


def new_team_since(movement: Movement) -> date | None:
    """The first day with a team on or after the last rotation; None: no rotation, or nobody yet."""
    found = _changes(movement)
    return found[-1].took_over_on if found else None


def next_rotation(movement: Movement) -> date | None:
    """The first rotation after today by the ends that were agreed; None when none is known."""
    return planned_rotation(movement.mandates.recorded(), today())


def rotations_by_movement(
    movements: Iterable[int], until: date | None = None
) -> dict[int, list[date]]:
    """The rotations of many movements, by number, in one query; only the days are read."""
    rows: dict[int, list[Mandate]] = {number: [] for number in movements}
    mandates = Mandate.objects.recorded().only(*READ).order_by("pk")
    for mandate in mandates if len(rows) > MANY else mandates.filter(movement__in=rows):
        if mandate.movement_id in rows:
            rows[mandate.movement_id].append(mandate)
    day = until or today()
    return {
        number: [rotation.on for rotation in changes(spells(mandates), day)]
        for number, mandates in rows.items()
    }


def _changes(movement: Movement, until: date | None = None) -> list[Rotation]:
    return changes(spells(movement.mandates.recorded()), until or today())
