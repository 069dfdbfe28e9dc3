"""The dated steps of the reminder ladder around a change of team (domain: 'Movements')."""

from datetime import date
from enum import StrEnum

from core.calendar import first_sunday


class Step(StrEnum):
    """A step that falls on the same day of every year."""

    MARCH = "march"
    MAY = "may"
    SEPTEMBER = "september"

    def day(self, year: int) -> date:
        """The day of this step in a year: 15 March, 1 May, the first Sunday of September."""
        if self is Step.MARCH:
            return date(year, 3, 15)
        return date(year, 5, 1) if self is Step.MAY else first_sunday(year, 9)
