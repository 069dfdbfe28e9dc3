"""What falls due after the edition ends, movement by movement, and who looks after it then.

Labels, plans and handovers go on when the project is over and the seconded staff leave. So each
movement needs a coach who is still there when the last of it falls due.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import STAFF
from accounts.models import User
from core.calendar import add_months, today
from desk.agenda import DAY, Kind, agenda
from handovers.models import Handover, HandoverSignature
from labels.models import ActionPlan
from movements import years
from movements.models import Movement
from programmes.models import Edition

FROM_MONTHS = 3  # before the end of an edition it stands on the work list
GOES_ON = {Kind.LABEL, Kind.PLAN, Kind.HANDOVER}


@dataclass(frozen=True)
class Due:
    """One thing that goes on after the edition: its day, or None when it is open by then."""

    text: str
    day: date | None = None


@dataclass(frozen=True)
class Row:
    """One movement: what is due, who coaches it then, and until when that person is there."""

    movement: Movement
    due: list[Due]
    coach: User | None
    leaves_on: date | None

    @property
    def last_day(self) -> date:
        """When the last of it falls due."""
        return max(due.day for due in self.due if due.day)

    @property
    def has_owner(self) -> bool:
        """Whether somebody coaches it who is known to be there till then."""
        return self.coach is not None and (
            self.leaves_on is None or self.leaves_on >= self.last_day
        )

    @property
    def key(self) -> str:
        """The movement with the coach it had when somebody looked."""
        return f"{self.movement.pk}-{self.coach.pk if self.coach else 0}"


def rows(edition: Edition) -> list[Row]:
    """Every movement that goes on after the edition, those without an owner who stays first."""
    return sorted(_rows(edition, _going_on(edition)), key=lambda row: row.has_owner)


def without_owner(edition: Edition) -> list[Movement]:
    """The movements for which nobody who stays is found yet, by name.

    What falls due decides only where the last day of the coach is known: of others it is not read.
    """
    here, leaving = set(access.people_with(*STAFF).values_list("pk", flat=True)), leavers(edition)
    movements = _going_on(edition)
    soon = [each for each in movements if each.coach_id in leaving]
    too_soon = {row.movement.pk for row in _rows(edition, soon) if not row.has_owner}
    return [each for each in movements if each.coach_id not in here or each.pk in too_soon]


def _going_on(edition: Edition) -> list[Any]:
    after = max(edition.ends_on + DAY, today())
    return list(Movement.objects.existing(after).with_coach(after).order_by("name", "pk"))


def _rows(edition: Edition, movements: list[Any]) -> Iterator[Row]:
    due = _due(edition, movements)
    here, leaving = {user.pk: user for user in access.people_with(*STAFF)}, leavers(edition)
    for movement in movements:
        yield Row(
            movement=movement,
            due=due[movement.pk],
            coach=here.get(movement.coach_id),
            leaves_on=leaving.get(movement.coach_id),
        )


def is_near(edition: Edition | None) -> bool:
    """Whether the edition ends within three months, or is over and none came after it."""
    return edition is not None and today() >= add_months(edition.ends_on, -FROM_MONTHS)


def horizon(edition: Edition) -> date:
    """A day after all that was begun in the edition: the longest label and its grace are over."""
    return add_months(edition.ends_on, edition.label_months + edition.grace_months + 1)


def leavers(edition: Edition) -> dict[int, date]:
    """Of whom the last day in the youth service is known, by number of user: that day."""
    last = max(horizon(edition), today())
    found = access.last_days(*STAFF, first=today(), last=last)
    return {user.pk: day for user, day in found.items()}


def staying(edition: Edition) -> Any:
    """The people of the youth service of whom no last day is known."""
    return access.people_with(*STAFF).exclude(pk__in=list(leavers(edition)))


def _due(edition: Edition, movements: Iterable[Movement]) -> dict[int, list[Due]]:
    """For each movement what is open at the end, then what falls due after it, by day."""
    found: dict[int, list[Due]] = defaultdict(list)
    numbers = {movement.pk: movement for movement in movements}
    for plan in ActionPlan.objects.open():
        words = {"state": plan.get_state_display()}
        found[plan.movement_id].append(Due(_("The plan is open: %(state)s") % words))
    signed = Exists(HandoverSignature.objects.filter(handover=OuterRef("pk")))
    for handover in Handover.objects.filter(~signed):
        found[handover.movement_id].append(Due(_("The handover is not signed")))
    after = edition.ends_on + DAY
    for event in agenda(numbers.values(), after, horizon(edition), kinds=GOES_ON):
        if event.movement:
            found[event.movement.pk].append(Due(event.text, event.first))
    asked = years.opens_on(years.working_year(after) + 1)
    for number in numbers:
        found[number].append(Due(_("The team says who goes on"), asked))
        found[number].sort(key=lambda due: due.day or date.min)
    return found
