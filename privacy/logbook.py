"""What the pages of the two logs read: rows by filters, newest first, with the actors' names.

No page counts the rows of a log: it shows fifty and leads to older ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.logs import ActivityLog, LogRow
from privacy import log_words

SHOWN = 50
MOST_EXPORTED = 200_000  # rows; more is a copy of the log, which belongs into a backup
MOST_DAYS = 366
CHUNK = 2000  # rows read at once
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One row in words."""

    row: Any
    who: str  # empty for an account that is gone
    verb: str
    kind: str
    fields: str = ""
    state: str = ""


def filtered(log: type[LogRow], asked: dict[str, Any]) -> QuerySet[Any]:
    """The rows that a filled-in `LogForm` asks for; days are those of Brussels, both included."""
    rows = log._default_manager.order_by("-at", "-id")
    if asked.get("first"):
        rows = rows.filter(at__gte=_midnight(asked["first"]))
    if asked.get("last"):
        rows = rows.filter(at__lt=_midnight(asked["last"] + DAY))
    columns = {"actor": "who", "verb": "verb", "object_type": "kind", "object_id": "number"}
    exact = {column: asked[name] for column, name in columns.items() if asked.get(name)}
    return rows.filter(**exact)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def older_than(rows: QuerySet[Any], number: int | None) -> QuerySet[Any]:
    """The rows after (so before in time) the one with this number; all when there is none."""
    last = rows.model._default_manager.filter(pk=number).first() if number else None
    return rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else rows


def page_of(rows: QuerySet[Any]) -> tuple[list[Entry], int | None]:
    """The first fifty in words, and the number to go on from; None when there are no more."""
    found = list(rows[: SHOWN + 1])
    entries = in_words(found[:SHOWN])
    return entries, entries[-1].row.pk if len(found) > SHOWN else None


def in_words(rows: list[Any]) -> list[Entry]:
    """Rows with names and labels; one query."""
    names = names_of(row.actor for row in rows)
    return [
        Entry(
            row=row,
            who=log_words.actor_label(row.actor, names),
            verb=log_words.verb_label(row.verb),
            kind=log_words.kind_label(row.object_type),
            fields=log_words.field_labels(row.object_type, getattr(row, "fields", [])),
            state=log_words.state_label(row.object_type, getattr(row, "state", "")),
        )
        for row in rows
    ]


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Names by key ("user:7") of those who still have an account."""
    numbers = {int(key.removeprefix("user:")) for key in keys if key.startswith("user:")}
    found = User.objects.filter(pk__in=numbers).values_list("pk", "full_name")
    return {f"user:{number}": name for number, name in found}


def seen_by(user: User, kind: str, numbers: set[int]) -> set[int]:
    """Those of the records of a kind that the user may open; at most one query."""
    records = apps.get_model(kind)._default_manager.all()
    if not hasattr(records, "for_user"):
        return numbers
    found = records.for_user(user).filter(pk__in=numbers)
    return set(found.values_list("pk", flat=True))


# As a file -------------------------------------------------------------------------------------


def is_too_much(rows: QuerySet[Any]) -> bool:
    """Whether there are more rows than a file may hold."""
    return rows.order_by()[MOST_EXPORTED : MOST_EXPORTED + 1].exists()


def table_of(log: type[LogRow], rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Header and rows of the file, read while they are written, oldest first."""
    header = [_("moment"), _("key"), _("name"), _("verb"), _("kind of record"), _("record number")]
    is_activity = log is ActivityLog
    yield [*header, *([_("fields"), _("state")] if is_activity else [])]
    chunk: list[Any] = []
    for row in rows.order_by("at", "id").iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _lines(chunk, is_activity)
            chunk = []
    yield from _lines(chunk, is_activity)


def _lines(rows: list[Any], is_activity: bool) -> Iterator[list[Any]]:
    names = names_of(row.actor for row in rows)
    for row in rows:
        moment = timezone.localtime(row.at).isoformat(timespec="seconds")
        line = [moment, row.actor, names.get(row.actor, ""), row.verb]
        line += [row.object_type, row.object_id]
        yield [*line, ", ".join(row.fields), row.state] if is_activity else line
