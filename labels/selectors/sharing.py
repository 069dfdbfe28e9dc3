"""What groups let each other read: points and examples that they agreed to share."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from labels.enums import STORED_EXAMPLES, PlanState
from labels.models import ActionPoint, Example
from movements.models import Mandate, Movement

SHOWN = 3  # groups beside an empty point


@dataclass(frozen=True)
class Shared:
    """What one other group shows on a point: its words (or "") and examples."""

    movement: Movement
    text: str
    examples: list[Example]


def _out_in_the_open() -> Q:
    """Of a group that is there, in a plan that was handed in: a draft is nobody else's matter."""
    there = Movement.objects.existing()
    return Q(plan__movement__in=there) & ~Q(plan__state=PlanState.DRAFT)


def shared_by_others(point: ActionPoint) -> list[Shared]:
    """What up to three other groups show on this point, by its number, the newest first.

    Of each group its newest plan that shows something. Three queries, whatever there is.
    """
    examples = Example.objects.filter(is_shared=True).order_by("id")
    points = (
        ActionPoint.objects.filter(_out_in_the_open(), number=point.number)
        .filter(Q(is_shared=True) & ~Q(commitment="") | Exists(_shared_of_point()))
        .exclude(plan__movement=point.plan.movement_id)
        .select_related("plan__movement")
        .prefetch_related(Prefetch("examples", examples, to_attr="shown"))
    )
    found: dict[int, Shared] = {}
    for other in points.order_by("-plan_id"):
        movement = other.plan.movement
        text = other.commitment if other.is_shared else ""
        found.setdefault(movement.pk, Shared(movement, text, getattr(other, "shown", [])))
        if len(found) == SHOWN:
            break
    return list(found.values())


def _shared_of_point() -> QuerySet[Example]:
    return Example.objects.filter(point=OuterRef("pk"), is_shared=True)


def shared_files(user: User) -> QuerySet[Example]:
    """The files of other groups' examples that this person may open: who leads a group now.

    Whoever's mandate ended, or has yet to begin, finds none; nor those that were taken back.
    """
    mine = Mandate.objects.active().filter(user=user, user__is_active=True)
    if not mine.exists():
        return Example.objects.none()
    open_points = ActionPoint.objects.filter(_out_in_the_open())
    return Example.objects.filter(
        point__in=open_points, is_shared=True, kind__in=STORED_EXAMPLES
    ).exclude(point__plan__movement__in=mine.values("movement_id"))


def is_shown(point: ActionPoint) -> bool:
    """Whether other groups may read what this group wrote on the point, now or in a plan before."""
    if point.is_shared or not point.previous_id:
        return point.is_shared
    same = ActionPoint.objects.filter(plan__movement=point.plan.movement_id, number=point.number)
    return same.filter(is_shared=True).exists()
