"""Rules that only a trigger can hold, made again after every migration.

SQLite drops a table's triggers without a word when a migration rebuilds the table, and refuses to
rebuild one that a trigger of another table reads. So they are not written in migrations: each app
registers its own, a run of migrations lifts and makes them there, and a check misses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.checks import CheckMessage, Tags
from django.core.checks import Warning as CheckWarning
from django.core.checks import register as register_check
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Trigger:
    """One trigger. `postgresql` is the body of a plpgsql function, `sqlite` that of a trigger;
    None where a database has no need of it.

    `when` is for example "BEFORE UPDATE"; both bodies raise to refuse.
    """

    name: str
    table: str
    when: str
    postgresql: str | None
    sqlite: str | None
    for_each: str = "ROW"


_triggers: dict[str, Trigger] = {}


def register(trigger: Trigger) -> None:
    """Have a trigger made in every database after each migration."""
    _triggers[trigger.name] = trigger


def refuse(table: str, *, updates: bool = True, deletes: bool = True) -> None:
    """Register the triggers of a table whose rows are only ever added (TRUNCATE included)."""
    message = f"{table} is append-only"
    body = f"BEGIN RAISE EXCEPTION '{message}'; END;"
    sqlite = f"SELECT RAISE(ABORT, '{message}');"
    for verb, wanted in (("UPDATE", updates), ("DELETE", deletes)):
        if wanted:
            name = f"{table}_no_{verb.lower()}"
            register(Trigger(name, table, f"BEFORE {verb}", body, sqlite))
    if deletes:
        # SQLite's REPLACE deletes a row without asking the trigger on DELETE
        present = f"SELECT RAISE(ABORT, '{message}') FROM {table} WHERE id = NEW.id;"  # noqa: S608  # nosec B608
        register(Trigger(f"{table}_no_replace", table, "BEFORE INSERT", None, present))
        name = f"{table}_no_truncate"
        register(Trigger(name, table, "BEFORE TRUNCATE", body, None, for_each="STATEMENT"))


def refuse_when(name: str, table: str, when: str, condition: str, message: str) -> None:
    """Refuse rows on a condition, as a violated constraint would."""
    register(
        Trigger(
            name,
            table,
            when,
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END;",
            f"SELECT RAISE(ABORT, '{message}') WHERE {condition};",
        )
    )


def _postgresql_sql(trigger: Trigger) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $body$ {trigger.postgresql} $body$",
        f"CREATE OR REPLACE TRIGGER {trigger.name} {trigger.when} ON {trigger.table} "
        f"FOR EACH {trigger.for_each} EXECUTE FUNCTION {trigger.name}()",
    ]


def _sqlite_sql(trigger: Trigger) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {trigger.name}",
        f"CREATE TRIGGER {trigger.name} {trigger.when} ON {trigger.table} "
        f"BEGIN {trigger.sqlite} END",
    ]


def make(connection: BaseDatabaseWrapper) -> None:
    """Make every registered trigger whose table exists."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in _wanted(connection):
            if trigger.table in tables:
                postgresql = connection.vendor == "postgresql"
                for sql in _postgresql_sql(trigger) if postgresql else _sqlite_sql(trigger):
                    cursor.execute(sql)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Lift every trigger: for migrations on SQLite, and the flush after a transactional test."""
    with connection.cursor() as cursor:
        for trigger in _wanted(connection):
            on_table = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}")


def _wanted(connection: BaseDatabaseWrapper) -> list[Trigger]:
    return [t for t in _triggers.values() if getattr(t, connection.vendor)]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the registered triggers that are not there or switched off (their tables exist)."""
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    tables = set(connection.introspection.table_names())
    return [t.name for t in _wanted(connection) if t.table in tables and t.name not in present]


def drop_before_migrate(sender: object, using: str, plan: object, **kwargs: object) -> None:
    """Receiver of `pre_migrate`: on SQLite, when there is something to migrate."""
    if plan and connections[using].vendor == "sqlite":
        drop(connections[using])


def make_after_migrate(sender: object, using: str, **kwargs: object) -> None:
    """Receiver of `post_migrate`, which is sent when the whole run of migrations is over."""
    make(connections[using])


@register_check(Tags.database)
def check_triggers(
    *, app_configs: object, databases: Sequence[str] | None, **kwargs: object
) -> list[CheckMessage]:
    """Name each missing trigger; only a warning, since `migrate` runs checks before it mends."""
    return [
        CheckWarning(f"The trigger {name} is missing; run migrate.", id="core.W001")
        for alias in databases or []
        for name in missing(connections[alias])
    ]
