"""What was erased is known to a file that no backup brings back, and the site closes without it."""

import multiprocessing
import os
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from core import closing, outbox, tombstones
from core.closing import gate
from core.tombstone_file import TombstoneFile
from core.tombstones import Tombstone, bury, is_erased
from recruitment.models import Child
from tests.factories.people import make_consultant, make_guidance

AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
CHILD = ("recruitment.child", 17)


# The file --------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> TombstoneFile:
    return TombstoneFile(tmp_path / "elsewhere" / "tombstones.log")


def test_a_file_that_is_not_there_says_nothing(file: TombstoneFile) -> None:
    assert (file.read().entries, file.read().damaged, file.state()) == ({}, 0, None)


def test_one_line_for_each_record_for_our_eyes_only(file: TombstoneFile) -> None:
    file.append(CHILD, AT)
    first = file.state()
    file.append(("accounts.user", 3), AT)
    lines = file.path.read_text().splitlines()
    assert lines[0].startswith("recruitment.child 17 2026-11-22T10:15:00+00:00 ")
    assert file.read().entries == {CHILD: AT, ("accounts.user", 3): AT}
    assert first != file.state()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_a_line_that_a_crash_left_unfinished_does_not_count(file: TombstoneFile) -> None:
    """Cut at every place; what is written next is read, and what stood before too."""
    file.append(CHILD, AT)
    whole = file.path.read_bytes()
    for cut in range(1, len(whole)):
        file.path.write_bytes(whole + whole[:cut])
        assert (list(file.read().entries), file.read().damaged) == ([CHILD], 0)
        file.append(("accounts.user", 3), AT)
        assert (list(file.read().entries), file.read().damaged) == (
            [CHILD, ("accounts.user", 3)],
            0,
        )


@pytest.mark.parametrize("byte", range(0, 70, 7))
def test_a_changed_line_is_damaged(file: TombstoneFile, byte: int) -> None:
    file.append(("recruitment.household", 1234), AT)
    file.append(CHILD, AT)
    content = bytearray(file.path.read_bytes())
    content[byte] ^= 1
    file.path.write_bytes(bytes(content))
    assert (list(file.read().entries), file.read().damaged) == ([CHILD], 1)


def append_many(path: Path, first: int) -> None:
    for number in range(first, first + 40):
        TombstoneFile(path).append(("x.y", number), AT)


def test_several_processes_write_at_once(file: TombstoneFile) -> None:
    context = multiprocessing.get_context("fork")
    writers = [
        context.Process(target=append_many, args=(file.path, first)) for first in (0, 100, 200)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    content = file.read()
    assert content.damaged == 0
    assert {number for _model, number in content.entries} == {
        *range(40),
        *range(100, 140),
        *range(200, 240),
    }


def test_a_full_disk_is_told(file: TombstoneFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:10]))
    with pytest.raises(OSError, match="as a whole"):
        file.append(CHILD, AT)
    assert file.read().entries == {}


def test_the_disk_is_asked_to_keep_line_and_folder(
    file: TombstoneFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/dev/fd/{handle}")))
    file.append(CHILD, AT)
    file.append(("accounts.user", 3), AT)
    assert synced == [str(file.path.parent), str(file.path), str(file.path)]


# Burying ---------------------------------------------------------------------------------------


def rows() -> list[tuple[str, int]]:
    return list(Tombstone.objects.order_by("id").values_list("model", "object_id"))


@pytest.mark.django_db
def test_buried_once_in_both() -> None:
    for _time in range(2):
        bury(*CHILD)
    assert rows() == [CHILD]
    assert len(tombstones.store().path.read_text().splitlines()) == 1
    assert str(Tombstone.objects.get()) == "recruitment.child 17"
    assert tombstones.check() == tombstones.Comparison({}, set(), 0)


@pytest.mark.django_db
def test_an_erased_record_can_be_left_out() -> None:
    child = make_guidance(make_consultant()).child
    assert Child.objects.filter(is_erased(Child)).count() == 0
    bury("recruitment.child", child.pk)
    assert Child.objects.filter(is_erased(Child)).get() == child


@pytest.mark.django_db(transaction=True)
def test_burying_belongs_into_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        bury(*CHILD)


@pytest.mark.django_db
def test_without_the_file_nothing_is_erased(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    settings.TOMBSTONES = tmp_path / "taken" / "tombstones.log"
    with pytest.raises(OSError, match="taken"):
        bury(*CHILD)
    assert rows() == []


def undone() -> None:
    with transaction.atomic():
        bury(*CHILD)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_the_file_comes_first() -> None:
    """Whatever ends the transaction after it: the erasure is to be done again."""
    with pytest.raises(ZeroDivisionError):
        undone()
    assert rows() == []
    assert list(tombstones.missing_rows()) == [CHILD]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE core_tombstone SET object_id = 1", "DELETE FROM {}"])
def test_tombstones_stay(sql: str) -> None:
    bury(*CHILD)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format("core_tombstone"))


# The gate --------------------------------------------------------------------------------------


@pytest.fixture
def watched(settings: Any, db: None) -> Iterator[None]:
    """Every request compares."""
    settings.TOMBSTONE_SECONDS = 0
    gate.forget()
    yield
    gate.suppose_open()


def erased_elsewhere(*entry: Any) -> None:
    tombstones.store().append(entry or CHILD, AT)


@pytest.mark.usefixtures("watched")
def test_open_while_file_and_database_agree(client: Client) -> None:
    assert client.get("/").status_code == 200
    bury(*CHILD)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("url", ["/", "/sign-in/", "/admin/", "/nowhere/", "/stories/"])
def test_closed_while_the_file_knows_more(client: Client, url: str) -> None:
    erased_elsewhere()
    response = client.get(url)
    assert response.status_code == 503
    assert "Retry-After" in response
    assert client.post(url).status_code == 503
    assert client.get("/healthz").status_code == 200
    assert "erasures" in client.get("/readyz").json()["faults"]
    with transaction.atomic():
        bury(*CHILD)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("watched")
def test_a_restored_database_closes_a_running_process(client: Client) -> None:
    bury(*CHILD)
    assert client.get("/").status_code == 200
    with connection.cursor() as cursor:
        for trigger in ("no_delete", "no_truncate", "no_update"):
            on = " ON core_tombstone" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS core_tombstone_{trigger}{on}")
        cursor.execute("DELETE FROM core_tombstone")
    assert client.get("/").status_code == 503


def test_compared_at_the_start_and_then_now_and_again(
    db: None, settings: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(closing, "monotonic", lambda: clock[0])
    settings.TOMBSTONE_SECONDS = 10
    gate.forget()
    with django_assert_num_queries(2):
        assert not gate.is_closed()
    with django_assert_num_queries(0):
        clock[0] += 9.9
        assert not gate.is_closed()
    with django_assert_num_queries(1):
        clock[0] += 0.1
        assert not gate.is_closed()
    erased_elsewhere()
    with django_assert_num_queries(0):
        clock[0] += 9.9
        assert not gate.is_closed()
    clock[0] += 0.1
    assert gate.is_closed()
    with django_assert_num_queries(1):
        clock[0] += 10
        assert gate.is_closed()
    gate.suppose_open()


@pytest.mark.usefixtures("watched")
def test_closed_while_nobody_can_tell(
    client: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TOMBSTONES = tmp_path  # a folder cannot be read
    assert client.get("/").status_code == 503
    assert "Tombstones cannot be compared: IsADirectoryError" in caplog.text
    settings.TOMBSTONES = tmp_path / "tombstones.log"
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("watched")
def test_no_mail_leaves_while_closed() -> None:
    row = outbox.enqueue(kind="sign_in_code", object_id=1, recipient="user:0", language="nl")
    assert row is not None
    erased_elsewhere()
    assert outbox.deliver_due() == 0
    bury(*CHILD)
    assert outbox.deliver_due() == 1


def test_the_page_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_closed", lambda: True)
    response = client.get("/my/")
    assert response.status_code == 503
    assert "<form" not in response.content.decode()


# Erasing again ---------------------------------------------------------------------------------


@pytest.fixture
def erased(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was asked to be erased again, by a replayer that stands alone."""
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(tombstones, "_replayers", [])
    tombstones.register_replayer(lambda model, number: asked.append((model, number)))
    return asked


@pytest.mark.django_db
def test_replay_goes_in_order_and_once(
    erased: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    erased_elsewhere()
    erased_elsewhere("accounts.user", 3)
    with pytest.raises(CommandError, match="replay_erasures"):
        call_command("replay_erasures", "--check")
    assert "to erase again: 2" in capsys.readouterr().out
    call_command("replay_erasures")
    call_command("replay_erasures")
    assert capsys.readouterr().out == "2 erased again\n0 erased again\n"
    assert erased == rows() == [CHILD, ("accounts.user", 3)]
    assert {row.at for row in Tombstone.objects.all()} == {AT}
    call_command("replay_erasures", "--check")
    assert "to erase again: 0" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_number_of_somebody_erased_is_not_given_to_another(
    erased: list[tuple[str, int]],
) -> None:
    """The restored database may be from before that number was given at all."""
    consultant = make_consultant()
    last = make_guidance(consultant, "Amina").child.pk
    erased_elsewhere("recruitment.child", last + 5)
    erased_elsewhere("recruitment.child", last - 1)
    tombstones.replay()
    assert make_guidance(consultant, "Bilal").child.pk == last + 6


@pytest.mark.django_db
def test_a_table_that_never_held_anything_keeps_the_number_too(
    erased: list[tuple[str, int]],
) -> None:
    consultant = make_consultant()
    last = make_guidance(consultant).child.pk
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'recruitment_child'")
    erased_elsewhere("recruitment.child", last + 7)
    tombstones.replay()
    assert make_guidance(consultant, "Bilal").child.pk == last + 8


@pytest.mark.django_db
def test_nobody_to_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "_replayers", [])
    assert tombstones.replay() == 0
    erased_elsewhere()
    with pytest.raises(RuntimeError, match="how to erase"):
        tombstones.replay()


@pytest.mark.django_db
def test_a_lost_file_is_warned_about_and_written_again(
    erased: list[tuple[str, int]], client: Client, settings: Any
) -> None:
    def warned() -> list[str]:
        found = run_checks(databases=["default"])
        return [m.msg for m in found if m.id in {"core.W002", "core.W003", "core.W004"}]

    bury(*CHILD)
    file = tombstones.store()
    assert warned() == []
    file.path.unlink()
    assert warned() == ["TOMBSTONES: 1 erased records are not in the file."]
    settings.TOMBSTONE_SECONDS = 0
    assert client.get("/").status_code == 200
    tombstones.replay()
    assert warned() == []
    assert list(file.read().entries) == [CHILD]
    with file.path.open("a") as damage:
        damage.write("rubbish\n")
    assert warned() == ["TOMBSTONES: 1 damaged lines are in the file."]
    settings.TOMBSTONES = file.path.parent
    assert warned() == ["TOMBSTONES: IsADirectoryError."]
    gate.suppose_open()


def test_checks_without_a_database_ask_nothing() -> None:
    assert tombstones.check_store(app_configs=None, databases=None) == []


# Two at once -----------------------------------------------------------------------------------


@pytest.fixture
def half_way(transactional_db: None) -> Iterator[Callable[[], None]]:
    """An erasure of another process between file and end of its transaction; call to end it."""
    written, go_on = threading.Event(), threading.Event()

    def erase() -> None:
        try:
            with transaction.atomic():
                bury(*CHILD)
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    eraser = threading.Thread(target=erase)
    eraser.start()
    assert written.wait(10)

    def end() -> None:
        go_on.set()
        eraser.join()

    yield end
    end()
    gate.suppose_open()


@pytest.mark.postgres
def test_who_compares_waits_for_an_erasure_that_is_under_way(
    half_way: Callable[[], None],
) -> None:
    gate.forget()
    threading.Timer(0.5, half_way).start()
    assert gate.is_closed() is False
    assert rows() == [CHILD]


@pytest.mark.postgres
def test_but_not_for_ever(half_way: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones.wait_for_erasures, "__defaults__", (200,))
    gate.forget()
    assert gate.is_closed() is True
    half_way()
    assert gate.is_closed() is False
