"""Changing keys: everything that depends on one is brought under the first, while people work.

A batch of rows is locked for a moment and written in one transaction, so that nobody's save is lost
and the run can be killed anywhere. What stands under the first key already is passed over, so the
next run goes on where this one ended. The rotation gives way: where somebody else holds a row, it
drops its own locks before the database would have to choose whom of the two to refuse.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import OperationalError, connection, transaction

from core.jobs import Job, JobState
from core.keyed import Columns, Place, TokensInJSON, places, register
from core.logs import log_activity

__all__ = ["Columns", "Place", "Tally", "TokensInJSON", "look", "places", "register", "rotate"]

BATCH = 200
PATIENCE_MS = 200  # shorter than the second after which PostgreSQL looks for a deadlock
TRIES = 25
PAUSE = 0.2
BUSY = {"55P03", "40P01"}  # a lock not had in time, a deadlock


@dataclass
class Tally:
    """What was found in a place, and done about it."""

    place: Place
    keys: Counter[int] = field(default_factory=Counter)  # rows by the number of their oldest key
    unreadable: list[Any] = field(default_factory=list)  # primary keys
    busy: list[Any] = field(default_factory=list)
    renewed: int = 0

    @property
    def seen(self) -> int:
        """How many rows were looked at."""
        return self.keys.total() + len(self.unreadable)


Report = Callable[[Tally], None]  # told after each batch


def look(place: Place, report: Report) -> Tally:
    """Count the rows of a place by the key under which they stand; changes nothing."""
    tally = Tally(place)
    for pks in _batches(place):
        _sort(place, pks, tally)
        report(tally)
    return tally


def rotate(place: Place, report: Report) -> Tally:
    """Bring the rows of a place under the first key; the tally has what could not be."""
    tally = Tally(place)
    for pks in _batches(place):
        _renew(place, _sort(place, pks, tally), tally)
        report(tally)
    for _try in range(TRIES):
        if tally.busy:
            time.sleep(PAUSE)
            again, tally.busy = tally.busy, []
            _renew(place, again, tally)
    return tally


def _batches(place: Place) -> Iterator[list[Any]]:
    rows = place.table()._base_manager.order_by("pk").values_list("pk", flat=True)
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1])[:BATCH])


def _sort(place: Place, pks: list[Any], tally: Tally) -> list[Any]:
    """Count a batch; gives the rows that can be brought under the first key."""
    stale = []
    for pk, stored in place.read(place.table()._base_manager.filter(pk__in=pks)):
        number = _number(place, stored)
        if number is None:
            tally.unreadable.append(pk)
            continue
        tally.keys[number] += 1
        if number != 1:
            stale.append(pk)
    return stale


def _number(place: Place, stored: Any) -> int | None:
    try:
        return place.key_of(stored)
    except InvalidToken:
        return None


def _renew(place: Place, pks: list[Any], tally: Tally) -> None:
    """Renew a batch; where somebody is in the way, half of it at a time, down to single rows."""
    if not pks:
        return
    try:
        tally.renewed += _renew_locked(place, pks)
    except OperationalError as error:
        if not _busy(error):
            raise
        half = len(pks) // 2
        if half:
            _renew(place, pks[:half], tally)
            _renew(place, pks[half:], tally)
        else:
            tally.busy += pks


@transaction.atomic
def _renew_locked(place: Place, pks: list[Any]) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
    locked = place.table()._base_manager.filter(pk__in=pks).order_by("pk").select_for_update()
    # read again under the lock: it may have been saved, and so renewed, in the meantime
    rows = [row for row in place.read(locked) if _number(place, row[1]) not in {1, None}]
    place.renew(rows)
    return len(rows)


def _busy(error: OperationalError) -> bool:
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in BUSY or "locked" in str(cause)


def log_run() -> Job:
    """Write that keys are rotated: one row for the run, none per record."""
    job = Job.objects.create(
        kind="rotate_keys", owner="system", file_name="", state=JobState.DONE, file=None
    )
    log_activity(actor=None, verb="rotated keys", obj=job)
    return job


def close_run(job: Job, tallies: list[Tally]) -> None:
    """Keep the counts of a run that came to its end."""
    counts = {tally.place.name: tally.renewed for tally in tallies}
    Job.objects.filter(pk=job.pk).update(result=counts)
