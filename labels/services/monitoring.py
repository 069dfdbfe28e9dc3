"""Following a running label: what its movement answers once a year, and visits to it."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import now, today
from core.errors import Refused, Stale
from core.logs import log_activity
from labels.enums import CheckAnswer
from labels.models import CheckedPoint, Label, LabelVisit, LightCheck
from labels.monitoring import DueCheck, open_check
from labels.rules import LEADER, STAFF
from labels.services.steps import plain
from labels.turnover import changes_of_teams
from movements.models import Movement
from movements.rules import writes_in

Answers = Mapping[int, tuple[CheckAnswer, str]]


@transaction.atomic
def answer_check(
    *, label: Label, by: User, check: DueCheck, points: Answers, note: str = ""
) -> LightCheck:
    """Say for the movement what is still true of its promises.

    `check` is the one that was read; `points` holds, by number, those that changed or stopped,
    each with a few words; all others are still true. The same answer twice is one. Raises Refused
    when `by` does not lead the movement now, for a point that was never promised and for a change
    without words; Stale when somebody answered otherwise meanwhile or it is not asked any more.
    """
    label = _lock(label)
    if not writes_in(by, label.movement):
        raise Refused(LEADER.otherwise)
    said, note = _said(label, points), plain(note)
    if (same := _answered(label, check)) is not None:
        if (_points_of(same), same.note) == (said, note):
            return same  # a button that was pressed twice
        raise Stale(_("Somebody of your team answered meanwhile."))
    if open_check(label, changes_of_teams([label.movement_id])[label.movement_id]) != check:
        raise Stale(_("This is not asked any more."))
    row = LightCheck.objects.create(
        label=label,
        due_on=check.due_on,
        reason=check.reason,
        answered_at=now(),
        answered_by=by,
        note=note,
    )
    CheckedPoint.objects.bulk_create(
        CheckedPoint(check_made=row, number=number, answer=answer, text=text)
        for number, (answer, text) in sorted(said.items())
    )
    log_activity(actor=by, verb="answer", obj=row)
    return row


@transaction.atomic
def look_at_check(*, check: LightCheck, by: User) -> LightCheck:
    """Record that the youth service read an answer; the first one who did so stays."""
    if not is_staff_member(by):
        raise Refused(STAFF.otherwise)
    check = LightCheck.objects.select_for_update().get(pk=check.pk)
    if check.looked_at is None:
        check.looked_at, check.looked_by = now(), by
        check.save(update_fields=["looked_at", "looked_by"])
        log_activity(actor=by, verb="looked at", obj=check)
    return check


@transaction.atomic
def record_visit(*, label: Label, by: User, on: date, note: str) -> LabelVisit:
    """Record a visit of the youth service to a movement with a label; the same one twice is one.

    Raises Refused for a day that lies ahead or before the decision, and without a note.
    """
    if not is_staff_member(by):
        raise Refused(STAFF.otherwise)
    label, note = _lock(label), plain(note)
    if not note:
        raise Refused(_("Write what you saw."))
    if not label.decided_on <= on <= today():
        raise Refused(_("Choose a day from the decision until today."))
    visit, is_new = LabelVisit.objects.get_or_create(label=label, on=on, by=by, note=note)
    if is_new:
        log_activity(actor=by, verb="recorded", obj=visit)
    return visit


def _lock(label: Label) -> Label:
    """The movement is held, as every change of a label does, and the label read anew."""
    Movement.objects.select_for_update(no_key=True).get(pk=label.movement_id)
    return Label.objects.with_facts().prefetch_related("checks").get(pk=label.pk)


def _said(label: Label, points: Answers) -> dict[int, tuple[str, str]]:
    promised = {point["number"] for point in label.frozen["points"]}
    said = {number: (answer.value, plain(text)) for number, (answer, text) in points.items()}
    if not said.keys() <= promised:
        raise Refused(_("This was not promised."))
    if not all(text for _answer, text in said.values()):
        raise Refused(_("Say in a few words what changed."))
    return said


def _answered(label: Label, check: DueCheck) -> LightCheck | None:
    same = label.checks.filter(due_on=check.due_on, reason=check.reason)
    return same.prefetch_related("points").first()


def _points_of(row: LightCheck) -> dict[int, tuple[str, str]]:
    return {point.number: (point.answer, point.text) for point in row.points.all()}
