"""Ten-point templates, action plans with their decisions, and labels."""

from labels import triggers  # noqa: F401  registers what only a trigger can hold
from labels.models.certificates import (
    BatchItem,
    Certificate,
    CertificateBatch,
    PublicChoice,
    PublishedReason,
)
from labels.models.decisions import Condition, Decision
from labels.models.labels import (
    Label,
    LabelEvent,
    LabelNumber,
    LabelQuerySet,
    new_code,
)
from labels.models.monitoring import CheckedPoint, LabelVisit, LightCheck
from labels.models.plans import (
    TEXT_LIMIT,
    ActionPlan,
    ActionPlanQuerySet,
    ActionPoint,
    Example,
    PlanStep,
)
from labels.models.templates import POINTS, PlanTemplate, TemplateMaterial, TemplatePoint

__all__ = [
    "POINTS",
    "TEXT_LIMIT",
    "ActionPlan",
    "ActionPlanQuerySet",
    "ActionPoint",
    "BatchItem",
    "Certificate",
    "CertificateBatch",
    "CheckedPoint",
    "Condition",
    "Decision",
    "Example",
    "Label",
    "LabelEvent",
    "LabelNumber",
    "LabelQuerySet",
    "LabelVisit",
    "LightCheck",
    "PlanStep",
    "PlanTemplate",
    "PublicChoice",
    "PublishedReason",
    "TemplateMaterial",
    "TemplatePoint",
    "new_code",
]
