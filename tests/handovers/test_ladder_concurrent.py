"""Two schedulers at the same moment decide once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from core.calendar import pretend
from core.outbox import OutboxMessage
from handovers.models import Reminder
from handovers.services import queue_reminders
from tests.factories.movements import coordinator, mandate

SCHEDULERS = 4


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_finds_what_the_first_decided() -> None:
    coordinator()
    for _number in range(3):
        mandate(starts_on=date(2025, 9, 1), ends_on=date(2027, 8, 31))
    barrier = threading.Barrier(SCHEDULERS)

    def run(_number: int) -> int:
        try:
            barrier.wait(timeout=20)
            with pretend(date(2027, 3, 20)):
                return queue_reminders()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SCHEDULERS) as pool:
        queued = list(pool.map(run, range(SCHEDULERS)))
    assert sorted(queued) == [0, 0, 0, 3]
    assert Reminder.objects.filter(outcome="queued").count() == 3
    assert OutboxMessage.objects.filter(kind="team_ends").count() == 3
