"""What this app forgets after how long: examples, and much later words of plans and labels."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Category, register
from labels.enums import RESTING_STATES
from labels.models import (
    ActionPlan,
    ActionPoint,
    Condition,
    Decision,
    Example,
    Label,
    PlanStep,
)
from labels.services.forgetting import GONE, WITHOUT_WORDS, forget_label, forget_plan
from labels.services.plans import forget_example


def decided_since(day: date) -> QuerySet[Example]:
    """Examples of plans whose last decision was taken on a day or before."""
    decisions = Decision.objects.filter(plan=OuterRef("point__plan"), decided_on__isnull=False)
    decided = Example.objects.filter(point__plan__state__in=RESTING_STATES)
    return decided.filter(
        Exists(decisions.filter(decided_on__lte=day)),
        ~Exists(decisions.filter(decided_on__gt=day)),
    )


def forget(example: Any, by: Any) -> None:
    """Delete an example and its file."""
    forget_example(example=example, by=by)


def _words_left() -> Q:
    """Plans in which something is still written."""
    plan = OuterRef("pk")
    points = ActionPoint.objects.filter(plan=plan)
    steps = PlanStep.objects.filter(plan=plan)
    decisions = Decision.objects.filter(plan=plan)
    conditions = Condition.objects.filter(decision__plan=plan)
    return (
        Q(Exists(points.exclude(commitment="", progress="", reason="")))
        | Q(Exists(steps.exclude(message="")))
        | Q(Exists(decisions.exclude(reasons="", guidance="", frozen__isnull=True)))
        | Q(Exists(conditions.exclude(text=GONE, note="")))
    )


def edition_over_since(day: date) -> QuerySet[ActionPlan]:
    """Plans with words of editions that ended on a day or before; none of a label that lasts."""
    lasting = Label.objects.filter(decision__plan=OuterRef("pk"), effective_end__gt=day)
    plans = ActionPlan.objects.filter(_words_left(), edition__ends_on__lte=day)
    return plans.filter(~Exists(lasting))


def ended_since(day: date) -> QuerySet[Label]:
    """Labels with words whose last valid day was a day or before."""
    return Label.objects.filter(effective_end__lte=day).exclude(frozen__has_key=WITHOUT_WORDS)


register(
    Category(
        key="labels.example",
        model="labels.example",
        label=_("Examples of a plan: pictures, documents, links"),
        months=12,
        counted=_("after the decision"),
        begun=decided_since,
        forget=forget,
    )
)

register(
    Category(
        key="labels.actionplan",
        model="labels.actionplan",
        label=_("Words of plans, of the steps of a plan and of decisions"),
        months=120,
        counted=_("after the edition ended, and the label too"),
        begun=edition_over_since,
        forget=lambda plan, by: forget_plan(plan=plan, by=by),
    )
)
register(
    Category(
        key="labels.label",
        model="labels.label",
        label=_("Words about labels: reasons, checks, visits"),
        months=120,
        counted=_("after the last valid day"),
        begun=ended_since,
        forget=lambda label, by: forget_label(label=label, by=by),
    )
)
