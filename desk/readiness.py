"""What must be well before traffic comes: names only, no details, because anybody may ask."""

from datetime import timedelta

from celery import current_app
from django.db import DatabaseError, connection

from core import triggers
from core.calendar import now
from core.outbox import OutboxMessage, OutboxState

LAG = timedelta(minutes=15)


def faults() -> list[str]:
    """The names of the parts that are not well, in a fixed order."""
    checks = {"database": _database, "triggers": _triggers, "outbox": _outbox, "broker": _broker}
    return [name for name, is_well in checks.items() if not is_well()]


def _database() -> bool:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _triggers() -> bool:
    try:
        return not triggers.missing(connection)
    except DatabaseError:
        return False


def _outbox() -> bool:
    """No mail has been waiting for a quarter of an hour without being tried."""
    late = OutboxMessage.objects.filter(state=OutboxState.WAITING, due_at__lt=now() - LAG)
    try:
        return not late.exists()
    except DatabaseError:
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except Exception:  # every transport has errors of its own
        return False
    return True
