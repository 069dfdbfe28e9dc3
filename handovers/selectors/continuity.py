"""What the facts about the continuity of movements are told from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from accounts.models import User
from core.calendar import today
from handovers.continuity import Fact, Known, facts
from handovers.selectors.handovers import recent, turns_by_movement
from labels.enums import LabelState, PlanState
from labels.lifecycle import label_state
from labels.models import ActionPlan, Label
from movements.models import CoachAssignment, Mandate, Movement, active_on

AT_ONCE = 200


@dataclass(frozen=True)
class Row:
    """A movement with its facts."""

    movement: Movement
    facts: list[Fact]


def continuity_of(movement: Movement) -> list[Fact]:
    """The facts of one movement."""
    return continuity_by_movement([movement.pk])[movement.pk]


def continuity_rows(
    user: User, *, missing: str = "", mine: bool = False, skip: int = 0, at_most: int = 0
) -> list[Row]:
    """The movements that run, by name: of all, or where a fact does not hold, or that one coaches.

    With `at_most` no more than so many, after as many as `skip` says; the facts are told of some
    movements at once, until there are enough. For those the number of queries is always the same.
    """
    movements = Movement.objects.running().order_by("name", "id")
    if mine:
        coached = CoachAssignment.objects.filter(active_on(today()), user=user)
        movements = movements.filter(pk__in=coached.values("movement"))
    if not at_most:
        return list(_told(movements, missing))
    if not missing:
        return list(_told(movements[skip : skip + at_most], missing))
    parts = (movements[n : n + AT_ONCE] for n in range(0, movements.count(), AT_ONCE))
    rows = (row for part in parts for row in _told(part, missing))
    return list(islice(rows, skip, skip + at_most))


def _told(movements: Iterable[Movement], missing: str) -> Iterator[Row]:
    found = list(movements)
    told = continuity_by_movement([movement.pk for movement in found])
    rows = (Row(movement, told[movement.pk]) for movement in found)
    return (row for row in rows if not missing or _is_missing(row, missing))


def continuity_by_movement(numbers: Iterable[int]) -> dict[int, list[Fact]]:
    """The facts of many movements, by number, in eight queries."""
    day = today()
    known = {number: Known(day) for number in numbers}
    mandates = Mandate.objects.not_over().in_use().filter(movement__in=known)
    for mandate in mandates.select_related("user").by_function():
        known[mandate.movement_id].mandates.append(mandate)
    for number, found in turns_by_movement(known).items():
        known[number].last = recent(found, day)
    late = ActionPlan.objects.filter(state=PlanState.MORE_ASKED, answer_by__lt=day)
    for plan in late.filter(movement__in=known):
        known[plan.movement_id].answer_by = plan.answer_by
    for label in Label.objects.filter(movement__in=known, ends_on__lt=day).with_facts():
        if label_state(label, day) == LabelState.GRACE:
            known[label.movement_id].label_to_renew = label
    return {number: facts(each) for number, each in known.items()}


def _is_missing(row: Row, name: str) -> bool:
    return any(fact.name == name and not fact.holds for fact in row.facts)
