"""Labels that were decided on before this programme was here: recorded, one by one or in bulk.

They keep their number of then. A number is never used twice: one that was taken over is stepped
over when its turn comes in the numbers that are given here (`labels.services.awards`), so that is
the only gap a year can have.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator
from core import jobs
from core.calendar import last_day, today
from core.errors import Refused
from core.jobs import Job, JobState
from core.logs import log_activity
from core.tabular import read_table
from labels.models import POINTS, Label
from labels.rules import COORDINATOR
from labels.services.awards import issue_first, lock_year
from labels.taking_over import EarlierRow, Outcome, read_rows
from movements.models import Movement
from programmes.models import Edition

KIND = "labels"
NUMBER_LENGTH, TITLE_LENGTH = 12, 200
# a slip in a year is told: labels are younger than this, and none runs longer
FIRST_DAY, MOST_MONTHS = date(2000, 1, 1), 120
_GIVEN_HERE = re.compile(r"([0-9]{4})-[0-9]{3,}")


@transaction.atomic
def take_over_label(
    *,
    movement: Movement,
    number: str,
    decided_on: date,
    starts_on: date,
    ends_on: date,
    by: User,
    titles: Sequence[str] = (),
) -> Label:
    """Record a label of before, with its number of then; both its first and last day count.

    `titles` are those of its points, as far as they are known. Its renewal window and grace are
    those of the edition of now. Raises Refused for who is no coordinator, for a number that exists,
    for days in the wrong order, and when it does not come after the movement's other labels.
    """
    if not is_coordinator(by):
        raise Refused(COORDINATOR.otherwise)
    _check_days(decided_on, starts_on, ends_on)
    movement = Movement.objects.select_for_update(no_key=True).get(pk=movement.pk)
    previous = movement.labels.filter(next__isnull=True).first()
    if previous is not None and starts_on <= previous.effective_end:
        day = date_format(previous.effective_end, "j F Y")
        words = {"number": previous.number, "day": day}
        message = _("Label %(number)s of this group counts until %(day)s. This one comes before.")
        raise Refused(message % words)
    edition = Edition.objects.current(decided_on) or Edition.objects.current()
    if edition is None:
        raise Refused(_("There is no programme with ten points yet."))
    label = Label.objects.create(
        movement=movement,
        taken_over_by=by,
        previous=previous,
        number=_free_number(number),
        decided_on=decided_on,
        starts_on=starts_on,
        ends_on=ends_on,
        effective_end=ends_on,
        renewal_months=edition.renewal_months,
        grace_months=edition.grace_months,
        frozen=_wording(movement, edition, titles),
    )
    issue_first(label)
    log_activity(actor=by, verb="taken over", obj=label)
    return label


def _check_days(decided_on: date, starts_on: date, ends_on: date) -> None:
    if decided_on > today():
        raise Refused(_("The decision lies ahead: this is for labels of before."))
    if starts_on < decided_on:
        raise Refused(_("A label cannot start before the decision."))
    if ends_on < starts_on:
        raise Refused(_("The last day comes before the first one."))
    if decided_on < FIRST_DAY or ends_on > last_day(starts_on, MOST_MONTHS):
        raise Refused(_("Look at the years: after 1999, and at most ten years for one label."))


def _free_number(typed: str) -> str:
    """The number without blanks. The counter of its year waits, so nobody is given it meanwhile."""
    number = "".join(typed.split())
    if not number or len(number) > NUMBER_LENGTH:
        raise Refused(_("A number has 1 to %(most)s characters.") % {"most": NUMBER_LENGTH})
    if found := _GIVEN_HERE.fullmatch(number):
        lock_year(int(found[1]))
    if Label.objects.filter(number__iexact=number).exists():
        raise Refused(_("There is a label with this number already."))
    return number


def _wording(movement: Movement, edition: Edition, titles: Sequence[str]) -> dict[str, Any]:
    known = [title.strip()[:TITLE_LENGTH] for title in titles[:POINTS]]
    return {
        "movement": movement.name,
        "municipality": edition.municipality,
        "programme": dict(edition.name),
        "signatory": dict(edition.signatory),
        "points": [
            {"number": number, "title": {movement.language: title}, "commitment": ""}
            for number, title in enumerate(known, start=1)
            if title
        ],
    }


# A list ------------------------------------------------------------------------------------------


def start_taking_over(*, data: bytes, filename: str, by: User) -> Job:
    """Keep a readable list for a preview. Raises TableError for a broken one and keeps nothing."""
    read_rows(read_table(data, filename))
    return jobs.start(kind=KIND, owner=by.key, file_name=filename, data=data)


def preview_taking_over(*, job: Job, by: User) -> list[Outcome]:
    """What confirming would do now with each row. Everything is done and then undone."""
    with transaction.atomic():
        outcomes = _take_over_all(job, by)
        transaction.set_rollback(True)
    return outcomes


@transaction.atomic
def confirm_taking_over(*, job: Job, by: User) -> list[Outcome]:
    """Record the rows that can be, keep the counts on the job and forget the file.

    Raises Refused when it was confirmed or put away already.
    """
    job = _open(job)
    outcomes = _take_over_all(job, by)
    taken = sum(not outcome.wrong for outcome in outcomes)
    jobs.finish(job, {"taken": taken, "left": len(outcomes) - taken})
    return outcomes


@transaction.atomic
def discard_taking_over(*, job: Job) -> None:
    """Forget a list without recording anything. Raises Refused when it was confirmed."""
    _open(job).delete()


def _open(job: Job) -> Job:
    locked = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.PREVIEW).first()
    if locked is None:
        raise Refused(_("This list was imported or put away already."))
    return locked


def _take_over_all(job: Job, by: User) -> list[Outcome]:
    """The oldest labels first, for those of a movement form a chain; told in the order of rows."""
    rows = read_rows(read_table(job.data, job.file_name))
    rows.sort(key=lambda row: (row.starts_on or date.max, row.number))
    return sorted((_take_over(row, by) for row in rows), key=lambda outcome: outcome.row.number)


def _take_over(row: EarlierRow, by: User) -> Outcome:
    if row.wrong:
        return Outcome(row, wrong=row.wrong)
    try:
        label = take_over_label(
            movement=row.movement,
            number=row.label_number,
            decided_on=row.decided_on,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            by=by,
            titles=row.titles,
        )
    except Refused as refusal:
        return Outcome(row, wrong=refusal.message)
    return Outcome(row, label=label)
