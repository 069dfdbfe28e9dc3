"""Planned curves: what is expected to be reached by the end of each project month.

A straight line misleads: most children join in September, and a label takes months of work. So
each indicator has a weight per calendar month and a number of months to get going.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from core.calendar import last_day
from programmes.enums import Indicator

Point = tuple[date, int]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Season:
    """How the work on an indicator is spread: a weight per calendar month, January first."""

    weights: tuple[int, ...]
    months_to_start: int


SEASONS = {
    Indicator.LABELS: Season((3, 3, 3, 2, 2, 1, 0, 0, 1, 2, 3, 3), months_to_start=6),
    Indicator.RECRUITS: Season((1, 2, 2, 2, 1, 1, 0, 1, 6, 4, 2, 1), months_to_start=3),
    Indicator.HOME_VISITS: Season((2, 3, 3, 3, 3, 3, 1, 3, 4, 3, 3, 2), months_to_start=3),
    Indicator.TESTIMONIES: Season((2, 2, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2), months_to_start=3),
}


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each month of a project that runs from `first` to `last`.

    Project months begin on the day of the month on which the project began; the last one ends
    with the project, however short it is.
    """
    ends: list[date] = []
    while (end := last_day(first, len(ends) + 1)) < last:
        ends.append(end)
    return [*ends, last]


def default_curve(indicator: Indicator, target: int, first: date, last: date) -> list[Point]:
    """The curve of an indicator for a period: one point per project month, rising to `target`."""
    ends = month_ends(first, last)
    reached = list(accumulate(_weights(SEASONS[indicator], ends)))
    if reached[-1] == 0:  # a short project in months without work: spread it evenly
        reached = list(range(1, len(ends) + 1))
    return [
        (end, rounded(target * part, reached[-1])) for end, part in zip(ends, reached, strict=True)
    ]


def _weights(season: Season, ends: Sequence[date]) -> list[int]:
    """The weight of each project month, growing from next to nothing while things get going."""
    steps = season.months_to_start + 1
    return [
        season.weights[end.month - 1] * min(number, steps) for number, end in enumerate(ends, 1)
    ]


def rounded(numerator: int, denominator: int) -> int:
    """A fraction of whole numbers as the nearest whole number; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def value_on(points: Sequence[Point], first: date, day: date) -> int:
    """The planned value at the end of a day.

    Between two points the plan rises evenly from day to day and is rounded to the nearest whole
    number. It starts at 0 on the eve of `first`; before that it is 0, and after the last point it
    stays what it was there. `points` are in order of day.
    """
    before: Point = (first - DAY, 0)
    for point in points:
        if day < point[0]:
            return _between(before, point, day) if day > before[0] else before[1]
        before = point
    return before[1]


def _between(start: Point, end: Point, day: date) -> int:
    days = (end[0] - start[0]).days
    return rounded(start[1] * days + (end[1] - start[1]) * (day - start[0]).days, days)


def retarget(points: Sequence[Point], first: date, since: date, target: int) -> list[Point]:
    """The curve after the target changed from a day on: the past stays, the rest ends at `target`.

    What was still to do is stretched or shrunk in proportion. When the plan had nothing left to
    do it rises evenly; when it was past the new target already it stays there.
    """
    eve = (since - DAY, value_on(points, first, since - DAY))
    kept = [point for point in points if point[0] < since]
    if since > first and (not kept or kept[-1][0] < eve[0]):
        kept.append(eve)
    later = [point for point in points if point[0] >= since]
    return kept + [(day, _moved(value, day, eve, points[-1], target)) for day, value in later]


def _moved(value: int, day: date, eve: Point, end: Point, target: int) -> int:
    base, left = eve[1], end[1] - eve[1]
    if target <= base:
        return target
    if left <= 0:
        return base + rounded((target - base) * (day - eve[0]).days, (end[0] - eve[0]).days)
    return max(0, base + rounded((value - base) * (target - base), left))
