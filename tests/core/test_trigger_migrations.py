"""After every migration, forwards and backwards, the logs refuse what they refuse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from core import triggers
from core.logs import ActivityLog
from tests.support.scratch import scratch_database

pytestmark = pytest.mark.django_db(transaction=True)

LOGS = ["core_activitylog", "core_accesslog"]
REFUSED = ["UPDATE {} SET verb = 'other'", "DELETE FROM {}"]
ON_POSTGRESQL, ON_SQLITE = ["TRUNCATE {}"], ["REPLACE INTO {0} SELECT * FROM {0}"]


@pytest.fixture
def empty(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    with scratch_database(tmp_path):
        yield


@pytest.fixture
def migrated(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    with scratch_database(tmp_path, copy=True):
        yield


def migrate(*target: str) -> None:
    call_command("migrate", *target, verbosity=0)


def write_a_row(table: str) -> None:
    columns = {"at": "2001-01-01", "actor": "user:1", "verb": "viewed"}
    columns |= {"object_type": "x.y", "object_id": "1"}
    if table == "core_activitylog":
        columns |= {"fields": "[]", "state": ""}
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*columns.values()])


def assert_kept() -> None:
    """No trigger is missing, and no statement changes or deletes a row of a log."""
    assert triggers.missing(connection) == []
    others = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE
    for table in LOGS:
        for sql in [*REFUSED, *others]:
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql.format(table))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT verb FROM {table}")
            assert cursor.fetchall() == [("viewed",)]


@pytest.mark.proof
def test_every_step_of_core_there_and_back(empty: None) -> None:
    names = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "core")
    assert len(names) > 3
    migrate("core", names[0])
    for table in LOGS:
        write_a_row(table)
    for name in names:
        migrate("core", name)
        assert_kept()
    migrate()
    assert_kept()
    for name in reversed(names):
        migrate("core", name)
        assert_kept()
    migrate()
    assert_kept()


def rebuilt(model: Any) -> None:
    """What a migration does to a column: SQLite makes the whole table anew for it."""
    old = model._meta.get_field("actor")
    new = models.CharField(max_length=41)
    new.set_attributes_from_name(old.name)
    new.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, new)


def test_a_table_that_is_made_anew_gets_its_triggers_back(migrated: None) -> None:
    for table in LOGS:
        write_a_row(table)
    emit_pre_migrate_signal(
        0, False, connection.alias, plan=[(Migration("0099_wider", "core"), False)]
    )
    rebuilt(ActivityLog)
    if connection.vendor == "sqlite":
        assert "core_activitylog_no_update" in triggers.missing(connection)
    emit_post_migrate_signal(0, False, connection.alias)
    assert_kept()


def test_without_anything_to_migrate_they_stay(migrated: None) -> None:
    emit_pre_migrate_signal(0, False, connection.alias, plan=[])
    assert triggers.missing(connection) == []
