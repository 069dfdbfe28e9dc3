"""What pages and other apps read about home visits."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from core.calendar import today
from homevisits.enums import Outcome
from homevisits.models import HomeVisit, HomeVisitQuerySet
from recruitment.models import Child, Household


def visit_rows(user: User) -> HomeVisitQuerySet:
    """Visits for a list: household with its children, who went; 3 queries."""
    children = Child.objects.in_use().order_by("id")
    return (
        HomeVisit.objects.for_user(user)
        .select_related("household", "recorded_by")
        .defer("next_steps", "household__notes")
        .prefetch_related("visitors", Prefetch("household__children", children))
    )


def visit_file(user: User) -> HomeVisitQuerySet:
    """Visits with all that the page of one shows."""
    return (
        HomeVisit.objects.for_user(user)
        .select_related("household", "recorded_by")
        .prefetch_related("visitors")
    )


def to_follow_up(user: User, on: date | None = None) -> QuerySet[HomeVisit]:
    """Visits to a user's own households whose follow-up is due and that no later visit answered."""
    later = HomeVisit.objects.filter(household=OuterRef("household"), on__gt=OuterRef("on"))
    return (
        HomeVisit.objects.filter(household__in=Household.objects.owned_by(user))
        .filter(~Exists(later), follow_up_on__lte=on or today())
        .order_by("follow_up_on", "id")
    )


# For the figures (domain: "Targets") -----------------------------------------------------------


def visit_days(first: date, last: date) -> QuerySet[HomeVisit, Any]:
    """One row per household and day with a conversation, from `first` to `last`, ends included.

    Rows are {"household_id", "on"}; a second visit on the same day adds none.
    """
    held = HomeVisit.objects.filter(outcome=Outcome.CONVERSATION, on__range=(first, last))
    return held.order_by("on", "household_id").values("household_id", "on").distinct()


def not_held_between(first: date, last: date) -> QuerySet[HomeVisit]:
    """Visits without a conversation (nobody home, cancelled, refused): shown beside the figure."""
    visits = HomeVisit.objects.exclude(outcome=Outcome.CONVERSATION)
    return visits.filter(on__range=(first, last))
