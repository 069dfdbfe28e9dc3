"""Writing a list of teams: read and judge first, then write in bulk, in one transaction.

Nobody is invited by it, and nobody's function ends by not being in the list.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from core import jobs
from core.errors import Refused
from core.jobs import Job, JobState
from core.logs import log_many
from core.tabular import read_table
from movements.enums import TeamResult
from movements.models import Mandate, Movement
from movements.selectors.team_imports import team_context
from movements.services.imports import BATCH, GONE
from movements.services.mandates import invite, until_then
from movements.team_imports import IMPORTED, TeamVerdict, judge, missing, team_counts
from movements.team_rows import Person, TeamContext, TeamRow, read_team_rows

KIND = "teams"
CHANGES = (TeamResult.CHANGED, TeamResult.ENDS)
# mails of one press on the button: a press must not take longer than a page may
MOST_INVITATIONS = 100


def start_team_import(
    *, data: bytes, filename: str, starts_on: date, movement: Movement | None, by: User
) -> Job:
    """Keep a readable list for a preview. Raises TableError for a broken one and keeps nothing.

    `starts_on` is the start of who is new and has none in the list, `movement` that of rows that
    name none.
    """
    read_team_rows(read_table(data, filename), has_movement=movement is not None)
    job = jobs.start(kind=KIND, owner=by.key, file_name=filename, data=data)
    number = movement.pk if movement else None
    job.options = {"starts_on": starts_on.isoformat(), "movement": number}
    job.save(update_fields=["options"])
    return job


def preview_team_import(*, job: Job) -> tuple[list[TeamVerdict], list[Mandate]]:
    """What confirming the job would do now, and who is not in the list. Writes nothing."""
    context = _context(job)
    verdicts = judge(_rows(job), context)
    return verdicts, missing(verdicts, context)


def confirm_team_import(*, job: Job, by: User) -> dict[str, int]:
    """Write the list, keep the counts on the job and forget the file; gives the counts.

    Judged anew while nobody else writes to these teams. Raises Refused when it was confirmed
    already.
    """
    if job.state != JobState.PREVIEW:
        raise Refused(GONE)
    rows = _rows(job)  # reading a large file takes longer than a transaction should
    with transaction.atomic():
        job = _open_job(job)
        _lock_teams()
        context = _context(job)
        verdicts = judge(rows, context)
        new = _write(verdicts, context, by)
        result = team_counts(verdicts, len(missing(verdicts, context)))
        job.options["new"] = [mandate.pk for mandate in new]
        job.save(update_fields=["options"])
        jobs.finish(job, result)
    return result


@transaction.atomic
def discard_team_import(*, job: Job) -> None:
    """Forget a list without importing it. Raises Refused when it was imported."""
    _open_job(job).delete()


def waiting_for_invitation(job: Job) -> list[Mandate]:
    """Who came new with a finished import, is not over, and was not invited yet."""
    wanted = set(job.options.get("new", []))
    if not wanted:
        return []
    mandates = Mandate.objects.in_use().not_over().filter(user__isnull=True).order_by("pk")
    # by their range: so many numbers can be more than one query takes
    between = mandates.filter(pk__range=(min(wanted), max(wanted))).select_related("movement")
    return [mandate for mandate in between if mandate.pk in wanted]


def invite_imported(*, job: Job, by: User) -> int:
    """Invite who came new with a finished import, at most MOST_INVITATIONS at once; how many.

    Each by themselves: who cannot be invited keeps nobody else waiting.
    """
    invited = 0
    for mandate in waiting_for_invitation(job)[:MOST_INVITATIONS]:
        try:
            invite(mandate=mandate, by=by)
        except (Refused, ValidationError):
            continue
        invited += 1
    return invited


def _open_job(job: Job) -> Job:
    locked = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.PREVIEW).first()
    if locked is None:
        raise Refused(GONE)
    return locked


def _rows(job: Job) -> list[TeamRow]:
    table = read_table(job.data, job.file_name)
    return read_team_rows(table, has_movement=job.options["movement"] is not None)


def _context(job: Job) -> TeamContext:
    movement = Movement.objects.filter(pk=job.options["movement"]).first()
    starts_on = date.fromisoformat(job.options["starts_on"])
    return team_context(starts_on=starts_on, movement=movement)


def _lock_teams() -> None:
    """Let nobody else write to a team until this is committed; in one order, as everywhere."""
    list(Movement.objects.select_for_update().order_by("pk").values_list("pk"))


def _write(verdicts: Sequence[TeamVerdict], context: TeamContext, by: User) -> list[Mandate]:
    """Write what is new and what changes; gives the new mandates."""
    new = [_new(v, context) for v in verdicts if v.result is TeamResult.NEW]
    changed = [_changed(v) for v in verdicts if v.result in CHANGES]
    Mandate.objects.bulk_create(new, batch_size=BATCH)
    # all of them exist, so this only updates: bulk_update's CASE per field takes five times as long
    Mandate.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*IMPORTED, "confirmed_on"],
    )
    log_many(actor=by, verb="imported", objs=new)
    log_many(actor=by, verb="changed by import", objs=changed)
    return new


def _new(verdict: TeamVerdict, context: TeamContext) -> Mandate:
    person = cast(Person, verdict.person)  # a row without one is refused
    return Mandate(
        movement=person.movement,
        name=person.name,
        email=person.email,
        phone=person.phone,
        function=person.function,
        turns_18_on=person.turns_18_on,
        starts_on=person.starts_on or context.starts_on,
        ends_on=person.ends_on,
    )


def _changed(verdict: TeamVerdict) -> Mandate:
    mandate = cast(Mandate, verdict.mandate)  # only known mandates change
    for name, (_old, new) in verdict.changes.items():
        setattr(mandate, name, new)
    if "ends_on" in verdict.changes:
        until_then(mandate)
    return mandate
