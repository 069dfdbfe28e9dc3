"""Everything that the database holds, as plain text: encrypted columns are read with the keys."""

from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

from core.sessions import SessionStore

Row = dict[str, str]
Dump = dict[str, dict[str, Row]]


def dump() -> Dump:
    """model → number → column → text."""
    tables: Dump = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.all()
        tables[model._meta.label_lower] = {
            str(row.pk): {name: _text(row, name) for name in columns} for row in rows
        }
    return tables


def _text(row: Any, name: str) -> str:
    value = getattr(row, name)
    if isinstance(row, Session) and name == "session_data":
        value = SessionStore().decode(value)
    return "" if value is None else str(value)


def raw() -> str:
    """Each table as the database gives it to anybody who reads it."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(text)


def differences(before: Dump, after: Dump) -> tuple[dict[str, dict[str, set[str]]], Any, Any]:
    """(changed columns by model and number, rows that went, rows that came) by model."""
    changed: dict[str, dict[str, set[str]]] = {}
    gone: dict[str, set[str]] = {}
    came: dict[str, set[str]] = {}
    for model in before:
        old, new = before[model], after[model]
        gone |= {model: old.keys() - new.keys()} if old.keys() - new.keys() else {}
        came |= {model: new.keys() - old.keys()} if new.keys() - old.keys() else {}
        for number in old.keys() & new.keys():
            columns = {name for name, value in old[number].items() if new[number][name] != value}
            if columns:
                changed.setdefault(model, {})[number] = columns
    return changed, gone, came
