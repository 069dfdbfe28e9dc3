"""What pages and other apps read about families and the paths of their children."""

from datetime import date, timedelta

from django.db.models import Max, Min, Prefetch, Q, QuerySet

from accounts.access import people_with
from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from recruitment.enums import ON_THE_WAY, Stage
from recruitment.models import Child, Guidance, GuidanceStep, Household, HouseholdQuerySet
from recruitment.names import tokens

# contacts and notes never leave the database for a page that does not show them
UNSHOWN = ("family_name", "guardian_name", "phone", "address", "notes")
STALLED_AFTER = timedelta(days=30)


def households_with_children(user: User) -> HouseholdQuerySet:
    """Households for a list: owner, children, and their paths with the movement; 3 queries."""
    paths = Guidance.objects.select_related("movement").order_by("id")
    return (
        Household.objects.for_user(user)
        .select_related("owner", "backup")
        .defer(*UNSHOWN)
        .prefetch_related(
            Prefetch("children", Child.objects.order_by("id")),
            Prefetch("children__guidances", paths),
        )
    )


def household_file(user: User) -> HouseholdQuerySet:
    """As `households_with_children`, with contacts, notes, and the steps of each path."""
    steps = GuidanceStep.objects.select_related("by").order_by("on", "id")
    files = households_with_children(user).defer(None)
    return files.prefetch_related(Prefetch("children__guidances__steps", steps))


def household_choices(user: User) -> list[tuple[bool, list[tuple[int, str]]]]:
    """Households for a drop-down by number and first names, which the team sees.

    Two groups: those the user owns or backs up (True), then the others (False).
    """
    households = Household.objects.for_user(user).defer(*UNSHOWN).prefetch_related("children")
    groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
    for household in households:
        names = ", ".join(sorted(child.first_name for child in household.children.all()))
        own = user.pk in (household.owner_id, household.backup_id)
        groups[own].append((household.pk, f"{names or '–'} ({household})"))
    return [(own, sorted(rows, key=lambda row: row[1].casefold())) for own, rows in groups.items()]


def team() -> QuerySet[User]:
    """Everyone in the team of the youth service today, by name."""
    return people_with(*STAFF)


def possibly_known(*, family_name: str, first_name: str, birth_year: int) -> QuerySet[Child]:
    """Children of the same birth year who share a word of the first and of the family name."""
    return Child.objects.filter(
        _shares("first_name_index", first_name),
        _shares("household__family_name_index", family_name),
        birth_year=birth_year,
    ).select_related("household__owner")


def _shares(index: str, name: str) -> Q:
    words = tokens(name)
    shared = Q(pk__in=[])
    for token in words:
        shared |= Q(**{f"{index}__contains": token})
    return shared


def stalled(user: User, on: date | None = None) -> QuerySet[Guidance]:
    """Paths under way of a user's own households without an event for 30 days, oldest first.

    Each has `last_on`, the day of its last step.
    """
    before = (on or today()) - STALLED_AFTER
    mine = Household.objects.with_details_for(user)
    return (
        Guidance.objects.filter(stage__in=ON_THE_WAY, child__household__in=mine)
        .annotate(last_on=Max("steps__on"))
        .filter(last_on__lte=before)
        .select_related("child")
        .order_by("last_on", "id")
    )


# For the figures (domain: "Targets") -----------------------------------------------------------


def members_between(first: date, last: date, since: date | None = None) -> QuerySet[Child]:
    """Children whose first step "member" since `since` lies from `first` to `last`, ends included.

    `since` is the first day of the edition (`first` when not said): a child counts once in an
    edition, however often it stops and comes back, in whichever role. Each has `member_on`.
    """
    members = Q(guidances__steps__stage=Stage.MEMBER, guidances__steps__on__gte=since or first)
    return (
        Child.objects.annotate(member_on=Min("guidances__steps__on", filter=members))
        .filter(member_on__range=(first, last))
        .order_by("member_on", "id")
    )
