"""Who may do what with movements; other apps build on `leads` and `coaches`."""

import rules

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from core.calendar import today
from movements.enums import RUNS_TEAM
from movements.models import CoachAssignment, Mandate, Movement, active_on


@rules.predicate
def leads(user: User, movement: Movement | None) -> bool:
    """Holds a mandate in the movement at this moment, with an account that may sign in."""
    if movement is None or not user.is_active:
        return False
    return Mandate.objects.active().filter(user=user, movement=movement).exists()


@rules.predicate
def writes_in(user: User, movement: Movement | None) -> bool:
    """Leads the movement and was confirmed in time: may write in its pages at this moment."""
    if movement is None or not user.is_active:
        return False
    return Mandate.objects.writing().filter(user=user, movement=movement).exists()


@rules.predicate
def runs_team(user: User, movement: Movement | None) -> bool:
    """Decides who is in the team: a main leader or an adult supervisor who may write now."""
    if movement is None or not user.is_active:
        return False
    mandates = Mandate.objects.writing().filter(function__in=RUNS_TEAM)
    return mandates.filter(user=user, movement=movement).exists()


@rules.predicate
def looks_at(user: User, movement: Movement | None) -> bool:
    """Leads the movement or is going to: may read its pages."""
    if movement is None or not user.is_active:
        return False
    return Mandate.objects.not_over().filter(user=user, movement=movement).exists()


@rules.predicate
def coaches(user: User, movement: Movement | None) -> bool:
    """Is the movement's coach today."""
    if movement is None:
        return False
    assignments = CoachAssignment.objects.filter(active_on(today()), movement=movement)
    return assignments.filter(user=user).exists()


may_run_team = runs_team | is_staff_member
# also who is still to say that they go on: a silent group is not locked out of answering
may_talk = leads | is_staff_member
may_see_movement = looks_at | is_staff_member
may_change_movement = is_staff_member
may_record_mandates = is_staff_member
may_import_movements = is_coordinator
may_change_federations = is_coordinator

for _model, _verbs in (
    ("movement", ("view", "add", "change")),
    ("mandate", ("view", "add", "change")),
    ("coachassignment", ("view", "add")),
    ("headcount", ("view", "add", "change")),
    ("joinrequest", ("view", "change")),
    ("teamlink", ("view", "change")),
):
    for _verb in _verbs:
        rules.add_perm(f"movements.{_verb}_{_model}", is_staff_member)
rules.add_perm("movements.view_federation", is_staff_member)
rules.add_perm("movements.add_federation", may_change_federations)
rules.add_perm("movements.change_federation", may_change_federations)
rules.add_perm("movements.import_movement", may_import_movements)
