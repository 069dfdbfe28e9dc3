"""Writing a list of movements: read and judge first, then write in bulk, in one transaction."""

from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import jobs
from core.errors import Refused
from core.jobs import Job, JobState
from core.logs import log_many
from core.tabular import read_table
from movements.enums import RowResult
from movements.imports import (
    IMPORTED,
    ImportRow,
    Verdict,
    classify,
    counts,
    fold_name,
    read_rows,
)
from movements.models import Federation, Movement
from movements.selectors import import_context
from movements.services.groups import lock_federations

KIND = "movements"
BATCH = 500
GONE = gettext_lazy("This list was imported or put away already.")


@dataclass(frozen=True)
class ImportOptions:
    """How a list is to be read; texts as somebody typed them, empty when they said nothing."""

    municipality: str = ""
    federation: str = ""


def read_list(data: bytes, filename: str, options: ImportOptions) -> list[ImportRow]:
    """The rows of a file. Raises TableError, naming row and column, and Refused."""
    default = _default_federation(options.federation)
    return read_rows(read_table(data, filename), default_federation=default)


def import_movements(
    *,
    rows: list[ImportRow],
    by: User | None,
    municipality: str = "",
    choices: dict[int, int] | None = None,
    dry_run: bool = False,
) -> list[Verdict]:
    """Judge every row and, unless it is a dry run, write what is new and changed.

    `choices` gives the row that counts by the number of the first of the rows with one number.
    Gives the verdicts as they were written: movements may have changed since a preview.
    """
    if dry_run:
        return classify(rows, import_context(municipality=municipality, choices=choices))
    with transaction.atomic():
        lock_federations()
        verdicts = classify(rows, import_context(municipality=municipality, choices=choices))
        _write(verdicts, by)
    return verdicts


def start_import(*, data: bytes, filename: str, options: ImportOptions, by: User) -> Job:
    """Keep a readable list for a preview. Raises TableError for a broken one and keeps nothing."""
    read_list(data, filename, options)
    job = jobs.start(kind=KIND, owner=by.key, file_name=filename, data=data)
    job.options = {"municipality": options.municipality, "federation": options.federation}
    job.save(update_fields=["options"])
    return job


def preview_import(*, job: Job) -> list[Verdict]:
    """What confirming the job would do now. Writes nothing."""
    return import_movements(
        rows=_rows(job),
        by=None,
        municipality=job.options["municipality"],
        choices=_choices(job),
        dry_run=True,
    )


@transaction.atomic
def choose_rows(*, job: Job, choices: dict[int, int]) -> None:
    """Keep which row counts of those with the same number, by the number of their first row."""
    job = _open_job(job)
    job.options["choices"] = {str(first): row for first, row in choices.items()}
    job.save(update_fields=["options"])


def confirm_import(*, job: Job, by: User) -> dict[str, int]:
    """Write the list, keep the counts on the job and forget the file; gives the counts.

    Raises Refused when it was confirmed already.
    """
    if job.state != JobState.PREVIEW:
        raise Refused(GONE)
    rows = _rows(job)  # reading a large file takes longer than a transaction should
    with transaction.atomic():
        job = _open_job(job)
        verdicts = import_movements(
            rows=rows, by=by, municipality=job.options["municipality"], choices=_choices(job)
        )
        result = counts(verdicts)
        jobs.finish(job, result)
    return result


@transaction.atomic
def discard_import(*, job: Job) -> None:
    """Forget a list without importing it. Raises Refused when it was imported."""
    _open_job(job).delete()


def _open_job(job: Job) -> Job:
    locked = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.PREVIEW).first()
    if locked is None:
        raise Refused(GONE)
    return locked


def _rows(job: Job) -> list[ImportRow]:
    options = ImportOptions(job.options["municipality"], job.options["federation"])
    return read_list(job.data, job.file_name, options)


def _choices(job: Job) -> dict[int, int]:
    return {int(first): row for first, row in job.options.get("choices", {}).items()}


def _default_federation(name: str) -> Federation | None:
    if not name:
        return None
    federations = {fold_name(f.name): f for f in Federation.objects.all()}
    if found := federations.get(fold_name(name)):
        return found
    known = ", ".join(f.name for f in federations.values())
    message = _("There is no federation “%(name)s”. There are: %(known)s.")
    raise Refused(message % {"name": name, "known": known})


def _write(verdicts: list[Verdict], by: User | None) -> None:
    new = [_new(verdict) for verdict in verdicts if verdict.result == RowResult.NEW]
    changed = [_changed(verdict) for verdict in verdicts if verdict.result == RowResult.CHANGED]
    Movement.objects.bulk_create(new, batch_size=BATCH)
    # all of them exist, so this only updates: bulk_update's CASE per field takes five times as long
    Movement.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=IMPORTED,
    )
    log_many(actor=by, verb="imported", objs=new)
    log_many(actor=by, verb="changed by import", objs=changed)


def _new(verdict: Verdict) -> Movement:
    row = verdict.row
    return Movement(
        federation=verdict.federation,
        code=row.code,
        name=row.name,
        postcode=row.postcode,
        municipality=row.municipality,
    )


def _changed(verdict: Verdict) -> Movement:
    movement = cast(Movement, verdict.movement)  # only known movements change
    for name, (_old, new) in verdict.changes.items():
        setattr(movement, name, new)
    return movement
