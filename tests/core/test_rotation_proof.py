"""A hundred thousand rows change keys while people read and write; the run is killed twice."""

import contextlib
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from core.keyed import places
from core.logs import ActivityLog
from core.rotation import look
from recruitment.models import Household
from tests.factories.families import make_families, wrong_names
from tests.factories.people import make_consultant
from tests.support.processes import Process, environment_of_test

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
OLD_INDEX, NEW_INDEX = "old" * 11, "new" * 11
BOTH = {"FIELD_KEYS": f"{NEW},{OLD}", "INDEX_KEYS": f"{NEW_INDEX},{OLD_INDEX}"}
NEW_ONLY = {"FIELD_KEYS": NEW, "INDEX_KEYS": NEW_INDEX}
FAMILIES = 50_000  # each with one child
WORKERS = 2


def start(tmp_path: Path, *arguments: str, ready: str = "", **keys: str) -> Process:
    log = tmp_path / f"{arguments[-1].strip('-')}-{time.monotonic_ns()}.log"
    return Process([sys.executable, *arguments], environment_of_test(**keys), log, ready)


def rotate_keys(tmp_path: Path, *options: str, keys: dict[str, str]) -> tuple[int, str]:
    """The whole command: its code and what it said."""
    process = start(tmp_path, "manage.py", "rotate_keys", *options, **keys)
    code = process.popen.wait(1200)
    return code, process.log.read_text()


def killed_at(tmp_path: Path, text: str) -> None:
    """The command, killed on the spot once it has said `text`."""
    process = start(tmp_path, "manage.py", "rotate_keys", **BOTH)
    process.wait_until(text, seconds=600)
    assert process.popen.poll() is None
    process.kill()


def start_traffic(tmp_path: Path, worker: int, **keys: str) -> Process:
    # one more share of the families than there are workers, for who comes with the wrong keys
    work = ("-m", "tests.support.traffic", str(worker), str(WORKERS + 1))
    return start(tmp_path, *work, ready="at work", **keys)


def stopped(process: Process) -> dict[str, Any]:
    """What a worker says it did."""
    process.popen.terminate()
    assert process.popen.wait(60) == 0, process.log.read_text()
    said: dict[str, Any] = json.loads(process.log.read_text().splitlines()[-1])
    return said


@contextlib.contextmanager
def people_at_work(tmp_path: Path) -> Iterator[list[dict[str, Any]]]:
    """Several processes read, find and write; what they saw is in the list afterwards."""
    seen: list[dict[str, Any]] = []
    with contextlib.ExitStack() as stack:
        workers = [start_traffic(tmp_path, number, **BOTH) for number in range(WORKERS)]
        for worker in workers:
            stack.callback(worker.kill)
        yield seen
        seen += [stopped(worker) for worker in workers]


def rows_by_key() -> dict[str, dict[int, int]]:
    return {place.name: dict(look(place, lambda _tally: None).keys) for place in places()}


@pytest.mark.proof
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_change_keys_while_people_work(
    tmp_path: Path, settings: Any
) -> None:
    settings.FIELD_KEYS, settings.INDEX_KEYS = [OLD], [OLD_INDEX]
    make_families(FAMILIES, by=make_consultant())
    settings.FIELD_KEYS = [NEW, OLD]
    settings.INDEX_KEYS = [NEW_INDEX, OLD_INDEX]
    with people_at_work(tmp_path) as seen:
        killed_at(tmp_path, "recruitment.household: 20000 rows")
        half_way = rows_by_key()["recruitment.household"]
        assert min(half_way[1], half_way[2]) > FAMILIES / 4
        too_early(tmp_path, unreadable=half_way[2])
        killed_at(tmp_path, "recruitment.nametoken: 20000 rows")
        code, said = rotate_keys(tmp_path, keys=BOTH)
        assert code == 0, said
    for worker in seen:
        assert worker["wrong"] == []
        assert min(worker["read"], worker["find"], worker["write"]) > 100
    nothing_is_left(tmp_path, settings)


def too_early(tmp_path: Path, *, unreadable: int) -> None:
    """What would happen without the old key: the check says so, and people would see it."""
    code, said = rotate_keys(tmp_path, "--check", keys=NEW_ONLY)
    assert code == 1
    line = re.search(r"recruitment\.household: (\d+) rows that no key of FIELD_KEYS reads", said)
    assert line, said
    found = int(line[1])
    # people at work went on and brought some more under the new key
    assert 0.9 * unreadable < found <= unreadable
    reader = start_traffic(tmp_path, WORKERS, **NEW_ONLY)
    time.sleep(3)
    wrong = stopped(reader)["wrong"]
    assert "read: unreadable" in wrong
    assert any("is not found" in line for line in wrong)


def nothing_is_left(tmp_path: Path, settings: Any) -> None:
    """Under the new keys alone everything is read and found; the runs are in the log."""
    settings.FIELD_KEYS, settings.INDEX_KEYS = [NEW], [NEW_INDEX]
    code, said = rotate_keys(tmp_path, "--check", keys=NEW_ONLY)
    assert (code, said.splitlines()[-1]) == (
        0,
        "Everything stands under the first key of its setting.",
    )
    counted = rows_by_key()
    assert counted["recruitment.household"] == counted["recruitment.nametoken"] == {1: FAMILIES}
    assert counted["recruitment.child"] == {1: FAMILIES}
    for first in range(0, FAMILIES, 5000):
        families = Household.objects.order_by("pk").prefetch_related("children")
        assert list(wrong_names(list(families[first : first + 5000]))) == []
    assert ActivityLog.objects.filter(verb="rotated keys").count() == 3
