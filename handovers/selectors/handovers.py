"""What pages read about handovers: how each change of team of a movement stands."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from core.calendar import add_months, today
from handovers.enums import HandoverState
from handovers.models import Handover, HandoverNote, HandoverSignature
from handovers.turns import OPEN_MONTHS, Turn, turns
from movements.models import Mandate, Movement


def with_words(handovers: QuerySet[Handover]) -> QuerySet[Handover]:
    """Handovers with notes and signatures and their people: two queries more."""
    notes = HandoverNote.objects.select_related("author")
    signatures = HandoverSignature.objects.select_related("user", "mandate")
    return handovers.prefetch_related(
        Prefetch("notes", notes.order_by("at", "id")),
        Prefetch("signatures", signatures.order_by("at", "id")),
    )


def turns_of(movement: Movement) -> list[Turn]:
    """The changes of team of a movement with their handovers, the planned one last."""
    rows = with_words(movement.handovers.all())
    return turns(movement.mandates.recorded(), rows, today())


def last_turn(movement: Movement) -> Turn | None:
    """The last change of team, if it is not a year ago; with its handover, signed or not."""
    return recent(turns_of(movement), today())


def coming_turn(movement: Movement) -> Turn | None:
    """The next change of team that is planned, for which the team of now can write notes."""
    return coming(turns_of(movement))


def recent(found: list[Turn], day: date) -> Turn | None:
    """Of the turns of a movement the last that was, if it is not a year ago."""
    since = add_months(day, -OPEN_MONTHS)
    past = [turn for turn in found if not turn.coming and turn.on > since]
    return past[-1] if past else None


def coming(found: list[Turn]) -> Turn | None:
    """Of the turns of a movement the one that is planned."""
    return found[-1] if found and found[-1].coming else None


def turns_by_movement(movements: Iterable[int]) -> dict[int, list[Turn]]:
    """The turns of many movements, by number, in four queries."""
    mandates: dict[int, list[Mandate]] = defaultdict(list)
    rows: dict[int, list[Handover]] = defaultdict(list)
    numbers = list(movements)
    for mandate in Mandate.objects.recorded().filter(movement__in=numbers).order_by("pk"):
        mandates[mandate.movement_id].append(mandate)
    for row in with_words(Handover.objects.filter(movement__in=numbers)):
        rows[row.movement_id].append(row)
    day = today()
    return {number: turns(mandates[number], rows[number], day) for number in numbers}


def unsigned_handovers() -> list[Handover]:
    """Those of movements that run which wait for a signature, the oldest change first."""
    since = add_months(today(), -OPEN_MONTHS)
    rows = Handover.objects.filter(rotation_on__gt=since, movement__in=Movement.objects.running())
    unsigned = rows.exclude(signatures__of_age=True).select_related("movement")
    by_movement = {row.movement_id: row for row in unsigned.order_by("rotation_on", "id")}
    found = turns_by_movement(by_movement)
    waiting = [row for number, row in by_movement.items() if _waits(found[number], row)]
    return sorted(waiting, key=lambda row: (row.rotation_on, row.pk))


def _waits(found: list[Turn], row: Handover) -> bool:
    """Whether this very change is the one that waits: what vanished is asked of nobody."""
    turn = recent(found, today())
    return turn is not None and turn.waits and turn.on == row.rotation_on


def state_of(handover: Handover, found: list[Turn]) -> HandoverState | None:
    """How one handover stands among the turns of its movement; None when its change vanished."""
    return next((turn.state for turn in found if turn.on == handover.rotation_on), None)


def own_note(turn: Turn, author: User) -> HandoverNote | None:
    """The note that somebody wrote for a change of team, on whichever day it was planned then."""
    own = [note for handover in turn.handovers for note in handover.notes.all()]
    return next((note for note in reversed(own) if note.author_id == author.pk), None)
