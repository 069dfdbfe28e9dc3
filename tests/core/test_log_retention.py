"""Rows of the logs go past a retention date, itself a row that stays, and never before a year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from accounts.models import User
from core import logs
from core.calendar import add_months, now
from core.errors import NotLogged, Refused
from core.logs import (
    KEPT_MONTHS,
    AccessLog,
    ActivityLog,
    LogRetention,
    allow_log_deletion,
    delete_old_log_rows,
    log_access,
    newest_retention,
)

pytestmark = pytest.mark.django_db

MODELS = {"activity": ActivityLog, "access": AccessLog}
LOGS = pytest.mark.parametrize("log", MODELS)
OTHER = {"activity": "access", "access": "activity"}


def row(log: str, at: datetime) -> int:
    """A row written at a moment, past the clock of the model."""
    model = MODELS[log]
    found = model(actor="user:1", verb="viewed", object_type="x.y", object_id="1", at=at)
    field: Any = model._meta.get_field("at")
    field.auto_now_add = False
    try:
        found.save()
    finally:
        field.auto_now_add = True
    return int(found.pk)


def left(log: str) -> set[int]:
    return set(MODELS[log].objects.exclude(actor="system").values_list("pk", flat=True))


def delete(log: str, number: int) -> None:
    table = MODELS[log]._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def latest_allowed() -> date:
    return add_months(now().astimezone(UTC).date(), -KEPT_MONTHS)


@LOGS
def test_without_a_date_nothing_goes(log: str) -> None:
    old = row(log, now() - timedelta(days=5000))
    with pytest.raises(DatabaseError, match="append-only"):
        delete(log, old)
    assert delete_old_log_rows(log=log) == 0
    assert left(log) == {old}


@LOGS
def test_only_what_is_older_than_the_newest_date_of_this_log(log: str) -> None:
    before = latest_allowed() - timedelta(days=100)
    old = row(log, midnight(before) - timedelta(microseconds=1))
    on_the_day = row(log, midnight(before))
    other = row(OTHER[log], midnight(before) - timedelta(days=9))
    allow_log_deletion(log=log, before=before, by=None)
    for model, number in ((log, on_the_day), (OTHER[log], other)):
        with pytest.raises(DatabaseError, match="append-only"):
            delete(model, number)
    delete(log, old)
    assert left(log) == {on_the_day}
    # an earlier date takes back what the later one allowed
    older = row(log, midnight(before) - timedelta(days=5))
    allow_log_deletion(log=log, before=before - timedelta(days=10), by=None)
    with pytest.raises(DatabaseError, match="append-only"):
        delete(log, older)


@LOGS
def test_a_date_that_was_written_past_the_service_does_not_free_the_last_year(log: str) -> None:
    young = row(log, now() - timedelta(days=360))
    old = row(log, now() - timedelta(days=370))
    LogRetention.objects.create(log=log, before=date(2999, 1, 1), approved_by="user:1")
    with pytest.raises(DatabaseError, match="append-only"):
        delete(log, young)
    delete(log, old)
    assert left(log) == {young}


@LOGS
def test_freed_rows_still_never_change(log: str) -> None:
    table = MODELS[log]._meta.db_table
    row(log, now() - timedelta(days=5000))
    allow_log_deletion(log=log, before=latest_allowed(), by=None)
    statements = [f"UPDATE {table} SET verb = 'other'"]
    if connection.vendor == "postgresql":
        statements += [f"TRUNCATE {table}", "TRUNCATE core_logretention"]
    else:
        statements += [f"REPLACE INTO {table} SELECT * FROM {table}"]
    for sql in statements:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE core_logretention SET before = '2999-01-01'", "DELETE FROM core_logretention"]
)
def test_the_dates_themselves_stay(sql: str) -> None:
    allow_log_deletion(log="access", before=latest_allowed(), by=None)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_only_the_two_logs_have_dates() -> None:
    with pytest.raises(IntegrityError, match="log_retention_log_known"), transaction.atomic():
        LogRetention.objects.create(log="other", before=date(2020, 1, 1), approved_by="user:1")


def test_a_year_is_kept() -> None:
    with translation.override("en"), pytest.raises(Refused, match="at least 12 months"):
        allow_log_deletion(log="access", before=latest_allowed() + timedelta(days=1), by=None)
    assert newest_retention("access") is None


def test_deleting_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BATCH", 2)
    officer = User.objects.create(email="an@example.test", full_name="An")
    before = latest_allowed()
    for days in range(5):
        row("access", midnight(before) - timedelta(days=days + 1))
    young = row("access", midnight(before) + timedelta(days=1))
    retention = allow_log_deletion(log="access", before=before, by=officer)
    assert str(retention) == f"access {before}"
    assert delete_old_log_rows(log="access") == 5
    assert delete_old_log_rows(log="access") == 0
    assert left("access") == {young}
    rows = ActivityLog.objects.order_by("id").values_list("actor", "verb", "object_id", "state")
    number = str(retention.pk)
    assert list(rows) == [
        (officer.key, "approved", number, "access"),
        ("system", "deleted", number, "5"),
    ]
    assert (retention.approved_by, newest_retention("activity")) == (officer.key, None)


@pytest.mark.postgres
def test_a_trigger_that_was_switched_off_is_missing() -> None:
    def found() -> list[str]:
        return [m.msg for m in run_checks(databases=["default"]) if m.id == "core.W001"]

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_accesslog DISABLE TRIGGER core_accesslog_no_delete")
        assert found() == ["The trigger core_accesslog_no_delete is missing; run migrate."]
        logs.triggers.make(connection)
    assert found() == []


def test_a_look_that_cannot_be_logged_is_refused() -> None:
    user = User.objects.create(email="an@example.test", full_name="An")

    def look() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_accesslog RENAME TO core_elsewhere")
            log_access(actor=user, verb="viewed", obj=user)

    with pytest.raises(NotLogged) as refused:
        look()
    assert isinstance(refused.value.__cause__, DatabaseError)
    assert not AccessLog.objects.exists()
