"""What must be well before traffic comes: names only, no details, because anybody may ask.

So often as anybody may ask: each process looks at most once in five seconds.
"""

from datetime import timedelta
from time import monotonic

from django.core.cache import cache
from django.db import DatabaseError, connection

from core import triggers
from core.calendar import now
from core.closing import gate
from core.outbox import OutboxMessage, OutboxState
from core.tasks import LAST_BEAT

LAG = timedelta(minutes=15)
SILENCE = timedelta(minutes=3)
SECONDS = 5.0

_known: tuple[float, list[str]] | None = None


def faults() -> list[str]:
    """The names of the parts that are not well, in a fixed order; not older than five seconds."""
    global _known  # what this process saw last
    if _known is None or monotonic() - _known[0] >= SECONDS:
        _known = monotonic(), look()
    return _known[1]


def forget() -> None:
    """Look again when next asked."""
    global _known
    _known = None


def look() -> list[str]:
    """The same, looked at now."""
    checks = {
        "database": _database,
        "triggers": _triggers,
        "erasures": _erasures,
        "outbox": _outbox,
        "work": _work,
    }
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


def _erasures() -> bool:
    """No restored backup waits for its erasures."""
    return not gate.is_closed()


def _outbox() -> bool:
    """No mail has been waiting for a quarter of an hour without being tried."""
    late = OutboxMessage.objects.filter(state=OutboxState.WAITING, due_at__lt=now() - LAG)
    try:
        return not late.exists()
    except DatabaseError:
        return False


def _work() -> bool:
    """Beat, broker and worker did something together in the last minutes."""
    try:
        last = cache.get(LAST_BEAT)
    except DatabaseError:
        return False
    return last is not None and last >= now() - SILENCE
