"""What the dashboard and reports read: figures, bars and months. City totals only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from core.calendar import today
from homevisits.selectors import visit_days
from kpis.enums import Pace
from kpis.indicators import COUNTINGS, Beside, period
from kpis.pace import Progress, day_before_it, has_colour, judge
from labels.enums import Grade
from labels.models import ActionPlan, ActionPoint, PlanTemplate, TemplatePoint
from movements.models import Movement
from programmes.curves import month_ends
from programmes.enums import Indicator
from programmes.models import Edition
from programmes.selectors import planned_on, target_on


@dataclass(frozen=True)
class Figure:
    """One indicator on one day, with what it is held against and how it is counted."""

    indicator: Indicator
    name: Promise
    in_sentence: Promise
    rule: Promise
    value: int
    target: int | None
    planned: int | None
    pace: Pace
    beside: Sequence[Beside]

    @property
    def behind(self) -> int:
        """How much is short of the plan; 0 when nothing is, or nothing was planned."""
        return Progress(self.value, self.planned or 0).behind


@dataclass(frozen=True)
class PointBar:
    """One of the ten points: how many movements have it done or verified."""

    number: int
    title: str
    reached: int


@dataclass(frozen=True)
class MonthRow:
    """The home visits at the end of a project month; `held` is None for months to come."""

    until: date
    planned: int | None
    held: int | None


def figures(edition: Edition, on: date | None = None) -> list[Figure]:
    """The four figures of an edition at the end of a day (today when not said), in fixed order.

    A figure has no target or plan, and so no colour, when the edition has none for it.
    """
    fresh = Edition.objects.prefetch_related("targets", "planned").get(pk=edition.pk)
    return [_figure(fresh, indicator, on or today()) for indicator in Indicator]


def _figure(edition: Edition, indicator: Indicator, day: date) -> Figure:
    counting = COUNTINGS[indicator]
    value = counting.count(edition, day)
    return Figure(
        indicator=indicator,
        name=counting.name,
        in_sentence=counting.in_sentence,
        rule=counting.rule,
        value=value,
        target=target_on(edition, indicator, day),
        planned=planned_on(edition, indicator, day),
        pace=_pace(edition, indicator, day, value),
        beside=counting.beside(edition, day, value),
    )


def _pace(edition: Edition, indicator: Indicator, day: date, value: int) -> Pace:
    planned = planned_on(edition, indicator, day)
    if planned is None or not has_colour(edition.starts_on, day):
        return Pace.NONE
    before = day_before_it(day)
    earlier = Progress(
        value=COUNTINGS[indicator].count(edition, before),
        planned=planned_on(edition, indicator, before) or 0,
    )
    return judge(Progress(value, planned), earlier)


def project_month(edition: Edition, day: date) -> tuple[int, int]:
    """In which month of the project a day falls, and how many there are; the last one after it."""
    ends = month_ends(edition.starts_on, edition.ends_on)
    return min(sum(end < day for end in ends) + 1, len(ends)), len(ends)


def visits_by_month(edition: Edition, on: date | None = None) -> list[MonthRow]:
    """Home visits planned and held, counted from the start to the end of each project month.

    The running month shows what was held so far. Only visits are shown by month: children who
    became a member are too few for it.
    """
    day = on or today()
    fresh = Edition.objects.prefetch_related("planned").get(pk=edition.pk)
    days = [row["on"] for row in visit_days(*period(fresh, day))]
    rows, begun = [], fresh.starts_on <= day
    for end in month_ends(fresh.starts_on, fresh.ends_on):
        held = sum(visited <= end for visited in days) if begun else None
        rows.append(MonthRow(end, planned_on(fresh, Indicator.HOME_VISITS, end), held))
        begun = end < day
    return rows


def movements_counted(on: date | None = None) -> int:
    """How many movements run on a day: the full length of each of the ten bars."""
    return Movement.objects.running(on).count()


def point_bars(on: date | None = None) -> list[PointBar]:
    """For each of the ten points: in how many movements it is done, as they say, or verified.

    Of each running movement the last plan it handed in counts; a draft is still its own affair.
    Titles are those of the newest published template; no template, no bars.
    """
    reached = dict(
        ActionPoint.objects.filter(Q(is_done=True) | Q(grade=Grade.WELL_UNDERWAY))
        .filter(plan__in=_running_plans(on))
        .order_by("number")
        .values_list("number")
        .annotate(n=Count("id"))
    )
    published = PlanTemplate.objects.filter(published_on__isnull=False).order_by("-version")
    points = TemplatePoint.objects.filter(template__in=published[:1]).order_by("number")
    return [PointBar(p.number, str(p.title), reached.get(p.number, 0)) for p in points]


def _running_plans(on: date | None) -> QuerySet[ActionPlan]:
    handed_in = ActionPlan.objects.filter(submitted_at__isnull=False)
    newest = handed_in.filter(movement=OuterRef("movement")).order_by("-id").values("id")[:1]
    return ActionPlan.objects.filter(id=Subquery(newest), movement__in=Movement.objects.running(on))
