"""Which reminder is due on a day, by dates alone: the same answer whenever it is asked."""

from datetime import date

from core.calendar import add_months
from handovers.enums import Step

HORIZON_MONTHS = 6


def step_due(today: date, *, quiet: bool) -> tuple[Step, date] | None:
    """The dated step that may go out today, with its day; None before 15 March.

    A step that falls due in a quiet period waits for its end. Of several waiting steps only the
    latest goes out. A step belongs to its calendar year: on 1 January the ladder begins anew.
    """
    if quiet:
        return None
    passed = [(step, step.day(today.year)) for step in Step if step.day(today.year) <= today]
    return passed[-1] if passed else None


def asks_about(ends_on: date | None, step_day: date) -> bool:
    """Whether a step asks about a mandate: it ends within six months of the step, not before it."""
    return ends_on is not None and step_day <= ends_on <= add_months(step_day, HORIZON_MONTHS)
