"""A movement's changes of team with the handovers that belong to them; computed, never stored.

A handover is a row where notes and signatures hang, under the day of a rotation. When that day
moves or vanishes by a correction, the row stays where it is, and is read with the nearest rotation
that was not long over when it was opened: so a note for a change in September is read in July when
the team changes earlier, and next year when everybody goes on. A signature moves along only with a
correction of the same change, some weeks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from core.calendar import add_months
from handovers.enums import HandoverState
from handovers.models import Handover, HandoverNote, HandoverSignature
from handovers.rotation import Dated, changes, planned_rotation, spells

# an older change is history: nobody is asked about it, and its notes are of another time
OPEN_MONTHS = 12
CORRECTED_WITHIN = timedelta(days=45)


@dataclass
class Turn:
    """A rotation that was or is planned; its handovers, and the notes that are read with it."""

    on: date
    coming: bool
    handovers: list[Handover] = field(default_factory=list)
    notes: list[HandoverNote] = field(default_factory=list)
    is_last: bool = True

    @property
    def signatures(self) -> list[HandoverSignature]:
        """Who took over, the first one first."""
        found = [sign for handover in self.handovers for sign in handover.signatures.all()]
        return sorted(found, key=lambda sign: (sign.at, sign.pk))

    @property
    def state(self) -> HandoverState:
        """How the handover stands; a signature of somebody under 18 is not the only one."""
        signatures = self.signatures
        if any(sign.of_age for sign in signatures):
            return HandoverState.SIGNED
        if self.coming:
            return HandoverState.COMING
        if not self.is_last:
            return HandoverState.FOLLOWED
        return HandoverState.HALF if signatures else HandoverState.OPEN

    @property
    def waits(self) -> bool:
        """Whether somebody still has to sign."""
        return self.state in {HandoverState.OPEN, HandoverState.HALF}


def turns(mandates: Iterable[Dated], rows: Iterable[Handover], today: date) -> list[Turn]:
    """Every rotation that was, and the next that is planned, the first one first.

    The rows are of one movement, with notes and signatures prefetched.
    """
    mandates = list(mandates)
    past = [Turn(rotation.on, coming=False) for rotation in changes(spells(mandates), today)]
    for turn in past[:-1]:
        turn.is_last = False
    planned = planned_rotation(mandates, today)
    found = past + ([Turn(planned, coming=True)] if planned else [])
    for row in sorted(rows, key=lambda row: (row.rotation_on, row.pk)):
        where = _turn_of(row, found)
        if where:
            where.handovers.append(row)
    _hand_on_notes(found)
    return found


def _turn_of(row: Handover, found: list[Turn]) -> Turn | None:
    own = next((turn for turn in found if turn.on == row.rotation_on), None)
    if own:
        return own
    since = timezone.localdate(row.opened_at) - CORRECTED_WITHIN
    near = [turn for turn in found if turn.on > since]
    if row.signatures.all():
        near = [turn for turn in near if abs(turn.on - row.rotation_on) <= CORRECTED_WITHIN]
    return min(near, key=lambda turn: (abs(turn.on - row.rotation_on), turn.on), default=None)


def _hand_on_notes(found: list[Turn]) -> None:
    """Notes that nobody signed for go on to the next change, for a year."""
    before: Turn | None = None
    for turn in found:
        unread: list[Any] = []
        if before and before.state != HandoverState.SIGNED:
            recent = before.on > add_months(turn.on, -OPEN_MONTHS)
            unread = before.notes if recent else []
        own = [note for handover in turn.handovers for note in handover.notes.all()]
        turn.notes = sorted([*unread, *own], key=lambda note: (note.at, note.pk))
        before = turn
