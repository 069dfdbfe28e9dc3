"""Who may do what to an action plan, and what somebody who may not is told."""

from dataclasses import dataclass

import rules
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from core.calendar import today
from labels.enums import EDITABLE_STATES, PlanAction
from labels.models import ActionPlan, Decision
from movements.rules import coaches, writes_in

A = PlanAction


@rules.predicate
def leads_movement_of(user: User, plan: ActionPlan) -> bool:
    """Has a mandate of this moment in the movement of the plan, confirmed in time."""
    return bool(writes_in(user, plan.movement))


@rules.predicate
def coaches_movement_of(user: User, plan: ActionPlan) -> bool:
    """Is the coach of the movement today."""
    return bool(coaches(user, plan.movement))


@rules.predicate
def is_editable(user: User, plan: ActionPlan) -> bool:
    """The plan is with the movement."""
    return plan.state in EDITABLE_STATES


@rules.predicate
def made_open_proposal(user: User, plan: ActionPlan) -> bool:
    """Proposed the decision that waits for confirmation."""
    return Decision.objects.open().filter(plan=plan, proposed_by=user).exists()


@rules.predicate
def proposed_not_yet(user: User, plan: ActionPlan) -> bool:
    """Proposed an earlier decision "not yet" on this plan."""
    return Decision.objects.declined().filter(plan=plan, proposed_by=user).exists()


@rules.predicate
def movement_is_there(user: User, plan: ActionPlan) -> bool:
    """The movement exists today: the plan of one that stopped or went into another rests."""
    return plan.movement.exists_on(today())


may_write = leads_movement_of & is_editable


@dataclass(frozen=True)
class Condition:
    """One thing that must hold for somebody to do something, and the words when it does not."""

    holds: rules.predicates.Predicate
    otherwise: str | Promise


LEADER = Condition(leads_movement_of, _("Only the leaders of this group can do this."))
STAFF = Condition(is_staff_member, _("Only the youth service can do this."))
COORDINATOR = Condition(is_coordinator, _("Only a coordinator can do this."))
SECOND_PERSON = Condition(
    ~made_open_proposal,
    _("You proposed this decision yourself. Another coordinator confirms it."),
)
NOT_THE_COACH = Condition(
    ~coaches_movement_of,
    _("You coach this group, so another coordinator decides."),
)
FRESH_EYES = Condition(
    ~proposed_not_yet,
    _("You proposed “not yet” before, so a colleague takes the second look."),
)

IS_THERE = Condition(movement_is_there, _("This group is not there any more: its plan rests."))

_CONFIRMING = (COORDINATOR, SECOND_PERSON, NOT_THE_COACH)
WHO: dict[PlanAction, tuple[Condition, ...]] = {
    A.SUBMIT: (LEADER,),
    A.ANSWER: (LEADER,),
    A.DISCUSS: (STAFF,),
    A.ASK_MORE: (STAFF,),
    A.PROPOSE: (STAFF, FRESH_EYES),
    A.RETURN: (COORDINATOR,),
    A.AWARD: _CONFIRMING,
    A.AWARD_WITH_CONDITIONS: _CONFIRMING,
    A.DECLINE: _CONFIRMING,
    A.SECOND_LOOK: (STAFF, FRESH_EYES),
}


def why_not(user: User, plan: ActionPlan, action: PlanAction) -> str:
    """Why this person may not do this to the plan, in words for them; empty when they may."""
    conditions = (IS_THERE, *WHO[action])
    failing = (c.otherwise for c in conditions if not c.holds.test(user, plan))
    return str(next(failing, ""))


rules.add_perm("labels.view_actionplan", is_staff_member)
for _verb in ("view", "change"):
    rules.add_perm(f"labels.{_verb}_plantemplate", is_coordinator)
    rules.add_perm(f"labels.{_verb}_templatepoint", is_coordinator)
rules.add_perm("labels.view_label", is_staff_member)
rules.add_perm("labels.change_label", is_coordinator)
rules.add_perm("labels.view_certificatebatch", is_staff_member)
rules.add_perm("labels.add_certificatebatch", is_staff_member)
