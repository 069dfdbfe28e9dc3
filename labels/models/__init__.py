"""Ten-point templates, action plans with their decisions, and labels."""

from labels import triggers  # noqa: F401  registers what only a trigger can hold
from labels.models.labels import (
    Label,
    LabelEvent,
    LabelNumber,
    LabelQuerySet,
    new_code,
)
from labels.models.plans import (
    POINTS,
    TEXT_LIMIT,
    ActionPlan,
    ActionPlanQuerySet,
    ActionPoint,
    Decision,
    Example,
    PlanStep,
    PlanTemplate,
    TemplatePoint,
)

__all__ = [
    "POINTS",
    "TEXT_LIMIT",
    "ActionPlan",
    "ActionPlanQuerySet",
    "ActionPoint",
    "Decision",
    "Example",
    "Label",
    "LabelEvent",
    "LabelNumber",
    "LabelQuerySet",
    "PlanStep",
    "PlanTemplate",
    "TemplatePoint",
    "new_code",
]
