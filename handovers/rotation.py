"""When the team of a movement rotated: date arithmetic over its mandates, without the database.

A rotation is the first day on which, of the team at the last rotation (at first: of the first
known day), no main leader is main leader any more, or at least half of the people left. Arrivals
alone are none (domain: 'Movements and leadership'). What the rule leaves open is decided here:

- A team of nobody is what is left of one that went away: the day it is empty is the rotation. The
  first people who come after it are the next team to compare with; their coming is no rotation.
- A team without main leader has the first main leaders who come after it.
- Somebody who is away for a day left; who came back later, did so too late for that rotation.

Everything follows from the dates of the mandates as they are known now, so a change that is entered
late or backdated gives the rotations that would have been found had it been known in time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone

from movements.enums import Function

DAY = timedelta(days=1)


class Dated(Protocol):
    """What is read of a mandate."""

    pk: int
    user_id: int | None
    email: str
    function: str
    starts_on: date
    ends_on: date | None
    ended_at: datetime | None
    merged_into_id: int | None

    @property
    def last_day(self) -> date:
        """The last day on which it holds, the lapse of who was not confirmed included."""
        ...  # pragma: no cover


@dataclass(frozen=True)
class Spell:
    """Somebody in a team from a day until a day, both included."""

    person: int
    main: bool
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Rotation:
    """A rotation, and the first day from then on with somebody in the team, if there was one."""

    on: date
    took_over_on: date | None


def people(mandates: Iterable[Dated]) -> dict[int, int]:
    """Of each mandate the number of its person: the same account, or else the same address.

    A person is named by the lowest number of their mandates. Who was erased has neither account nor
    address, and is somebody else in each mandate.
    """
    parents: dict[object, object] = {}

    def root(key: object) -> object:
        while parents.setdefault(key, key) != key:
            key = parents[key]
        return key

    rows = sorted(mandates, key=lambda row: row.pk)
    for row in rows:
        for key in (("user", row.user_id), ("address", row.email.lower())):
            if key[1]:
                parents[root(key)] = root(row.pk)
    lowest: dict[object, int] = {}
    return {row.pk: lowest.setdefault(root(row.pk), row.pk) for row in rows}


def spells(mandates: Iterable[Dated], *, today: date | None = None) -> list[Spell]:
    """When who was in the team: without duplicates and without what was ended before it began.

    With `today`, what holds then or later goes on until the end that was agreed, as if everybody
    is going to be confirmed: that is what is planned, not what is known.
    """
    rows = [row for row in mandates if row.merged_into_id is None]
    persons = people(rows)
    return [
        Spell(persons[row.pk], row.function == Function.MAIN_LEADER, row.starts_on, last)
        for row in rows
        if _held(row) and row.starts_on <= (last := _last_day(row, today))
    ]


def rotations(mandates: Iterable[Dated], until: date) -> list[date]:
    """The days up to `until` on which the team rotated, the first one first."""
    return [rotation.on for rotation in changes(spells(mandates), until)]


def planned_rotation(mandates: Iterable[Dated], today: date) -> date | None:
    """The first rotation after today by the ends and starts that were agreed, if there is one."""
    found = changes(spells(mandates, today=today), date.max)
    return next((rotation.on for rotation in found if rotation.on > today), None)


def changes(team: list[Spell], until: date) -> list[Rotation]:
    """The rotations of a team up to a day, each with the day on which the new team was there."""
    found: list[Rotation] = []
    base: set[int] = set()
    leaders: set[int] = set()
    for day in _turning_days(team, until):
        now = {spell.person for spell in team if spell.holds(day)}
        leading = {spell.person for spell in team if spell.main and spell.holds(day)}
        if not base and now and found:
            found[-1] = Rotation(found[-1].on, day)
        base, leaders = base or now, leaders or leading
        if _rotated(base, leaders, now, leading):
            base, leaders = now, leading
            found.append(Rotation(day, day if now else None))
    return found


def _rotated(base: set[int], leaders: set[int], now: set[int], leading: set[int]) -> bool:
    led_by_others = bool(leaders) and not leaders & leading
    return led_by_others or (bool(base) and 2 * len(base - now) >= len(base))


def _turning_days(team: list[Spell], until: date) -> Iterator[date]:
    """The days on which somebody comes or is gone; on all others a team is what it was before."""
    coming = {spell.first for spell in team}
    gone = {spell.last + DAY for spell in team if spell.last < date.max}
    yield from sorted(day for day in coming | gone if day <= until)


def _held(row: Dated) -> bool:
    """Whether it held at all: one that was ended before it began never did."""
    return row.ended_at is None or timezone.localdate(row.ended_at) >= row.starts_on


def _last_day(row: Dated, today: date | None) -> date:
    known = row.last_day
    if today is None or known < today or row.ended_at is not None:
        return known
    return row.ends_on or date.max
