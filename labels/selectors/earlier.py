"""The round before, point by point, beside what is assessed now."""

from dataclasses import dataclass

from labels.models import ActionPlan, ActionPoint
from labels.selectors.renewal import promises_before


@dataclass(frozen=True)
class Earlier:
    """What was promised on a point, what the youth service said of it, what the movement says now.

    `grade`, `reason` and `kept` are words to show; each may be empty.
    """

    promise: str
    grade: str
    reason: str
    kept: str


def earlier_round(plan: ActionPlan) -> dict[int, Earlier]:
    """By the number of the point; without points of which nothing was promised or said.

    The promise is the one that the label froze. A grade is given in the discussion only, so the
    point of the plan before still says that of its decision. Three queries at most.
    """
    promises = promises_before(plan)
    linked = {p.previous_id: p.number for p in plan.points.all() if p.previous_id}
    rows = ActionPoint.objects.filter(pk__in=linked) if linked else []
    graded = {linked[row.pk]: row for row in rows}
    return {
        point.number: _earlier(point, promises.get(point.number, ""), graded.get(point.number))
        for point in plan.points.all()
        if point.number in promises or _was_graded(graded.get(point.number))
    }


def _was_graded(point: ActionPoint | None) -> bool:
    return point is not None and bool(point.grade or point.reason)


def _earlier(point: ActionPoint, promise: str, before: ActionPoint | None) -> Earlier:
    grade = before.get_grade_display() if before and before.grade else ""
    kept = point.get_kept_display() if point.kept else ""
    return Earlier(promise, grade, before.reason if before else "", kept)
