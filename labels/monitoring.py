"""Which light checks fall due while a label runs: arithmetic over dates, nothing is stored.

Each anniversary of the start asks a movement whether its promises are still true, but not in the
renewal window, whose questions are the same. After a change of team the new one is asked 60 days
later, unless a yearly check falls in between or in the 60 days after. What that leaves open is
decided here:

- Only the latest check that is due is asked; one that nobody answered lapses with the next.
- Who answered after a change of team has spoken for the new team.
- A yearly check is not asked of who answered one in the 60 days before it.
- Nothing is asked while the label is not valid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from core.calendar import add_months, today
from labels.enums import CheckReason
from labels.lifecycle import is_valid
from labels.models import Label, LightCheck

YEAR = 12
NEW_TEAM_DAYS = timedelta(days=60)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueCheck:
    """One check, with the day from which it is asked."""

    due_on: date
    reason: CheckReason


def due_checks(label: Label, changes: Iterable[date] = ()) -> list[DueCheck]:
    """All checks of a label by what is known now, the first one first; answered ones too.

    `changes` are the days on which the team changed. The checks of the label should be prefetched.
    """
    answered = [(check.due_on, _day(check)) for check in label.checks.all()]
    yearly = [
        DueCheck(day, CheckReason.YEARLY)
        for day in _anniversaries(label)
        if not any(due != day and day - NEW_TEAM_DAYS < on < day for due, on in answered)
    ]
    new_team = [
        DueCheck(on + NEW_TEAM_DAYS, CheckReason.ROTATION)
        for on in _last_of_each_row(changes)
        if label.starts_on < on
        and _is_asked_on(label, on + NEW_TEAM_DAYS)
        and not any(on <= check.due_on <= on + 2 * NEW_TEAM_DAYS for check in yearly)
        and not any(day >= on and due != on + NEW_TEAM_DAYS for due, day in answered)
    ]
    return sorted(yearly + new_team, key=lambda check: (check.due_on, check.reason))


def open_check(
    label: Label, changes: Iterable[date] = (), on: date | None = None
) -> DueCheck | None:
    """The check that waits for an answer on a day (today when not said), if there is one."""
    return open_among(due_checks(label, changes), label, on or today())


def open_among(checks: Iterable[DueCheck], label: Label, day: date) -> DueCheck | None:
    """The one that waits for an answer on a day, among all the checks of a label."""
    due = [check for check in checks if check.due_on <= day]
    if not due or any(check.due_on >= due[-1].due_on for check in label.checks.all()):
        return None
    return due[-1] if _is_asked_on(label, day) and is_valid(label, day) else None


def _is_asked_on(label: Label, day: date) -> bool:
    """Whether the label runs by then, and its renewal does not ask the same."""
    return day <= label.effective_end and day < label.renewal_from


def _anniversaries(label: Label) -> list[date]:
    found: list[date] = []
    end = min(label.renewal_from, label.effective_end + DAY)
    while (day := add_months(label.starts_on, YEAR * (len(found) + 1))) < end:
        found.append(day)
    return found


def _last_of_each_row(changes: Iterable[date]) -> list[date]:
    """The changes of team without the next one within the time after which it is asked."""
    days = sorted(changes)
    return [on for on in days if not any(on < then <= on + NEW_TEAM_DAYS for then in days)]


def _day(check: LightCheck) -> date:
    return timezone.localdate(check.answered_at)
