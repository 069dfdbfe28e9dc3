"""Reminders around a change of team: finding who is due among a million mandates, and sending."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet

from benchmarks.measure import pair
from core.calendar import pretend
from core.outbox import OutboxMessage, OutboxState
from handovers.selectors.ladder import mandates_asked, movements_to_look_at
from handovers.services import queue_reminders
from movements.models import Mandate, Movement
from tests.factories.movements import federation, mandate
from tests.support.processes import start_beat, start_worker
from tests.support.smtp import SinkServer
from tests.support.statistics import learn

STEP, DAY = date(2027, 3, 15), date(2027, 3, 20)
AUTUMN = date(2027, 10, 15)  # when it is asked as well who goes on
LATER = "2027-03-20T12:00:00+01:00"
MOVEMENTS, YEARS, JOIN = 5000, 20, 10  # ten people begin each year, and stay for three
REMINDERS = int(os.environ.get("REMINDERS", "400"))
SINK_SECONDS = 0.02
SCAN_ROUNDS = 9
BARE = "SELECT movement_id FROM movements_mandate WHERE ends_on BETWEEN %s AND %s"


# The scan --------------------------------------------------------------------------------------


def bench_due_scan() -> None:
    """Who is due on a day, against the bare query by the index on the last day.

    The rows stay, and are vacuumed as in a database that runs; what asks nothing of them comes
    after it, and what adds labels too, because those cost the ladder a little each.
    """
    with pretend(DAY):
        make_mandates()
        make_handovers()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with pretend(DAY):
        scan = mandates_asked(STEP, DAY).order_by().values_list("movement_id", flat=True)
        used = [line for line in scan.explain().splitlines() if "Index" in line]
        print(f"mandates: {Mandate.objects.count()}, due: {scan.count()}; {used[0].strip()}")
        pair("due scan / bare indexed query", lambda: list(scan.distinct()), bare, SCAN_ROUNDS)
    for day in (DAY, AUTUMN):
        with pretend(day):
            name = f"all sources of the ladder on {day} / the same"
            pair(name, movements_to_look_at, bare, SCAN_ROUNDS)


def bare() -> list[tuple[int]]:
    """The index alone, without a model around it."""
    with connection.cursor() as cursor:
        cursor.execute(BARE, [DAY, date(2027, 9, 15)])
        rows: list[tuple[int]] = cursor.fetchall()
    return rows


def make_mandates() -> None:
    """Twenty years of teams of many movements: copies of one mandate with other days."""
    one = mandate(federation_movements()[0])
    own = {"id", "movement_id", "email", "function", "starts_on", "ends_on", "confirmed_on"}
    same = ", ".join(
        f'"{field.column}"' for field in Mandate._meta.concrete_fields if field.column not in own
    )
    first = DAY.year - YEARS
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO movements_mandate
                (movement_id, email, function, starts_on, ends_on, confirmed_on, {same})
            SELECT m.id, 'l' || k || '@example.org',
                CASE WHEN k %% {JOIN} = 0 THEN 'main_leader' ELSE 'leader' END,
                make_date({first} + k / {JOIN}, 9, 1), make_date({first} + 3 + k / {JOIN}, 8, 31),
                make_date({first} + 2 + k / {JOIN}, 9, 15), {same}
            FROM (SELECT id FROM movements_movement ORDER BY id DESC LIMIT {MOVEMENTS}) AS m
            CROSS JOIN generate_series(0, {YEARS * JOIN - 1}) AS k
            CROSS JOIN (SELECT {same} FROM movements_mandate WHERE id = %s) AS t
            """,
            [one.pk],
        )
    learn()


def make_handovers() -> None:
    """A handover for each change of team that these movements had until now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO handovers_handover (movement_id, rotation_on, opened_at)
            SELECT DISTINCT movement_id, starts_on, now() FROM movements_mandate
            WHERE function = 'main_leader' AND starts_on <= %s
            ON CONFLICT DO NOTHING
            """,
            [DAY],
        )


def federation_movements() -> list[Movement]:
    """The movements of the bench."""
    of = federation()
    return Movement.objects.bulk_create(
        Movement(federation=of, name=f"Groep {number}", municipality="Demostad")
        for number in range(MOVEMENTS)
    )


# Sending ---------------------------------------------------------------------------------------


def bench_workers() -> None:
    """How long one worker and two take for a reminder to a server that takes its time."""
    OutboxMessage.objects.filter(state=OutboxState.WAITING).update(state=OutboxState.CLAIMED)
    seconds = [seconds_of(workers) for workers in (1, 2)]
    each = [f"{1000 * taken:.1f} ms" for taken in seconds]
    ratio = seconds[0] / seconds[1]
    print(f"{REMINDERS} reminders, one worker / two workers: {' / '.join(each)} each   {ratio:.2f}")


def seconds_of(workers: int) -> float:
    """For each mail, once all workers are at it: from the first fifth of them to the last."""
    with SinkServer() as sink, tempfile.TemporaryDirectory() as folder, waiting() as mails:
        sink.seconds = SINK_SECONDS
        address = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        with ExitStack() as stack:
            # first the one whose ticks expire, so that no worker's clock is ahead of it
            stack.callback(start_beat(Path(folder), at=LATER, **address).stop)
            for _worker in range(workers):
                stack.callback(start_worker(Path(folder), at=LATER, **address).stop)
            mails.update(due_at=datetime.combine(DAY, datetime.min.time(), tzinfo=UTC))
            wait_for(sink.messages, REMINDERS // 5)
            before, start = len(sink.messages), time.perf_counter()
            wait_for(sink.messages, REMINDERS)
            return (time.perf_counter() - start) / (REMINDERS - before)


def wait_for(mails: list, number: int) -> None:
    """Wait until there are as many; give up when none came for a minute."""
    seen, since = len(mails), time.monotonic()
    while len(mails) < number:
        if len(mails) != seen:
            seen, since = len(mails), time.monotonic()
        if time.monotonic() - since > 60:
            raise SystemExit(f"only {seen} of {number} mails came")
        time.sleep(0.01)


@contextmanager
def waiting() -> Iterator[QuerySet[OutboxMessage]]:
    """As many reminders as asked for, each to another leader, held back; then taken away."""
    with pretend(DAY):
        before = set(OutboxMessage.objects.values_list("pk", flat=True))
        leaders = [mandate(ends_on=date(2027, 8, 31)) for _number in range(REMINDERS)]
        queue_reminders()
    ours = OutboxMessage.objects.exclude(pk__in=before)
    mine = ours.filter(recipient__in=[leader.key for leader in leaders])
    ours.exclude(pk__in=mine.values("pk")).delete()
    mine.update(due_at=datetime(2030, 1, 1, tzinfo=UTC))
    try:
        yield mine
    finally:
        mine.delete()
        Mandate.objects.filter(pk__in=[leader.pk for leader in leaders]).update(
            ends_on=date(2027, 3, 21)
        )
