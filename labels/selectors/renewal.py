"""The promises of the round before, which a new plan asks about."""

from typing import Any

from django.db.models import Q

from labels.models import ActionPlan, ActionPoint, Label


def plan_before(plan: ActionPlan) -> ActionPlan | None:
    """The plan of the same movement that came before this one; None for its first."""
    return plan.movement.plans.filter(pk__lt=plan.pk).order_by("-pk").first()


def promises_before(plan: ActionPlan) -> dict[int, str]:
    """What the movement promised before, by the number of the point; without those left empty.

    As the label of the plan before froze it, because that is what it was awarded for. A plan
    without a label speaks for itself; without a plan before, the label that was taken over does,
    which may know no promises. Two queries at most.
    """
    before = {p.previous_id for p in plan.points.all() if p.previous_id}
    linked = list(ActionPoint.objects.filter(pk__in=before)) if before else []
    # without a plan before there is none of its decisions either
    of_plan = Q(decision__plan__in={p.plan_id for p in linked}) if linked else Q(decision=None)
    labels = Label.objects.filter(
        of_plan, movement=plan.movement_id, decided_on__lte=plan.opened_on
    )
    label = labels.order_by("-starts_on", "-id").first()
    promises = _frozen(label.frozen) if label else {p.number: p.commitment for p in linked}
    return {number: text for number, text in promises.items() if text.strip()}


def _frozen(frozen: dict[str, Any]) -> dict[int, str]:
    """The commitments in a label's wording; a label taken over may have points without any."""
    points = [point for point in frozen.get("points", []) if "number" in point]
    return {point["number"]: str(point.get("commitment") or "") for point in points}


def unanswered(plan: ActionPlan, promises: dict[int, str]) -> list[ActionPoint]:
    """The points whose promise of before waits for a word: still true, changed or dropped."""
    return [p for p in plan.points.all() if p.number in promises and not p.kept]
