"""Everything that is kept about one person, as one zip (GDPR, articles 12, 15 and 20).

What goes in follows from the kinds of people (`core.subjects`) and the register of personal data:
of a row that is the person's own, each column but those that the register holds back; of a row of
somebody else, only the columns that tell about this person. Other people appear by number, never
by name. Nothing is stored: pages and files are written while they are sent, a few rows at a time.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import naming, personal
from core.encryption import EncryptedTextField
from core.logs import LogRow
from core.personal import PersonalField
from core.subjects import Kind, Part, kinds
from privacy.log_words import verb_label

Person = tuple[Kind, Any]
AT_ONCE = 200  # rows in memory
MECHANISMS = {"core", "privacy", "sessions", "mfa"}  # what they keep comes after what people wrote
NARROW = 5  # a row with more columns is read from top to bottom


@dataclass(frozen=True)
class Section:
    """Rows of one table, and the columns of them that are about this person."""

    model: type[models.Model]
    columns: tuple[Any, ...]
    rows: models.QuerySet[Any]
    own: frozenset[tuple[str, Any]]  # the records of the person, by kind and number
    is_whole: bool  # whether the rows are the person's own

    @property
    def name(self) -> str:
        """Of what these are rows."""
        return capfirst(naming.many_of(self.model))

    @property
    def one(self) -> str:
        """What one of these rows is."""
        return capfirst(naming.one_of(self.model))

    @property
    def column_names(self) -> str:
        """Which columns these are."""
        return ", ".join(label_of(column) for column in self.columns)

    @property
    def is_wide(self) -> bool:
        """Whether a row has too many columns to stand on one line."""
        return len(self.columns) > NARROW

    @property
    def promises(self) -> list[tuple[str, PersonalField]]:
        """What the register promises about each of these columns."""
        known = register_of(self.model)
        return [(label_of(c), known[c.name]) for c in self.columns if c.name in known]

    def read(self) -> Iterator[Any]:
        """The rows, a few in memory at a time."""
        shown = [c.name for c in self.columns if not c.many_to_many]
        beside = [c.name for c in self.columns if c.many_to_one and not is_person(c)]
        linked = [c.name for c in self.columns if c.many_to_many]
        rows = self.rows.only("pk", *shown).select_related(*beside).prefetch_related(*linked)
        return rows.iterator(chunk_size=AT_ONCE)

    def value(self, row: Any, column: Any) -> Any:
        """What stands in a column, as JSON has it; of relations the number, of files the path."""
        if column.many_to_many:
            numbers = [each.pk for each in getattr(row, column.name).all()]
            return [n for n in numbers if self.is_whole or self.is_own(column, n)]
        if isinstance(column, models.FileField):
            return path_of(row, column)
        value = getattr(row, column.attname)
        return value.isoformat() if isinstance(value, date | datetime) else value

    def words(self, row: Any, column: Any) -> str:
        """The same in words of the active language."""
        value = self.value(row, column)
        if value is None or value in ("", []):
            return "–"
        if column.name == "verb" and issubclass(self.model, LogRow):
            return verb_label(value)
        if column.choices:
            return str(getattr(row, f"get_{column.name}_display")())
        if column.is_relation:
            numbers = value if isinstance(value, list) else [value]
            return ", ".join(self._related(row, column, number) for number in numbers)
        return in_words(getattr(row, column.attname))

    def _related(self, row: Any, column: Any, number: Any) -> str:
        """Other people by number, never by name."""
        if not is_person(column):
            return str(getattr(row, column.name))
        name = f"{column.related_model._meta.verbose_name} {number}"
        return (
            _("%(record)s (this is you)") % {"record": name}
            if self.is_own(column, number)
            else name
        )

    def is_own(self, column: Any, number: Any) -> bool:
        """Whether a relation leads to the person."""
        return (column.related_model._meta.label_lower, number) in self.own


def label_of(column: Any) -> str:
    """The name of a column, for people."""
    return capfirst(str(naming.column_label(column)))


def in_words(value: Any) -> str:
    """A plain value for reading."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def path_of(row: Any, column: Any) -> str | None:
    """Where a file stands in the zip; None when there is none."""
    file = getattr(row, column.name)
    if not file or not file.storage.exists(file.name):
        return None
    ending = str(file.name).rpartition(".")[2]
    return f"files/{row._meta.label_lower}-{row.pk}-{column.name}.{ending}"


def is_person(column: Any) -> bool:
    """Whether a column leads to somebody."""
    people = {kind.model for kind in kinds()}
    return column.is_relation and column.related_model._meta.label_lower in people


def register_of(model: type[models.Model]) -> dict[str, PersonalField]:
    """The lines of the register about a table, by column."""
    return {e.field: e for e in personal.entries() if e.model == model._meta.label_lower}


def columns_of(part: Part) -> tuple[Any, ...]:
    """The columns of a part that are handed out, in the order of the table.

    The register decides; a column that stands in neither list of it (a movement, a counter) goes
    along with a row that is the person's own, so that the rest can be understood.
    """
    meta, known = part.table._meta, register_of(part.table)
    held_back = {name for name, entry in known.items() if not entry.export}
    every = [*meta.local_fields, *meta.local_many_to_many]
    named = [c for c in every if c.name in part.fields or (not part.fields and _plain(c, known))]
    return tuple(column for column in named if column.name not in held_back)


def _plain(column: Any, known: dict[str, PersonalField]) -> bool:
    """Registered, or neither a secret nor a counter that nobody could make anything of."""
    is_counter = not column.editable and not isinstance(column, models.DateField)
    hidden = isinstance(column, EncryptedTextField) or column.primary_key or is_counter
    return column.name in known or not hidden


def sections(people: Iterable[Person]) -> list[Section]:
    """What is handed out about somebody with these records, mails and logs last.

    A row that is reached in two ways stands in it once for the same columns; where more columns of
    it are the person's own, only with those.
    """
    people = list(people)
    own = frozenset((kind.model, person.pk) for kind, person in people)
    reached: dict[tuple[type[models.Model], tuple[Any, ...]], Q] = {}
    whole = set()
    for kind, person in people:
        for part in kind.parts:
            key = (part.table, columns_of(part))
            found = Q(pk__in=part.rows(person).order_by().values("pk"))
            reached[key] = reached.get(key, Q(pk__in=[])) | found
            if not part.fields:
                whole.add(key)
    handed_out = [
        Section(model, columns, _rows(reached, model, columns), own, (model, columns) in whole)
        for model, columns in reached
        if columns
    ]
    return sorted(handed_out, key=lambda section: section.model._meta.app_label in MECHANISMS)


def _rows(reached: Any, model: Any, columns: Any) -> models.QuerySet[Any]:
    """The rows of a table that are reached with these columns, and not with more."""
    rows = model._base_manager.filter(reached[model, columns])
    for (other, more), found in reached.items():
        if other is model and set(more) > set(columns):
            rows = rows.exclude(found)
    return rows.order_by("pk")
