"""The words of the day of a decision. Nothing that is changed later changes any of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.translated import Translated
from labels.models import ActionPoint, Decision, Label
from programmes.enums import LabelMode

WRITTEN = ("commitment", "progress", "grade", "reason")


class Basis(StrEnum):
    """What is known of what a label was given for: promises, other points, or nothing at all."""

    PROMISED = "promised"
    AWARDED = "awarded"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AwardedPoint:
    """A point of a label, and what the movement wrote that counted for it; that may be empty."""

    number: int
    title: Translated
    text: str


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


def awarded_points(label: Label) -> list[AwardedPoint]:
    """What a label was given for: the promises, or in the other mode what was done.

    A label that was taken over may know the titles only, or no points.
    """
    done = label_mode(label) == LabelMode.ACHIEVEMENT
    return [
        AwardedPoint(
            point["number"],
            Translated(point["title"]),
            (done and point.get("progress")) or point.get("commitment") or "",
        )
        for point in label.frozen["points"]
    ]


def basis_of(label: Label) -> Basis:
    """Of what one can ask whether it is still true."""
    points = awarded_points(label)
    if not points:
        return Basis.UNKNOWN
    promised = label_mode(label) == LabelMode.COMMITMENT and any(point.text for point in points)
    return Basis.PROMISED if promised else Basis.AWARDED


def has_promises(label: Label) -> bool:
    """Whether a renewal finds promises of this label to look back at."""
    return any((point.get("commitment") or "").strip() for point in label.frozen["points"])


def _point(point: ActionPoint) -> dict[str, Any]:
    written = {name: getattr(point, name) for name in WRITTEN}
    return {"number": point.number, "title": dict(point.point.title), **written}
