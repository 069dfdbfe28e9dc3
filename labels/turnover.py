"""When the team of a movement changed: asked here, answered by an app above this one.

Whoever knows it registers itself; where nobody does, no team ever changed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

Source = Callable[[Iterable[int]], Mapping[int, list[date]]]

_sources: list[Source] = []


def tells_changes(source: Source) -> Source:
    """Register who tells, for numbers of movements, the days until now on which teams changed."""
    _sources.append(source)
    return source


def changes_of_teams(movements: Iterable[int]) -> dict[int, list[date]]:
    """Of each movement, by number, the days on which its team changed, the first one first."""
    numbers = list(movements)
    found: dict[int, list[date]] = {number: [] for number in numbers}
    for source in _sources:
        for number, days in source(numbers).items():
            found[number] = sorted({*found[number], *days})
    return found
