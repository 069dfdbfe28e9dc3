"""Whether a figure keeps pace with its plan (the rules are the domain's, see 'Pace')."""

from dataclasses import dataclass
from datetime import date

from core.calendar import add_months
from kpis.enums import Pace

QUIET_MONTHS = 3  # no colour in the first months; amber looks back as far
NEAR = 90  # per cent of plan


@dataclass(frozen=True)
class Progress:
    """What was reached and what was planned on one day."""

    value: int
    planned: int

    @property
    def behind(self) -> int:
        """How much is short; 0 when nothing is."""
        return max(0, self.planned - self.value)


def has_colour(starts_on: date, day: date) -> bool:
    """Whether figures of that day are compared: from three months after the start on."""
    return day >= add_months(starts_on, QUIET_MONTHS)


def day_before_it(day: date) -> date:
    """The day that a figure is compared with to see whether it catches up."""
    return add_months(day, -QUIET_MONTHS)


def judge(now: Progress, earlier: Progress) -> Pace:
    """The colour of a figure, given how it stood three months earlier.

    Green: at least 90 % of plan, or at most 1 short. Amber: short by a smaller share of the plan
    than three months earlier. Otherwise red. Whole numbers are compared, so nothing is rounded.
    """
    if now.behind <= 1 or 100 * now.value >= NEAR * now.planned:
        return Pace.GOOD
    shrinks = now.behind * earlier.planned < earlier.behind * now.planned
    return Pace.FAIR if shrinks else Pace.BAD
