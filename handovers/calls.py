"""Steps with the day on which they fall due; those about a label as arithmetic over its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from core.calendar import add_months
from handovers.enums import Step

DAY = timedelta(days=1)
CONDITION_AHEAD = timedelta(days=30)


class Call(NamedTuple):
    """A step of one cycle, with the day on which it falls due."""

    step: Step
    cycle: str
    due_on: date


@dataclass(frozen=True)
class LabelAsks:
    """What a movement is asked about its label on a day; empty once that is not true any more.

    `renewals` are first and last day of the renewal of a label that is valid or in grace, and
    that nothing follows: no other label, no plan that was handed in. `check_on` is the day from
    which a light check waits. `conditions` are the days of the open ones, with that of the award.
    """

    renewals: tuple[tuple[date, date], ...] = ()
    check_on: date | None = None
    conditions: tuple[tuple[date, date], ...] = ()

    def calls(self, day: date) -> Iterator[list[Call]]:
        """The steps that have fallen due, chain by chain; a cycle is the day it is about.

        Who was told of a condition less than 30 days before its day is not told again.
        """
        for opens_on, ends_on in self.renewals:
            soon = max(opens_on, add_months(ends_on, -1))
            steps = [(Step.RENEWS, opens_on), (Step.ENDS_SOON, soon), (Step.GRACE, ends_on + DAY)]
            calls = [Call(step, ends_on.isoformat(), due) for step, due in steps if due <= day]
            if calls:
                yield calls
        if self.check_on and self.check_on <= day:
            yield [Call(Step.CHECK, self.check_on.isoformat(), self.check_on)]
        for due_on in sorted({due_on for due_on, told_on in self.conditions}):
            ahead = due_on - CONDITION_AHEAD
            told = min(told_on for due, told_on in self.conditions if due == due_on)
            if told < ahead <= day <= due_on:
                yield [Call(Step.CONDITION, due_on.isoformat(), ahead)]


NO_LABEL = LabelAsks()
