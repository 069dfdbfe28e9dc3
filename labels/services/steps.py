"""The one way in which a plan goes from a state to the next."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity
from labels.emails import queue_mails
from labels.enums import TRANSITIONS, PlanAction, PlanState
from labels.models import TEXT_LIMIT, ActionPlan, PlanStep
from labels.rules import why_not


def lock(plan: ActionPlan) -> None:
    """Read the plan anew and hold its row until the transaction ends."""
    plan.refresh_from_db(from_queryset=ActionPlan.objects.select_for_update())


def plain(text: str) -> str:
    """Text as it is kept: trimmed, with plain line ends. Raises Refused when it is too long."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_LIMIT:
        raise Refused(_("Use at most %(limit)s characters.") % {"limit": TEXT_LIMIT})
    return text


@transaction.atomic
def take_step(
    *,
    plan: ActionPlan,
    action: PlanAction,
    by: User,
    message: str = "",
    answer_by: date | None = None,
) -> PlanStep:
    """Lock → table → rule → save → step → log → mail.

    Raises Refused when the table knows no such action from the present state, or when a rule keeps
    this person from it. `answer_by` belongs to "ask for more" alone; every other step clears it.
    """
    lock(plan)
    target = TRANSITIONS.get((PlanState(plan.state), action))
    if target is None:
        words = {"state": PlanState(plan.state).label, "action": action.label}
        raise Refused(_("The plan is “%(state)s” now: “%(action)s” is not possible.") % words)
    if reason := why_not(by, plan, action):
        raise Refused(reason)
    plan.state, plan.answer_by = target, answer_by
    plan.submitted_at = plan.submitted_at or now()
    plan.save(update_fields=["state", "answer_by", "submitted_at"])
    step = PlanStep.objects.create(
        plan=plan, action=action, state=target, by=by, message=plain(message)
    )
    log_activity(actor=by, verb=str(action), obj=plan, state=str(target))
    queue_mails(step)
    return step
