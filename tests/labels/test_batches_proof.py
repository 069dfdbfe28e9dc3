"""A batch is finished whatever dies while it is made: real workers, killed and cut off."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from pypdf import PdfReader

from core.calendar import now
from labels.enums import BatchState, ItemState
from labels.models import BatchItem, CertificateBatch
from labels.services import batches
from tests.labels.awarding import award, make_movement, person
from tests.support.processes import start_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.proof]
LABELS = 30


def made() -> int:
    return BatchItem.objects.filter(state=ItemState.DONE).count()


def cut_off() -> None:
    """End every other connection to this database, as its restart does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def workers(folder: Path, moment: datetime, number: int = 1) -> Iterator[None]:
    """Workers at a moment, whom two schedulers call at once; in the end they are killed."""
    started = [start_worker(folder, at=moment.isoformat(), concurrency=2) for _one in range(number)]
    try:
        with time_machine.travel(moment, tick=True):
            assert [batches.pick_up_batches() for _beat in range(2)] == [1, 1]
            yield
    finally:
        for worker in started:
            worker.kill()


def test_workers_are_killed_cut_off_and_doubled(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    if connection.vendor != "postgresql":
        pytest.skip("several processes write at once")
    chosen = [award(make_movement(f"Groep {number}")) for number in range(LABELS)]
    asked = {"language": "nl", "format": "pdf", "with_posters": False}
    batch = batches.start_batch(labels=chosen, by=person("Karel", "consultant"), **asked)
    moment, wait = now(), 2 * batches.STALE_AFTER
    with workers(tmp_path, moment):
        wait_until(lambda: made() >= 2)
    killed_at = made()
    with workers(tmp_path, moment + wait, 2):
        wait_until(lambda: made() > killed_at)
        cut_off()
    cut_off_at = made()
    assert killed_at < cut_off_at < LABELS
    with workers(tmp_path, moment + 2 * wait, 2):
        wait_until(lambda: CertificateBatch.objects.get().state == BatchState.READY, 90)
    batch.refresh_from_db()
    assert set(batch.items.values_list("state", flat=True)) == {ItemState.DONE}
    with batch.file.open("rb") as file:
        assert len(PdfReader(file).pages) == LABELS
