"""Erasing a person (GDPR, article 17): shown first, then done in one transaction.

The rows that count stay, without anything that says who it was. What is erased is written down by
number, also outside the database, so that a restored backup erases it again.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects, tombstones
from core.erasing import Held
from core.errors import Refused
from core.logs import log_activity
from core.subjects import Kind
from privacy.services.effects import Effects, Line, effects_on, lines_of

File = tuple[Storage, str]


def plan_erasure(*, kind: Kind, person: Any) -> list[Line]:
    """What erasing one person would do, table by table; it writes nothing.

    Lines "required" say what must be done first, "kept" what stays and "advice" what is left to a
    human being; only "emptied" and "deleted" are changes.
    """
    return lines_of(effects_on(kind, person))


@transaction.atomic
def erase(
    *, kind: Kind, person: Any, by: User | None, still: Callable[[], bool] = lambda: True
) -> list[Line]:
    """Erase one person; gives what was done, as `plan_erasure` told it.

    `still` is asked once nobody else can write to the person's records any more. A second time
    finds nothing left to do. Raises Refused while something must be done first, and when `still`
    says no.
    """
    tombstones.one_at_a_time()
    _hold_others(kind, person)
    # to write at the same time, everybody else needs this row too
    person = kind.table._base_manager.select_for_update().get(pk=person.pk)
    found = effects_on(kind, person, lock=True)
    if first := found.required():
        raise Refused(" ".join(first))
    if not still():
        raise Refused(_("Nothing is due."))
    _carry_out(found, by)
    # last, since a number in the file cannot be taken back when something above fails
    for model, number in found.people:
        tombstones.bury(model, int(number))
    return lines_of(found)


def _hold_others(kind: Kind, person: Any) -> None:
    for hook in kind.on_erasure:
        for effect in hook(person):
            if isinstance(effect, Held):
                list(effect.rows.select_for_update().order_by("pk"))


def replay(model: str, object_id: int) -> None:
    """Erase again what a restored backup brought back; nothing when the record is not in it.

    Whatever would have to come first came first then: it does not hold this up.
    """
    kind = subjects.kind_of(model)
    person = kind.table._base_manager.filter(pk=object_id).first()
    if person is not None:
        with transaction.atomic():
            _carry_out(effects_on(kind, person, lock=True), None)


def _carry_out(found: Effects, by: User | None) -> None:
    files = list(_files(found))
    for row in found.to_delete():
        row.delete()
    for touched in found.to_update():
        changes = dict(touched.changed)
        _write(touched.row, changes)
        log_activity(actor=by, verb="erased", obj=touched.row, fields=changes)
    for person in found.people.values():
        log_activity(actor=by, verb="erased", obj=person)
    transaction.on_commit(partial(_delete_files, files))


def _write(row: models.Model, changes: dict[str, Any]) -> None:
    """Straight into the columns; somebody who has the old page open is refused by the version."""
    if any(field.name == "version" for field in row._meta.fields):
        changes = {**changes, "version": F("version") + 1}
    type(row)._base_manager.filter(pk=row.pk).update(**changes)


def _files(found: Effects) -> Iterator[File]:
    for touched in found.to_update():
        yield from _files_of(touched.row, touched.changed)
    for row in found.to_delete():
        yield from _files_of(row, [field.name for field in row._meta.fields])


def _files_of(row: models.Model, names: Iterable[str]) -> Iterator[File]:
    for name in names:
        file = getattr(row, name)
        if isinstance(file, FieldFile) and file.name:
            yield file.storage, file.name


def _delete_files(files: list[File]) -> None:
    for storage, name in files:
        storage.delete(name)
