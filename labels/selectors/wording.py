"""The words of the day of a decision. Nothing that is changed later changes any of them."""

from typing import Any

from labels.models import ActionPoint, Decision, Label
from programmes.enums import LabelMode

WRITTEN = ("commitment", "progress", "grade", "reason")


def wording(decision: Decision) -> dict[str, Any]:
    """What a decision says and on what, as `Label.frozen` describes it."""
    plan = decision.plan
    edition, points = plan.edition, plan.points.select_related("point").order_by("number")
    return {
        "movement": plan.movement.name,
        "municipality": edition.municipality,
        "programme": dict(edition.name),
        "signatory": dict(edition.signatory),
        "mode": edition.label_mode,
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "guidance": decision.guidance,
        "conditions": [
            {"text": agreed.text, "due_on": agreed.due_on.isoformat()}
            for agreed in decision.due_conditions.all()
        ],
        "points": [_point(point) for point in points],
    }


def label_mode(label: Label) -> LabelMode:
    """What a label was given for; a plan, where its words are from before this was frozen.

    That is also so for a label that was taken over.
    """
    return LabelMode(label.frozen.get("mode", LabelMode.COMMITMENT))


def _point(point: ActionPoint) -> dict[str, Any]:
    written = {name: getattr(point, name) for name in WRITTEN}
    return {"number": point.number, "title": dict(point.point.title), **written}
