"""Awarding a label, and what can happen to it afterwards.

Numbers run per year of the decision: "2026-017". A number is taken in the transaction that makes
the label, so an award that fails takes none; a number is never used again, also when its label is
withdrawn. So a year has no gaps, except numbers that labels of an earlier edition brought along
(`labels.services.taking_over`), which are stepped over.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import last_day, today
from core.errors import Refused
from core.logs import log_activity
from labels.enums import EVENT_ALLOWED_IN, FINAL_EVENTS, LabelEventKind, PlanAction
from labels.lifecycle import label_state
from labels.models import Certificate, Decision, Label, LabelEvent, LabelNumber
from labels.rules import IS_THERE
from labels.selectors.wording import wording
from movements.models import Movement

ONE_DAY = timedelta(days=1)


@transaction.atomic
def award_label(*, decision: Decision, starts_on: date, by: User | None) -> Label:
    """Make the label of a confirmed decision, with its number and the wording of today.

    It starts on `starts_on`, or the day after the last valid day of the movement's previous label
    when that one still runs, and is valid for the months that the edition says, both ends included.
    Raises Refused when the decision awards nothing, has its label already, or is later than the
    start, and when the movement is not there any more.
    """
    _check_award(decision, starts_on)
    movement = _lock_movement(decision)
    # who merges or stops it holds the same lock, and may have had it first
    if not movement.exists_on(today()):
        raise Refused(str(IS_THERE.otherwise))
    if Label.objects.filter(decision=decision).exists():
        raise Refused(_("This decision has its label already."))
    previous = movement.labels.filter(next__isnull=True).first()
    start = max(starts_on, previous.effective_end + ONE_DAY) if previous else starts_on
    edition = decision.plan.edition
    end = last_day(start, edition.label_months)
    label = Label.objects.create(
        movement=movement,
        decision=decision,
        previous=previous,
        number=_next_number(decision),
        decided_on=_decided_on(decision),
        starts_on=start,
        ends_on=end,
        effective_end=end,
        renewal_months=edition.renewal_months,
        grace_months=edition.grace_months,
        frozen=decision.frozen or wording(decision),
    )
    issue_first(label)
    log_activity(actor=by, verb="awarded", obj=label)
    return label


def pause_label(*, label: Label, by: User, reason: str, on: date | None = None) -> LabelEvent:
    """Pause a label from a day on (today when not said); its end stays where it is.

    This and the next four raise Refused without a reason, for a day that lies ahead or before
    the last event, and when the label's state does not allow it.
    """
    return _record(LabelEventKind.PAUSED, label, by, reason, on)


def resume_label(*, label: Label, by: User, reason: str, on: date | None = None) -> LabelEvent:
    """End a pause: from that day on the label is valid again."""
    return _record(LabelEventKind.RESUMED, label, by, reason, on)


def withdraw_label(*, label: Label, by: User, reason: str, on: date | None = None) -> LabelEvent:
    """Take a label away for good: the day before is its last valid day."""
    return _record(LabelEventKind.WITHDRAWN, label, by, reason, on)


def give_back_label(*, label: Label, by: User, reason: str, on: date | None = None) -> LabelEvent:
    """Record that the movement gives its label back: the day before is its last valid day."""
    return _record(LabelEventKind.GIVEN_BACK, label, by, reason, on)


def end_by_merger(*, label: Label, by: User, reason: str, on: date | None = None) -> LabelEvent:
    """Record that the movement goes into another one: the day before is its last valid day."""
    return _record(LabelEventKind.MERGED, label, by, reason, on)


@transaction.atomic
def end_labels(*, movement: Movement, by: User, reason: str, on: date) -> list[LabelEvent]:
    """End the labels of a movement that goes into another one, those that are not over already.

    A merger may be recorded late. What happened to a label since did happen: then it ends on the
    first day on which it can. The caller holds the movement.
    """
    labels = movement.labels.with_facts().order_by("starts_on", "id")
    allowed = EVENT_ALLOWED_IN[LabelEventKind.MERGED]
    return [
        end_by_merger(label=label, by=by, reason=reason, on=max(on, _first_possible_day(label)))
        for label in labels
        if label_state(label) in allowed
    ]


# Award -----------------------------------------------------------------------------------------


def _check_award(decision: Decision, starts_on: date) -> None:
    decided_on = _decided_on(decision)
    if decision.outcome == PlanAction.DECLINE:
        raise Refused(_("This decision awards no label."))
    if starts_on < decided_on:
        raise Refused(_("A label cannot start before the decision."))


def _decided_on(decision: Decision) -> date:
    if decision.decided_on is None:
        raise Refused(_("This decision is not confirmed yet."))
    return decision.decided_on


def _lock_movement(decision: Decision) -> Movement:
    """Awards of one movement wait for each other here; mandates and plans need not wait."""
    movements = Movement.objects.select_for_update(no_key=True)
    return movements.get(pk=decision.plan.movement_id)


def _next_number(decision: Decision) -> str:
    """The next number of the decision's year; its row stays locked until the label is there."""
    year = _decided_on(decision).year
    row = lock_year(year)
    row.last += 1
    while Label.objects.filter(number=(number := f"{year}-{row.last:03d}")).exists():
        row.last += 1
    row.save(update_fields=["last"])
    return number


def lock_year(year: int) -> LabelNumber:
    """Hold the counter of a year until the transaction ends."""
    LabelNumber.objects.get_or_create(year=year)
    return LabelNumber.objects.select_for_update().get(year=year)


def issue_first(label: Label) -> Certificate:
    """The first certificate of a label, with the code of the label itself."""
    return Certificate.objects.create(
        label=label, code=label.code, frozen=_printed(label), issued_on=label.decided_on
    )


def _printed(label: Label) -> dict[str, Any]:
    """What the first certificate says beside the ten points: the words of the award."""
    words = ("movement", "municipality", "programme", "signatory")
    return {word: label.frozen[word] for word in words}


# Events ----------------------------------------------------------------------------------------


@transaction.atomic
def _record(
    kind: LabelEventKind, label: Label, by: User, reason: str, on: date | None
) -> LabelEvent:
    """Lock, check, let the last valid day come earlier if it ends here, write, log."""
    label = _lock_label(label)
    day, reason = on or today(), reason.strip()
    _check_event(kind, label, reason, day)
    if kind in FINAL_EVENTS:
        _end_early(label, day)
    event = LabelEvent.objects.create(label=label, kind=kind, on=day, reason=reason, by=by)
    log_activity(actor=by, verb=str(kind), obj=label, state=str(label_state(label, day)))
    return event


def _lock_label(label: Label) -> Label:
    """The movement first, as an award does, so that the two never wait for each other."""
    Movement.objects.select_for_update(no_key=True).get(pk=label.movement_id)
    return Label.objects.select_related("decision").get(pk=label.pk)


def _check_event(kind: LabelEventKind, label: Label, reason: str, day: date) -> None:
    if not reason:
        raise Refused(_("Give a reason."))
    if day > today():
        raise Refused(_("Choose today or an earlier day."))
    if day < _first_possible_day(label):
        raise Refused(_("Choose a day that is not before the decision or the last event."))
    # no event lies between that day and today, so a state that allows it now did so then
    state = label_state(label)
    if state not in EVENT_ALLOWED_IN[kind]:
        message = _("The label is “%(state)s”; this cannot be done now.")
        raise Refused(message % {"state": state.label})


def _first_possible_day(label: Label) -> date:
    """The ledger grows at its end only: not before its last event, nor before the decision."""
    last = label.events.order_by("on", "id").last()
    return last.on if last else label.decided_on


def _end_early(label: Label, day: date) -> None:
    """Before its start a label never gets a day before its predecessor's last one."""
    end = day - ONE_DAY
    if label.previous is not None:
        end = max(end, label.previous.effective_end)
    if end < label.effective_end:
        label.effective_end = end
        label.save(update_fields=["effective_end"])
