"""What an erasure does, row by row, before any of it is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.text import capfirst

from core import naming, subjects
from core.erasing import Advice, Also, Deleted, Effect, Emptied, Kept, Required, empty_value
from core.subjects import Kind, Part

Key = tuple[str, int | str]


@dataclass
class Touched:
    """One row, the values it gets, and those of them that it has not yet."""

    row: models.Model
    values: dict[str, Any] = field(default_factory=dict)
    must_go: set[str] = field(default_factory=set)  # columns that cannot be empty

    @property
    def changed(self) -> dict[str, Any]:
        """What an update has to write; empty for a row that is as it should be."""
        return {n: v for n, v in self.values.items() if _stored(self.row, n) != _plain(v)}


@dataclass
class Effects:
    """Everything together. Rows are keyed by model and number, so each is touched once."""

    people: dict[Key, models.Model] = field(default_factory=dict)
    emptied: dict[Key, Touched] = field(default_factory=dict)
    deleted: dict[Key, models.Model] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    said: list[Advice | Required] = field(default_factory=list)

    def required(self) -> list[str]:
        """What must be done first; each once."""
        return list(dict.fromkeys(one.why for one in self.said if isinstance(one, Required)))

    def advice(self) -> list[str]:
        """What is left to a human being; each once."""
        given = (one for one in self.said if isinstance(one, Advice))
        apart = (one for one in given if not one.about or key_of(one.about) not in self.people)
        return list(dict.fromkeys(one.why for one in apart))

    def to_update(self) -> list[Touched]:
        """Rows that stay and change, in one order."""
        found = [(key, t) for key, t in self.emptied.items() if t.changed]
        return [t for key, t in sorted(found, key=_by_key) if key not in self.deleted]

    def to_delete(self) -> list[models.Model]:
        """Rows that go, in one order."""
        return [row for _key, row in sorted(self.deleted.items(), key=_by_key)]


def _by_key(item: tuple[Key, Any]) -> tuple[str, str]:
    return item[0][0], str(item[0][1]).rjust(20, "0")


def _stored(row: models.Model, name: str) -> Any:
    return _plain(getattr(row, row._meta.get_field(name).attname))  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    """A file by its name, a record by its number; everything else as it is."""
    if isinstance(value, FieldFile):
        return value.name or ""
    return value.pk if isinstance(value, models.Model) else value


def key_of(row: models.Model) -> Key:
    """How a row is told from all others."""
    return row._meta.label_lower, row.pk


def effects_on(kind: Kind, person: Any, *, lock: bool = False) -> Effects:
    """Everything that erasing one person does; with `lock` its rows are held until the end.

    Raises ValueError when the register says that a column is emptied, the column cannot be, and no
    app says what happens instead: better no erasure than half of one.
    """
    found = Effects()
    _collect(found, kind, person, lock)
    for key, touched in found.emptied.items():
        if key not in found.deleted and touched.must_go - set(touched.values):
            raise ValueError(f"{key[0]} holds {touched.must_go}, which nobody takes away")
    return found


def _collect(found: Effects, kind: Kind, person: Any, lock: bool) -> None:
    """The person's own columns, then what the apps say; another person among them in turn."""
    if key_of(person) in found.people:
        return
    found.people[key_of(person)] = person
    for part in kind.parts:
        if part.erased:
            _collect_part(found, kind, part, person, lock)
        else:
            found.kept.append(Kept(part.rows(person), ""))
    for hook in kind.on_erasure:
        for effect in hook(person):
            _add(found, effect, lock)


def _collect_part(found: Effects, kind: Kind, part: Part, person: Any, lock: bool) -> None:
    rows = part.rows(person)
    if part.model in {known.model for known in subjects.kinds()}:
        for other in _read(rows.exclude(pk=person.pk) if part.model == kind.model else rows, lock):
            _collect(found, subjects.kind_of(part.model), other, lock)
        rows = rows.filter(pk=person.pk) if part.model == kind.model else rows.none()
    fields = [_column(part, entry.field) for entry in part.entries() if entry.erasure]
    able = {f.name: empty_value(f) for f in fields if _can_be_empty(f)}
    _add(found, Emptied(rows, able), lock)
    for row in rows if len(able) < len(fields) else ():
        found.emptied[key_of(row)].must_go |= {f.name for f in fields} - set(able)
    if not fields:
        found.kept.append(Kept(rows, ""))


def _column(part: Part, name: str) -> Any:
    return part.table._meta.get_field(name)


def _can_be_empty(field: Any) -> bool:
    try:
        empty_value(field)
    except ValueError:
        return False
    return not (field.primary_key or field.choices)


def _add(found: Effects, effect: Effect, lock: bool) -> None:
    match effect:
        case Emptied(rows, values):
            for row in _read(rows, lock):
                touched = found.emptied.setdefault(key_of(row), Touched(row))
                touched.values.update(values)
        case Deleted(rows):
            found.deleted |= {key_of(row): row for row in _read(rows, lock)}
        case Also(rows):
            for other in _read(rows, lock):
                _collect(found, subjects.kind_of(key_of(other)[0]), other, lock)
        case Kept():
            found.kept.append(effect)
        case Advice() | Required():
            found.said.append(effect)


def _read(rows: models.QuerySet[Any], lock: bool) -> Iterable[Any]:
    """The rows, held until the transaction ends when they are about to be changed."""
    # by number, since a condition over several tables cannot be locked everywhere
    wanted = rows.order_by().values("pk")
    plain: models.QuerySet[Any] = rows.model._base_manager.filter(pk__in=wanted).order_by("pk")
    return plain.select_for_update() if lock else plain


# For reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What happens in one table: `what` is emptied, deleted, kept, advice or required.

    `fields` are the names of columns, `labels` the same in words; both empty where rows go or stay.
    """

    what: str
    model: str = ""
    table: str = ""
    rows: int = 0
    fields: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    why: str = ""


def _table(model: type[models.Model], rows: int) -> str:
    return capfirst(naming.one_of(model) if rows == 1 else naming.many_of(model))


def _emptied_lines(found: Effects) -> Iterator[Line]:
    rows = found.to_update()
    for model, group in groupby(rows, key=lambda touched: type(touched.row)):
        members = list(group)
        names = sorted({name for touched in members for name in touched.changed})
        yield Line(
            "emptied",
            model._meta.label_lower,
            _table(model, len(members)),
            len(members),
            tuple(names),
            tuple(str(naming.column_label(model._meta.get_field(n))) for n in names),
        )


def lines_of(found: Effects) -> list[Line]:
    """The dry run: what must come first, what is emptied and deleted, what stays, what to do."""
    lines = [Line("required", why=why) for why in found.required()]
    lines += _emptied_lines(found)
    for label, group in groupby(found.to_delete(), key=lambda row: row._meta.label_lower):
        count = len(list(group))
        lines.append(Line("deleted", label, _table(apps.get_model(label), count), count))
    lines += _kept_lines(found)
    return lines + [Line("advice", why=why) for why in found.advice()]


def _kept_lines(found: Effects) -> Iterator[Line]:
    """One line per table and reason, of rows that nothing above touches."""
    gone = found.deleted.keys() | found.people.keys()
    reasons: dict[str, dict[Any, str]] = {}
    for kept in found.kept:
        label = kept.rows.model._meta.label_lower
        numbers = reasons.setdefault(label, {})
        for number in kept.rows.order_by().values_list("pk", flat=True):
            if (label, number) not in gone:
                numbers[number] = str(kept.why) or numbers.get(number, "")
    for label, numbers in reasons.items():
        for why in sorted(set(numbers.values())):
            count = list(numbers.values()).count(why)
            yield Line("kept", label, _table(apps.get_model(label), count), count, why=why)
