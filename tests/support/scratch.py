"""Another database in the place of the test's own: for migrations by step, and for a restore."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import load_backend


def server() -> str:
    """How to reach the PostgreSQL of the test, as `psycopg` and its programs read it."""
    values = connection.settings_dict
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return " ".join(f"{name}={values[key]}" for name, key in known.items() if values[key])


def _execute(where: str, sql: str) -> None:
    with psycopg.connect(f"{where} dbname=postgres", autocommit=True) as session:
        session.execute(sql)


@contextlib.contextmanager
def scratch_database(folder: Path, *, copy: bool = False) -> Iterator[str]:
    """An empty database of the same kind, on which everything works meanwhile; gives its name.

    With `copy` it holds what the test's own holds: to migrate an empty one takes many seconds.
    For tests that commit only: what their transaction holds is in the other one.
    """
    own, where, name = connections[DEFAULT_DB_ALIAS], server(), f"scratch_{uuid4().hex[:8]}"
    is_postgresql = own.vendor == "postgresql"
    values: dict[str, Any] = {**own.settings_dict, "NAME": name if is_postgresql else None}
    values["NAME"] = values["NAME"] or str(folder / f"{name}.db")
    own.close()  # nobody may look at what is copied
    if is_postgresql:
        of = f' TEMPLATE "{own.settings_dict["NAME"]}"' if copy else ""
        _execute(where, f"CREATE DATABASE {name}{of}")
    elif copy:
        with (
            contextlib.closing(sqlite3.connect(own.settings_dict["NAME"])) as source,
            contextlib.closing(sqlite3.connect(values["NAME"])) as target,
        ):
            source.backup(target)
    scratch = load_backend(values["ENGINE"]).DatabaseWrapper(values, DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = scratch
    try:
        yield str(values["NAME"])
    finally:
        scratch.close()
        connections[DEFAULT_DB_ALIAS] = own
        if is_postgresql:
            _execute(where, f"DROP DATABASE {name} WITH (FORCE)")
