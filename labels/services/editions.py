"""The next edition: running labels simply go on, plans that are not decided yet move along."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator
from core.errors import Refused
from core.logs import log_activity
from labels.models import ActionPlan
from labels.rules import COORDINATOR
from movements.models import Movement
from programmes.models import Edition


def plans_to_carry_over(edition: Edition) -> QuerySet[ActionPlan]:
    """Plans of other editions on which nothing is decided yet, of movements that are there."""
    there = Movement.objects.existing()
    plans = ActionPlan.objects.open().filter(movement__in=there).exclude(edition=edition)
    return plans.select_related("movement", "edition").order_by("movement__name", "pk")


@transaction.atomic
def carry_over_plans(*, edition: Edition, plans: Collection[int], by: User) -> int:
    """Move these plans, by number, to an edition; gives how many. Twice is once.

    A plan keeps its points and their version. What was decided on meanwhile, or is not to be
    carried over any more, stays where it is. Raises Refused for who is no coordinator, and for an
    edition that is not the one of today.
    """
    if not is_coordinator(by):
        raise Refused(COORDINATOR.otherwise)
    if edition != Edition.objects.current():
        raise Refused(_("Plans move to the edition of today."))
    # who waits for a lock asks anew whether a plan is still without a decision
    chosen = plans_to_carry_over(edition).filter(pk__in=plans).order_by("pk")
    moving = list(chosen.select_for_update(of=("self",)))
    for plan in moving:
        plan.edition = edition
        plan.save(update_fields=["edition"])
        log_activity(actor=by, verb="carried over", obj=plan, fields=["edition"])
    return len(moving)
