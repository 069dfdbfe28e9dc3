"""Logs hold ids only, and nobody changes them, not even with SQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from core import triggers
from core.jobs import Job
from core.logs import AccessLog, ActivityLog, log_access, log_activity, log_many
from core.triggers import Trigger

pytestmark = pytest.mark.django_db

TABLES = pytest.mark.parametrize("table", ["core_activitylog", "core_accesslog"])


def row_in(table: str) -> None:
    log = ActivityLog if table == "core_activitylog" else AccessLog
    log.objects.create(actor="user:1", verb="viewed", object_type="x.y", object_id="1")


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@TABLES
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET verb = 'other'",
        "UPDATE {} SET actor = actor",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE id > 0",
        pytest.param("TRUNCATE {}", marks=pytest.mark.postgres),
        pytest.param("TRUNCATE {} CASCADE", marks=pytest.mark.postgres),
        pytest.param(
            "INSERT INTO {0} SELECT * FROM {0} LIMIT 1 ON CONFLICT (id) DO UPDATE "
            "SET verb = 'other'",
            id="upsert",
        ),
        pytest.param("REPLACE INTO {0} SELECT * FROM {0}", id="replace"),
    ],
)
def test_rows_are_only_added(sql: str, table: str) -> None:
    if sql.startswith("REPLACE") and connection.vendor != "sqlite":
        return
    row_in(table)
    with pytest.raises(DatabaseError):
        run(sql.format(table))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT verb FROM {table}")
        assert cursor.fetchall() == [("viewed",)]


def test_neither_by_the_orm() -> None:
    row_in("core_activitylog")
    row = ActivityLog.objects.get()
    for change in (row.save, row.delete, ActivityLog.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@TABLES
def test_table_without_triggers_would_let_it_happen(table: str) -> None:
    """The negative control: it is the triggers that refuse."""
    row_in(table)
    with transaction.atomic():
        triggers.drop(connection)
        run(f"DELETE FROM {table}")
        triggers.make(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)


def test_missing_trigger_is_named() -> None:
    def found() -> list[str]:
        return [m.msg for m in run_checks(databases=["default"]) if m.id == "core.W001"]

    assert found() == []
    assert triggers.missing(connection) == []
    triggers.drop(connection)
    assert any("core_activitylog_no_update" in message for message in found())
    triggers.make(connection)
    assert found() == []


def test_migrating_makes_missing_triggers_again() -> None:
    triggers.drop(connection)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []


@pytest.fixture
def own_trigger() -> Iterator[Trigger]:
    trigger = Trigger(
        name="test_trigger",
        table="core_job",
        when="BEFORE UPDATE",
        postgresql="BEGIN RAISE EXCEPTION 'no'; END;",
        sqlite="SELECT RAISE(ABORT, 'no');",
    )
    triggers.register(trigger)
    yield trigger
    triggers.drop(connection)
    del triggers._triggers[trigger.name]
    triggers.make(connection)


def test_making_is_repeatable(own_trigger: Trigger) -> None:
    assert triggers.missing(connection) == ["test_trigger"]
    for _time in range(2):
        triggers.make(connection)
    assert triggers.missing(connection) == []
    job = Job.objects.create(kind="x", owner="user:1", file_name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        job.save()


def test_table_that_is_not_there_yet_waits(own_trigger: Trigger) -> None:
    absent = Trigger("other_trigger", "no_such_table", "BEFORE UPDATE", "", "")
    triggers.register(absent)
    try:
        triggers.make(connection)
        assert "other_trigger" not in triggers.missing(connection)
    finally:
        del triggers._triggers[absent.name]


def test_tables_may_refuse_only_one_kind_of_change(own_trigger: Trigger) -> None:
    before = set(triggers._triggers)
    try:
        triggers.refuse("core_job", updates=False)
        names = set(triggers._triggers) - before
        assert names == {"core_job_no_delete", "core_job_no_truncate", "core_job_no_replace"}
        triggers.refuse("core_job", deletes=False)
        assert "core_job_no_update" in set(triggers._triggers) - before
    finally:
        for name in set(triggers._triggers) - before:
            del triggers._triggers[name]


# What is written -------------------------------------------------------------------------------


def test_activity_holds_ids_and_names_of_fields() -> None:
    user = User.objects.create(email="yusuf@example.test", full_name="Yusuf")
    log_activity(actor=user, verb="changed", obj=user, fields=["phone", "email"], state="open")
    log_activity(actor=None, verb="added", obj=user)
    rows = list(ActivityLog.objects.order_by("id").values())
    assert [row["actor"] for row in rows] == [user.key, "system"]
    assert [row["fields"] for row in rows] == [["email", "phone"], []]
    assert rows[0]["state"] == "open"
    assert {(row["object_type"], row["object_id"]) for row in rows} == {
        ("accounts.user", str(user.pk))
    }
    assert "usuf" not in str(rows)
    assert str(ActivityLog.objects.first()) == f"system added accounts.user {user.pk}"


def test_many_at_once(django_assert_num_queries: Any) -> None:
    users = [
        User.objects.create(email=f"a{number}@example.test", full_name="A") for number in range(3)
    ]
    with django_assert_num_queries(1):
        log_many(actor=None, verb="added", objs=users)
    assert ActivityLog.objects.count() == 3


def test_access_to_one_and_among_all() -> None:
    user = User.objects.create(email="yusuf@example.test", full_name="Yusuf")
    log_access(actor=user, verb="viewed", obj=user)
    log_access(actor=user, verb="searched", obj=User)
    rows = AccessLog.objects.order_by("id").values_list("actor", "verb", "object_type", "object_id")
    assert list(rows) == [
        (user.key, "viewed", "accounts.user", str(user.pk)),
        (user.key, "searched", "accounts.user", "*"),
    ]
