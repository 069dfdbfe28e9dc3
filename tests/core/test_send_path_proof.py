"""No reminder is lost and none is sent twice, whatever breaks while mail is on its way.

The one exception is the window that SMTP leaves open: the server took the mail and the row does not
say so yet. Then it goes out again, and both carry the same Message-ID.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
import redis
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg.conninfo import conninfo_to_dict

from core.outbox import CLAIM_STALE_AFTER, OutboxMessage, OutboxState
from handovers.services import queue_reminders
from tests.factories.movements import mandate
from tests.services import Cluster, prepare_cluster, private_redis, scratch_folder
from tests.support.deadly import POINTS, WINDOW
from tests.support.processes import Process, start_beat, start_worker
from tests.support.smtp import Sink, SinkServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
SEED = 4
# every March the teams that end are asked who takes over
MORNING, LATER = "2027-03-15T09:00:00+01:00", "2027-03-15T10:00:00+01:00"


# What happens ----------------------------------------------------------------------------------


def queue(number: int) -> None:
    """Reminders to the main leaders of as many movements, by the service that queues them."""
    with time_machine.travel(MORNING, tick=False):
        for _leader in range(number):
            mandate(ends_on=date(2027, 6, 30))
        queue_reminders()
    assert OutboxMessage.objects.count() == number


def wait_for(what: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)


def ended(worker: Process) -> bool:
    return worker.popen.poll() is not None


def all_sent() -> bool:
    return not OutboxMessage.objects.exclude(state=OutboxState.SENT).exists()


def make_due() -> None:
    """Minutes go by: a claim of somebody who died goes stale, what was put off is due."""
    early = OutboxMessage.objects.earliest("pk").created_at - timedelta(days=400)
    for row in OutboxMessage.objects.filter(state=OutboxState.CLAIMED):
        row.claimed_at -= CLAIM_STALE_AFTER + timedelta(seconds=1)  # type: ignore[operator]
        row.save(update_fields=["claimed_at"])
    OutboxMessage.objects.filter(state=OutboxState.WAITING).update(due_at=early)


def times_sent(sink: Sink) -> Counter[str]:
    return Counter(str(message["Message-ID"]) for message in sink.messages)


def assert_each_once(sink: Sink, *, again: int = 0) -> None:
    """Each reminder reached its person once, and `again` times more under the same number."""
    rows = list(OutboxMessage.objects.all())
    sent = times_sent(sink)
    assert {(row.state, row.payload) for row in rows} == {(OutboxState.SENT, "")}
    assert set(sent) == {row.message_id for row in rows}
    assert sum(sent.values()) == len(rows) + again
    assert len({str(message["To"]) for message in sink.messages}) == len(rows)


def kill_at(points: list[str], sink: Sink, folder: Path, **environment: str) -> None:
    """Let one worker after the other die, each at its point; then one that lives sends the rest."""
    worker = partial(start_worker, folder, at=LATER, **environment)
    with contextlib.ExitStack() as stack:
        stack.callback(start_beat(folder, at=LATER, **environment).kill)
        for number, point in enumerate(points, start=1):
            dead = worker(dies=point)
            stack.callback(dead.kill)
            wait_for(partial(ended, dead))
            seen = sum(one in WINDOW or one == "settled" for one in points[:number])
            wait_for(lambda seen=seen: len(sink.messages) >= seen, 5)
            make_due()
        stack.callback(worker().kill)
        wait_for(all_sent)
    assert_each_once(sink, again=sum(point in WINDOW for point in points))


def test_killed_at_a_few_points(smtp: Sink, tmp_path: Path) -> None:
    """The seeded pass over what the next one does at each point."""
    queue(5)
    random = Random(SEED)
    kill_at([random.choice(POINTS[:7]), random.choice(sorted(WINDOW))], smtp, tmp_path)


# With servers of its own -------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch_folder() as found:
        yield found


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A PostgreSQL of this test alone; the default connection leads there meanwhile."""
    own = prepare_cluster(folder)
    login = conninfo_to_dict(own.address.replace("postgres:", "postgresql:"))
    before = connection.settings_dict.copy()
    connection.close()
    values = {"NAME": "postgres", "HOST": login["host"], "PORT": login["port"]}
    values |= {"USER": login["user"], "PASSWORD": login["password"]}
    connection.settings_dict.update(values)
    try:
        yield own
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[contextlib.ExitStack]:
    """It runs, with our tables; closing the stack stops it."""
    with contextlib.ExitStack() as running:
        running.enter_context(cluster.serving())
        call_command("migrate", verbosity=0)
        yield running
        connection.close()


@pytest.fixture
def broker(folder: Path) -> Iterator[str]:
    with private_redis(folder) as address:
        yield address


@contextlib.contextmanager
def at_work(folder: Path, broker: str) -> Iterator[None]:
    """A worker and the scheduler that wakes it."""
    with contextlib.ExitStack() as stack:
        stack.callback(start_beat(folder, at=LATER, BROKER_URL=broker).stop)
        stack.callback(start_worker(folder, at=LATER, BROKER_URL=broker).stop)
        yield


@pytest.mark.proof
def test_killed_at_each_point(smtp: Sink, tmp_path: Path, database: object, broker: str) -> None:
    queue(len(POINTS) + 3)
    kill_at(POINTS, smtp, tmp_path, BROKER_URL=broker)


@pytest.mark.proof
def test_a_broker_that_is_emptied_loses_nothing(
    smtp: Sink, tmp_path: Path, database: object, broker: str
) -> None:
    queue(60)
    smtp.seconds, random = 0.05, Random(SEED)
    with at_work(tmp_path, broker), redis.Redis.from_url(broker) as client:
        for _time in range(8):
            time.sleep(random.uniform(0, 0.5))
            client.flushall()
        wait_for(all_sent, 60)
    assert_each_once(smtp)


@pytest.mark.proof
def test_a_mail_server_that_stops_loses_nothing(
    settings: Any, tmp_path: Path, database: object, broker: str
) -> None:
    server = SinkServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.sink.port
    queue(60)
    server.sink.seconds = 0.02
    server.start()
    with at_work(tmp_path, broker):
        for share in (10, 30):
            wait_for(lambda share=share: len(server.sink.messages) >= share)
            server.stop()
            wait_for(OutboxMessage.objects.exclude(error="").exists)
            assert not all_sent()
            server.start()
            make_due()
        while not all_sent():
            make_due()
            time.sleep(0.5)
    server.stop()
    # whatever the server was told when it stopped is inside the window
    again = len(server.sink.messages) - OutboxMessage.objects.count()
    assert 0 <= again <= 2
    assert_each_once(server.sink, again=again)


@pytest.mark.proof
def test_a_database_that_starts_anew_loses_nothing(
    smtp: Sink, tmp_path: Path, cluster: Cluster, database: contextlib.ExitStack, broker: str
) -> None:
    queue(60)
    smtp.seconds, restarts = 0.05, 2
    with at_work(tmp_path, broker):
        for share in range(1, restarts + 1):
            wait_for(lambda share=share: len(smtp.messages) >= 15 * share)
            connection.close()
            database.close()
            time.sleep(1)
            database.enter_context(cluster.serving())
        while not answers(all_sent):
            answers(make_due)
            time.sleep(0.5)
    again = len(smtp.messages) - OutboxMessage.objects.count()
    assert 0 <= again <= restarts
    assert_each_once(smtp, again=again)


def answers(question: Callable[[], Any]) -> Any:
    """What a database says that may have gone away since it was asked last."""
    try:
        return question()
    except OperationalError:
        connection.close()
        return None
