"""The conditions of an award: written with the proposal, settled one by one after the decision.

A label with open conditions is valid; one whose day went by is a task for the youth service.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import today
from core.errors import Refused, Stale
from core.logs import log_activity
from labels.enums import Settled
from labels.models import TEXT_LIMIT, Condition, Decision
from labels.rules import STAFF
from labels.services.steps import plain

Agreed = tuple[str, date]
MOST = 10


def checked(conditions: Sequence[Agreed]) -> list[Agreed]:
    """The conditions as they are kept: one to ten, each with words and a day after today.

    Raises Refused.
    """
    if not 0 < len(conditions) <= MOST:
        raise Refused(_("Write one to %(most)s conditions.") % {"most": MOST})
    kept = [(plain(text), day) for text, day in conditions]
    if not all(text for text, _day in kept):
        raise Refused(_("Write the conditions."))
    for _text, day in kept:
        check_day(day)
    return kept


def check_day(day: date) -> None:
    """A condition falls due after today. Raises Refused."""
    if day <= today():
        raise Refused(_("Choose a day after today."))


def check_days(decision: Decision) -> None:
    """None of the days of a proposal went by before it was confirmed. Raises Refused."""
    if decision.due_conditions.filter(due_on__lte=today()).exists():
        raise Refused(_("The day of a condition went by. Send the proposal back for another day."))


@transaction.atomic
def settle_condition(*, condition: Condition, by: User, settled: str, note: str = "") -> Condition:
    """Say what became of a condition: met, or not needed any more (then `note` says why).

    `settled` is one of `Settled`, or "" to open it again after a mistake, with a note. Settled
    twice in the same way is once. Raises Stale when a colleague settled it otherwise meanwhile,
    Refused for who is not of the youth service and before the decision.
    """
    condition = _lock(condition, by)
    note = plain(note)
    if settled not in ("", *Settled.values):
        raise Refused(_("Choose what became of it."))
    if condition.settled == settled:
        return condition
    if condition.settled and settled:
        raise Stale(_("A colleague settled this condition meanwhile. Look at it again."))
    if settled != Settled.MET and not note:
        raise Refused(_("Write why."))
    condition.settled, condition.note = settled, _with(condition.note, note)
    condition.settled_on, condition.settled_by = (today(), by) if settled else (None, None)
    condition.save(update_fields=["settled", "settled_on", "settled_by", "note"])
    log_activity(actor=by, verb="settled" if settled else "opened", obj=condition, state=settled)
    return condition


@transaction.atomic
def move_condition(*, condition: Condition, by: User, due_on: date, note: str) -> Condition:
    """Give a movement another day for an open condition; `note` says why.

    Raises Stale when it is settled already, Refused as `settle_condition` does, without a note and
    for a day that is not after today.
    """
    condition = _lock(condition, by)
    if condition.settled:
        raise Stale(_("A colleague settled this condition meanwhile. Look at it again."))
    if condition.due_on == due_on:
        return condition
    check_day(due_on)
    note = plain(note)
    if not note:
        raise Refused(_("Write why."))
    was = _("First by %(day)s.") % {"day": date_format(condition.due_on, "j F Y")}
    condition.due_on, condition.note = due_on, _with(condition.note, f"{note} ({was})")
    condition.save(update_fields=["due_on", "note"])
    log_activity(actor=by, verb="moved", obj=condition, fields=["due_on", "note"])
    return condition


def _lock(condition: Condition, by: User) -> Condition:
    if not is_staff_member(by):
        raise Refused(STAFF.otherwise)
    condition = Condition.objects.select_for_update(of=("self",)).get(pk=condition.pk)
    if condition.decision.decided_on is None:
        raise Refused(_("This is a proposal: a coordinator confirms it first."))
    return condition


def _with(notes: str, note: str) -> str:
    """The notes with one more, the newest last; of very many the first are given up."""
    return f"{notes}\n{note}".strip()[-TEXT_LIMIT:]
