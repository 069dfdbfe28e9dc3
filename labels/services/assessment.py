"""What the youth service does with a plan that was handed in.

Two persons decide: anybody of the team proposes, a coordinator who neither proposed nor coaches
the movement confirms. After "not yet" somebody else than the earlier proposer takes the second
look. Who may do what stands in `labels.rules.WHO`.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now, today
from core.errors import Refused, Stale
from core.logs import log_activity
from labels.enums import AWARDS, OUTCOMES, Grade, PlanAction, PlanState
from labels.models import ActionPlan, ActionPoint, Condition, Decision, Label, PlanStep
from labels.rules import STAFF
from labels.selectors.wording import wording
from labels.services.awards import award_label
from labels.services.conditions import Agreed, check_days, checked
from labels.services.steps import lock, plain, take_step


def start_discussion(*, plan: ActionPlan, by: User) -> PlanStep:
    """Take up a plan that was handed in, or go on without the answer that was asked."""
    return take_step(plan=plan, action=PlanAction.DISCUSS, by=by)


def take_second_look(*, plan: ActionPlan, by: User) -> PlanStep:
    """Take up a plan again after "not yet"; not by who proposed that."""
    return take_step(plan=plan, action=PlanAction.SECOND_LOOK, by=by)


@transaction.atomic
def grade_point(
    *, point: ActionPoint, by: User, grade: str, reason: str, version: int | None = None
) -> ActionPoint:
    """Say of a point how far it is ("" takes the grade away) and why.

    `version` is the one that the assessor read; without it the grade is simply written. What
    stands there already is no change. Raises Stale when a colleague wrote since, Refused outside
    the discussion and for an unknown grade.
    """
    _check_may_grade(point, by, grade)
    point = ActionPoint.objects.select_for_update().get(pk=point.pk)
    reason = plain(reason)
    if (point.grade, point.reason) == (grade, reason):
        return point
    if version is not None and point.version != version:
        raise Stale(_("A colleague wrote here meanwhile. Your text still stands there."))
    point.grade, point.reason, point.version = grade, reason, point.version + 1
    point.save(update_fields=["grade", "reason", "version"])
    log_activity(actor=by, verb="graded", obj=point, fields=["grade", "reason"], state=grade)
    return point


def _check_may_grade(point: ActionPoint, by: User, grade: str) -> None:
    plan = ActionPlan.objects.get(pk=point.plan_id)
    lock(plan)
    if plan.state != PlanState.IN_DISCUSSION:
        raise Refused(
            _("The plan is “%(state)s” now, so no grade can be given.")
            % {"state": PlanState(plan.state).label}
        )
    if not STAFF.holds.test(by, plan):
        raise Refused(STAFF.otherwise)
    if grade not in ("", *Grade.values):
        raise Refused(_("There is no such grade."))


@transaction.atomic
def ask_more(*, plan: ActionPlan, by: User, message: str, answer_by: date) -> PlanStep:
    """Give the plan back to the movement with a question, to be answered by a day after today."""
    message = _required(message, _("Write what you ask."))
    if answer_by <= today():
        raise Refused(_("Choose a day after today."))
    return take_step(
        plan=plan, action=PlanAction.ASK_MORE, by=by, message=message, answer_by=answer_by
    )


@transaction.atomic
def propose(
    *,
    plan: ActionPlan,
    by: User,
    outcome: str,
    reasons: str,
    conditions: Sequence[Agreed] = (),
    guidance: str = "",
) -> Decision:
    """Propose a decision with its reasons, in words for the movement.

    `outcome` is one of `OUTCOMES`; conditions, each with the day by which it is met, belong to an
    award with conditions, `guidance` (what the movement can do now) to "not yet", and only there.
    """
    if outcome not in OUTCOMES:
        raise Refused(_("Choose what you propose."))
    reasons = _required(reasons, _("Write the reasons."))
    conditional = outcome == PlanAction.AWARD_WITH_CONDITIONS
    agreed = checked(conditions) if conditional else []
    declined = outcome == PlanAction.DECLINE
    guidance = _required(guidance, _("Write what the group can do now.")) if declined else ""
    take_step(plan=plan, action=PlanAction.PROPOSE, by=by)
    words = {"reasons": reasons, "guidance": guidance}
    decision = Decision.objects.create(plan=plan, outcome=outcome, proposed_by=by, **words)
    Condition.objects.bulk_create(
        Condition(decision=decision, text=text, due_on=day) for text, day in agreed
    )
    log_activity(actor=by, verb="proposed", obj=decision, state=outcome)
    return decision


def _required(text: str, otherwise: str) -> str:
    text = plain(text)
    if not text:
        raise Refused(otherwise)
    return text


@transaction.atomic
def send_back(*, decision: Decision, by: User, message: str) -> PlanStep:
    """Send a proposal back to the discussion; `message` is for the colleague who made it."""
    message = _required(message, _("Write why you send it back."))
    plan = _lock_open(decision)
    step = take_step(plan=plan, action=PlanAction.RETURN, by=by, message=message)
    decision.returned_at = now()
    decision.save(update_fields=["returned_at"])
    return step


@transaction.atomic
def confirm(*, decision: Decision, by: User, effective_on: date | None = None) -> Label | None:
    """Make a proposal the decision, and its label when it awards one.

    The label starts on `effective_on` (today when not said), never before the decision; while an
    earlier label runs it starts the day after that one. None for "not yet".
    """
    plan = _lock_open(decision)
    start = effective_on or today()
    if start < today():
        raise Refused(_("A label cannot start before the decision."))
    check_days(decision)
    action = PlanAction(decision.outcome)
    take_step(plan=plan, action=action, by=by)
    decision.confirmed_by, decision.decided_on = by, today()
    decision.effective_on = start if action in AWARDS else None
    decision.frozen = wording(decision)
    decision.save(update_fields=["confirmed_by", "decided_on", "effective_on", "frozen"])
    if action not in AWARDS:
        return None
    return _award(decision, start, by)


def _award(decision: Decision, start: date, by: User) -> Label:
    label = award_label(decision=decision, starts_on=start, by=by)
    if label.starts_on != start:
        decision.effective_on = label.starts_on
        decision.save(update_fields=["effective_on"])
    return label


def _lock_open(decision: Decision) -> ActionPlan:
    """Lock the plan and read the proposal anew; it may be gone."""
    plan = ActionPlan.objects.get(pk=decision.plan_id)
    lock(plan)
    decision.refresh_from_db()
    if decision.decided_on is not None or decision.returned_at is not None:
        raise Stale(_("This proposal is no longer open. Look at the plan again."))
    decision.plan = plan
    return plan
