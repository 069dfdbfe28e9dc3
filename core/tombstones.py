"""What was erased, by number: kept in the database and, apart from it and its backups, in a file.

A restored backup knows nothing of later erasures; the file does. While the file names a record
that the database does not, nothing is shown and nothing is sent (`core.closing`), until
`manage.py replay_erasures` has erased those records again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags
from django.core.checks import Warning as CheckWarning
from django.core.checks import register as register_check
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core import triggers
from core.calendar import now
from core.tombstone_file import Entry, TombstoneFile


class Tombstone(models.Model):
    """One record that was erased."""

    model = models.CharField(_("kind of record"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("record number"))
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["model", "object_id"], name="tombstone_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


triggers.refuse("core_tombstone")


def is_erased(model: type[models.Model], path: str = "pk") -> Exists:
    """A condition for querysets: the record of `model` that `path` leads to was erased."""
    return Exists(Tombstone.objects.filter(model=model._meta.label_lower, object_id=OuterRef(path)))


def store() -> TombstoneFile:
    """Where tombstones are kept beside the database (the TOMBSTONES setting)."""
    return TombstoneFile(settings.TOMBSTONES)


def bury(model: str, object_id: int) -> None:
    """Write down that a record ("recruitment.child", 17) is erased, in the erasing transaction.

    The file comes first: a crash in between closes the site until the erasure is done again, which
    is the safe side. For the same reason call it last, when nothing can refuse any more, and never
    in a rehearsal. Twice is the same as once. May raise OSError; then nothing is to be erased.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("bury belongs into the transaction that erases")
    if Tombstone.objects.filter(model=model, object_id=object_id).exists():
        return
    _announce()
    at, file = now(), store()
    if (model, object_id) not in file.read().entries:
        file.append((model, object_id), at)
    _add_row((model, object_id), at)


def _announce() -> None:
    """Let whoever compares file and database at this moment wait for the end of our transaction.

    On SQLite each transaction that writes keeps out every other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE core_tombstone IN ROW EXCLUSIVE MODE")


def one_at_a_time() -> None:
    """Two erasures may meet in the same rows, and would wait for each other in a circle.

    To be called in the transaction that erases, before it locks any row. On SQLite each transaction
    that writes keeps out every other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE core_tombstone IN SHARE ROW EXCLUSIVE MODE")


def wait_for_erasures(milliseconds: int = 3000) -> None:
    """Inside a transaction: wait until no erasure is half-way. Raises DatabaseError when in vain.

    On SQLite the transaction itself, which begins as a writer, has waited.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(milliseconds)}")
            cursor.execute("LOCK TABLE core_tombstone IN SHARE MODE")


def _add_row(entry: Entry, at: datetime) -> None:
    Tombstone.objects.get_or_create(model=entry[0], object_id=entry[1], defaults={"at": at})


# Comparing -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """What only one of the two knows, and damage to the file."""

    only_in_file: dict[Entry, datetime]
    only_in_database: set[Entry]
    damaged: int


def check() -> Comparison:
    """Compare file and database. May raise OSError, DatabaseError."""
    content = store().read()
    rows = set(Tombstone.objects.values_list("model", "object_id"))
    missing = {entry: at for entry, at in content.entries.items() if entry not in rows}
    return Comparison(missing, rows - content.entries.keys(), content.damaged)


def missing_rows() -> dict[Entry, datetime]:
    """What the file names and the database does not, oldest first: erasures to do again."""
    return check().only_in_file


@register_check(Tags.database)
def check_store(
    *, app_configs: object, databases: Sequence[str] | None, **kwargs: object
) -> list[CheckMessage]:
    """Warn when the file was lost or damaged; `replay_erasures` writes it again."""
    if not databases or "core_tombstone" not in connection.introspection.table_names():
        return []
    try:
        found = check()
    except OSError as error:
        return [CheckWarning(f"TOMBSTONES: {type(error).__name__}.", id="core.W002")]
    said = {
        "core.W003": (len(found.only_in_database), "erased records are not in the file"),
        "core.W004": (found.damaged, "damaged lines are in the file"),
    }
    return [
        CheckWarning(f"TOMBSTONES: {number} {text}.", id=name)
        for name, (number, text) in said.items()
        if number
    ]


# Erasing again ---------------------------------------------------------------------------------

Replayer = Callable[[str, int], object]
_replayers: list[Replayer] = []


def register_replayer(replayer: Replayer) -> Replayer:
    """Have `replayer(model, object_id)` asked to erase a record again; it may be gone already."""
    _replayers.append(replayer)
    return replayer


def replay() -> int:
    """Erase again what a restored database still has; gives how many records that was.

    Each in a transaction of its own, oldest first, so a run that was stopped goes on where it was.
    Afterwards the file knows again what only the database knew. May raise whatever erasing raises.
    """
    missing = missing_rows()
    if missing and not _replayers:
        raise RuntimeError("nobody registered how to erase")
    for entry, at in missing.items():
        with transaction.atomic():
            for replayer in _replayers:
                replayer(*entry)
            _keep_number(entry)
            _add_row(entry, at)
    _complete_file()
    return len(missing)


def _complete_file() -> None:
    file = store()
    known = file.read().entries
    for row in Tombstone.objects.order_by("id"):
        if (row.model, row.object_id) not in known:
            file.append((row.model, row.object_id), row.at)


def _keep_number(entry: Entry) -> None:
    """Never give the number of an erased record again: the database may not know it any more."""
    table = apps.get_model(entry[0])._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = connection.ops.quote_name(f"{table}_id_seq")
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), %s) "  # noqa: S608  # nosec B608
                f"FROM {sequence} WHERE last_value < %s",
                [table, entry[1], entry[1]],
            )
            return
        cursor.execute("SELECT 1 FROM sqlite_sequence WHERE name = %s", [table])
        if cursor.fetchone() is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = %s WHERE name = %s AND seq < %s",
            [entry[1], table, entry[1]],
        )
