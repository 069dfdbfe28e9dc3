"""How many there are in the movements: of one for its own leaders, of all together for the city."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from core.calendar import today
from movements import years
from movements.models import HeadCount, Movement

# a total of fewer movements would tell what one of them said
FEWEST = 3


@dataclass(frozen=True)
class HeadCountTotals:
    """The head counts of one working year, all movements together.

    `gave`, `declined` and `silent` are movements with an estimate, that rather give none, and that
    said neither. `change` compares this year's estimates with the first ones of the same
    movements, of which there are `compared`.
    """

    working_year: int
    members: int
    leaders: int
    estimate: int
    gave: int
    declined: int
    silent: int
    compared: int
    change: int

    @property
    def movements(self) -> int:
        """How many movements gave a head count."""
        return self.gave + self.declined + self.silent

    @property
    def may_be_published(self) -> bool:
        """Whether the total tells nothing about one movement."""
        return self.gave >= FEWEST

    @property
    def change_may_be_published(self) -> bool:
        """Whether the change tells nothing about one movement."""
        return self.compared >= FEWEST


def head_count_totals(working_year: int) -> HeadCountTotals:
    """The totals of a working year, for the youth service; in three queries.

    The first estimate that a movement gave is its baseline; a movement of which this year is the
    first one counts in the total and not in the change.
    """
    counts = HeadCount.objects.filter(working_year=working_year)
    found = counts.aggregate(members=Sum("members"), leaders=Sum("leaders"))
    given = _estimates(counts)
    answers = list(counts.order_by().values_list("declined", "estimate"))
    baselines = _baselines(before=working_year)
    compared = [number for number in given if number in baselines]
    return HeadCountTotals(
        working_year=working_year,
        members=found["members"] or 0,
        leaders=found["leaders"] or 0,
        estimate=sum(given.values()),
        gave=len(given),
        declined=sum(declined for declined, _estimate in answers),
        silent=sum(not declined and estimate is None for declined, estimate in answers),
        compared=len(compared),
        change=sum(given[number] - baselines[number] for number in compared),
    )


def _baselines(before: int) -> dict[int, int]:
    """The first estimate of each movement that gave one before a working year."""
    # the newest first: the first year comes last, and stays
    return _estimates(HeadCount.objects.filter(working_year__lt=before).order_by("-working_year"))


def _estimates(counts: QuerySet[HeadCount]) -> dict[int, int]:
    """The estimates that were given, by movement; of several the last one."""
    rows = counts.values_list("movement_id", "estimate")
    return {number: estimate for number, estimate in rows if estimate is not None}


def totals_by_year() -> list[HeadCountTotals]:
    """The totals of every working year with a head count, the newest first."""
    found = HeadCount.objects.order_by("-working_year").values_list("working_year", flat=True)
    return [head_count_totals(year) for year in found.distinct()]


def counts_of(movement: Movement) -> list[HeadCount]:
    """The head counts of one movement, the newest first."""
    return list(movement.head_counts.order_by("-working_year"))


def this_working_year() -> int:
    """The year in which the present working year began."""
    return years.working_year(today())
