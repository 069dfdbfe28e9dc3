"""What pages read about plans: where one is, what is next, what waits for the youth service."""

from datetime import date, timedelta

from django.db.models import (
    DateTimeField,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.calendar import today
from labels.enums import (
    CONVERSATION,
    DECIDED_STATES,
    WAITING_STATES,
    Kept,
    NextStep,
    PlanAction,
    PlanState,
    PointState,
)
from labels.models import ActionPlan, ActionPlanQuerySet, ActionPoint, Decision, PlanStep
from labels.selectors.register import current_label
from movements.models import CoachAssignment, Movement, active_on

ANSWER_WITHIN = timedelta(weeks=4)  # what the youth service promises
HANDED_IN = (PlanAction.SUBMIT, PlanAction.ANSWER)

_NEXT = {
    PlanState.DRAFT: NextStep.SUBMIT,
    PlanState.MORE_ASKED: NextStep.ANSWER,
    PlanState.NOT_YET: NextStep.TALK,
    PlanState.AWARDED: NextStep.LABEL,
    PlanState.AWARDED_WITH_CONDITIONS: NextStep.LABEL,
}


def with_points(plans: ActionPlanQuerySet) -> ActionPlanQuerySet:
    """Plans with their points, the words of those and their examples: three queries more."""
    points = ActionPoint.objects.select_related("point").prefetch_related("examples")
    return plans.prefetch_related(Prefetch("points", points.order_by("number")))


def with_story(plans: ActionPlanQuerySet) -> ActionPlanQuerySet:
    """Plans with points, steps and decisions, and the people in them."""
    steps = PlanStep.objects.select_related("by").order_by("id")
    decisions = Decision.objects.select_related("proposed_by", "confirmed_by", "label")
    decisions = decisions.prefetch_related("due_conditions")
    return (
        with_points(plans)
        .select_related("movement__federation", "edition", "template")
        .prefetch_related(
            Prefetch("steps", steps), Prefetch("decisions", decisions.order_by("-id"))
        )
    )


def plan_of(movement: Movement) -> ActionPlan | None:
    """The newest plan of a movement with its points, or None before the first."""
    return with_points(ActionPlan.objects.filter(movement=movement)).order_by("-id").first()


def story_of(movement: Movement) -> ActionPlan | None:
    """The newest plan of a movement with points, steps and decisions; None before the first."""
    return with_story(ActionPlan.objects.filter(movement=movement)).order_by("-id").first()


def ring_states(plan: ActionPlan) -> list[str]:
    """The ten segments, each "empty", "started", "done" or "verified", in the order of the points.

    The points should be prefetched.
    """
    return [str(point.state) for point in plan.points.all()]


def gaps(plan: ActionPlan) -> list[ActionPoint]:
    """The points without any text; they may be handed in all the same."""
    return [point for point in plan.points.all() if point.state == PointState.EMPTY]


def why_no_new_plan(movement: Movement) -> str:
    """Why a movement cannot start a plan now, in words for it; empty when it can.

    One plan at a time, and while a label runs not before its renewal window.
    """
    if movement.plans.open().exists():
        return _("This group has a plan already.")
    label = current_label(movement)
    if label is not None and today() < label.renewal_from:
        day = {"day": date_format(label.renewal_from, "j F Y")}
        return _("Your label is still running. You can renew it from %(day)s.") % day
    return ""


def next_step(plan: ActionPlan | None) -> int | NextStep:
    """The one next thing for a movement.

    The number of the first empty point while the plan is a draft, otherwise a `NextStep`. A point
    whose promise was dropped may stay empty.
    """
    if plan is None:
        return NextStep.START
    draft = plan.state == PlanState.DRAFT
    empty = [point for point in gaps(plan) if draft and point.kept != Kept.DROPPED]
    return empty[0].number if empty else _NEXT.get(PlanState(plan.state), NextStep.WAIT)


def expected_answer(plan: ActionPlan) -> date | None:
    """The day by which the youth service promised its answer; None while the plan is not there."""
    if plan.state not in WAITING_STATES:
        return None
    handed_in = [step.at for step in plan.steps.all() if step.action in HANDED_IN]
    return timezone.localdate(max(handed_in) + ANSWER_WITHIN) if handed_in else None


def conversation(plan: ActionPlan) -> list[PlanStep]:
    """The messages between movement and youth service, oldest first; not the open question."""
    asked = question(plan)
    said = [step for step in plan.steps.all() if step.message and step.action in CONVERSATION]
    return [step for step in said if step != asked]


def question(plan: ActionPlan) -> PlanStep | None:
    """What the youth service asked, while it waits for the answer."""
    if plan.state != PlanState.MORE_ASKED:
        return None
    asked = [step for step in plan.steps.all() if step.action == PlanAction.ASK_MORE]
    return asked[-1] if asked else None


def open_proposal(plan: ActionPlan) -> Decision | None:
    """The proposal that waits for its confirmation."""
    decisions = plan.decisions.all()
    return next((d for d in decisions if not (d.decided_on or d.returned_at)), None)


def decision_of(plan: ActionPlan) -> Decision | None:
    """The decision that holds now: None while the plan is with somebody."""
    if plan.state not in {*DECIDED_STATES, PlanState.NOT_YET}:
        return None
    return next((d for d in plan.decisions.all() if d.decided_on), None)


def plans_overview() -> ActionPlanQuerySet:
    """All plans with `coach` (a name or None), `waiting_since` (of the last step) and points."""
    coaches = CoachAssignment.objects.filter(
        active_on(today()), movement=OuterRef("movement")
    ).order_by("-starts_on", "-id")
    steps = PlanStep.objects.filter(plan=OuterRef("pk")).order_by("-id")
    return with_points(ActionPlan.objects.select_related("movement")).annotate(
        coach=Subquery(coaches.values("user__full_name")[:1]),
        coach_id=Subquery(coaches.values("user_id")[:1]),
        waiting_since=ExpressionWrapper(
            Subquery(steps.values("at")[:1]), output_field=DateTimeField()
        ),
    )


def plans_to_assess() -> QuerySet[ActionPlan]:
    """Plans for which the youth service has something to do, the longest waiting first.

    Handed in, in discussion, or proposed and waiting for the second person. Annotated as
    `plans_overview` says.
    """
    waiting = plans_overview().waiting()
    return waiting.order_by("waiting_since", "id")  # type: ignore[misc]  # an annotation
