"""Real workers: woken, killed in the middle of a mail, started again."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from accounts.services import queue_sign_in_code
from core.outbox import CLAIM_STALE_AFTER, OutboxMessage, OutboxState
from tests.accounts.people import someone
from tests.support.processes import Process, start_beat, start_worker
from tests.support.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
SEED = 4


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


@pytest.fixture
def people() -> list[str]:
    return [someone(email=f"p{number}@example.test").email for number in range(6)]


def ask_for_codes(people: list[str]) -> None:
    for email in people:
        queue_sign_in_code(email=email, code="BCD-FGH")


def test_urgent_mail_needs_no_beat(
    smtp: Sink, site: str, tmp_path: Path, people: list[str]
) -> None:
    worker = start_worker(tmp_path)
    try:
        with transaction.atomic():
            queue_sign_in_code(email=people[0], code="BCD-FGH")
        smtp.wait(people[0])
    finally:
        worker.stop()


def kill_during_next_mail(sink: Any, workers: list[Process], phase: str) -> None:
    """Let the server end the newest worker once it is told a mail: before or after it keeps it."""
    started = len(workers)
    keep = type(sink).handle_DATA

    async def handle(server: SMTP, session: Session, envelope: Envelope) -> str:
        del sink.handle_DATA  # only this one mail
        if phase == "after":
            await keep(sink, server, session, envelope)
        while len(workers) == started:
            await asyncio.sleep(0.02)
        workers[-1].kill()
        return "451 Nobody listens"

    sink.handle_DATA = handle


def test_killed_while_sending(smtp: Sink, site: str, tmp_path: Path, people: list[str]) -> None:
    random = Random(SEED)
    ask_for_codes(people)
    workers: list[Process] = []
    phases = [random.choice(["before", "after"]) for _kill in range(3)]
    with contextlib.ExitStack() as stack:
        stack.callback(start_beat(tmp_path).stop)
        for number, phase in enumerate(phases, start=1):
            kill_during_next_mail(smtp, workers, phase)
            workers.append(start_worker(tmp_path))
            stack.callback(workers[-1].kill)
            wait_for(partial(ended, workers[-1]))
            assert len(ids(smtp)) == phases[:number].count("after")
            assert OutboxMessage.objects.filter(state=OutboxState.CLAIMED).count() == 1
            let_the_claim_go_stale()
        stack.callback(start_worker(tmp_path).stop)
        wait_for(lambda: not OutboxMessage.objects.exclude(state=OutboxState.SENT).exists())
    assert {str(m["To"]) for m in smtp.messages} == set(people)
    assert set(ids(smtp)) == {row.message_id for row in OutboxMessage.objects.all()}
    assert len(ids(smtp)) == len(people) + phases.count("after")
    assert {row.payload for row in OutboxMessage.objects.all()} == {""}


def ended(worker: Process) -> bool:
    return worker.popen.poll() is not None


def ids(sink: Sink) -> list[str]:
    return [str(message["Message-ID"]) for message in sink.messages]


def let_the_claim_go_stale() -> None:
    for row in OutboxMessage.objects.filter(state=OutboxState.CLAIMED):
        row.claimed_at -= CLAIM_STALE_AFTER + timedelta(seconds=1)  # type: ignore[operator]
        row.save(update_fields=["claimed_at"])
