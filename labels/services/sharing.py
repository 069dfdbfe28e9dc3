"""Letting other groups read a point or see an example, and taking that back."""

from django.db import transaction

from accounts.models import User
from accounts.rules import is_staff_member
from core.errors import Refused
from core.logs import log_activity
from labels.models import ActionPlan, ActionPoint, Example
from labels.rules import LEADER, leads_movement_of
from labels.services.steps import lock


@transaction.atomic
def share_point(*, point: ActionPoint, by: User, is_shared: bool) -> None:
    """Let other groups read the text of a point, or take that back; twice is once.

    In any state of the plan. Taken back, it holds for the same point of earlier plans and for
    their examples too: one tap, and nothing of before stays readable. The youth service may take
    back what others should not read. Raises Refused for whoever else.
    """
    _check(point, by, is_shared)
    if is_shared:
        _set(point, by, is_shared=True)
        return
    movement = ActionPlan.objects.values("movement_id").get(pk=point.plan_id)["movement_id"]
    same = ActionPoint.objects.filter(plan__movement=movement, number=point.number)
    for shown in same.filter(is_shared=True):
        _set(shown, by, is_shared=False)
    earlier = Example.objects.filter(point__in=same, is_shared=True).exclude(point=point)
    for example in earlier:
        _set(example, by, is_shared=False)


@transaction.atomic
def share_example(*, example: Example, by: User, is_shared: bool) -> None:
    """Let other groups see an example, or take that back; twice is once.

    Who may, and when, as `share_point` says.
    """
    _check(example.point, by, is_shared)
    _set(example, by, is_shared=is_shared)


def _check(point: ActionPoint, by: User, is_shared: bool) -> None:
    plan = ActionPlan.objects.get(pk=point.plan_id)
    lock(plan)
    takes_back = is_staff_member(by) and not is_shared
    if not (takes_back or leads_movement_of(by, plan)):
        raise Refused(LEADER.otherwise)


def _set(row: ActionPoint | Example, by: User, *, is_shared: bool) -> None:
    """Write it and log it, if it was otherwise."""
    changed = type(row)._base_manager.filter(pk=row.pk, is_shared=not is_shared)
    if changed.update(is_shared=is_shared):
        log_activity(actor=by, verb="shared" if is_shared else "unshared", obj=row)
