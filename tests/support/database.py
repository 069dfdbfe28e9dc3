"""Bring the database back to what the migrations made, after a test that committed."""

from collections.abc import Callable
from itertools import groupby

from django.apps import apps
from django.core import serializers
from django.core.cache import cache
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from core import triggers

Flush = Callable[[TransactionTestCase], None]
# by alias, because a thread with an event loop has connections of its own
_start: dict[str, str] = {}


def keep_start() -> None:
    """Remember the rows of every database, right after it was made."""
    for connection in connections.all():
        _start[connection.alias] = connection.creation.serialize_db_to_string()


def flush_to_start(case: TransactionTestCase, flush: Flush) -> None:
    """Empty all tables with Django's own flush and put back the rows that migrations wrote.

    Logs refuse TRUNCATE, so their triggers are lifted for it. The flush overlooks the table of the
    cache, where rate limits are counted.
    """
    aliases = case._databases_names(include_mirrors=False)
    for alias in aliases:
        triggers.drop(connections[alias])
    cache.clear()
    # without the signal after which permissions are made: they are put back with the rest
    case.available_apps = [app.name for app in apps.get_app_configs()]
    flush(case)
    for alias in aliases:
        put_back(connections[alias])
        triggers.make(connections[alias])


def put_back(connection: BaseDatabaseWrapper) -> None:
    """Write the rows that `keep_start` remembered, in bulk."""
    rows = serializers.deserialize("json", _start[connection.alias], using=connection.alias)
    with transaction.atomic(using=connection.alias), connection.constraint_checks_disabled():
        for model, group in groupby((row.object for row in rows), key=type):
            model._base_manager.using(connection.alias).bulk_create(list(group))
