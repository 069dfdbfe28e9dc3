"""What pages and other apps read about families and the paths of their children."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet

from accounts.access import last_days, people_with
from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.tombstones import is_erased
from recruitment.enums import ON_THE_WAY, Stage
from recruitment.models import (
    Child,
    Guidance,
    GuidanceStep,
    Household,
    HouseholdQuerySet,
    NameToken,
    ReasonedLook,
)
from recruitment.names import searched

# contacts and notes never leave the database for a page that does not show them
UNSHOWN = ("family_name", "guardian_name", "phone", "address", "notes")
STALLED_AFTER = timedelta(days=30)
LEAVES_SOON = timedelta(days=30)
LOOKS_SHOWN = 20


def households_with_children(user: User) -> HouseholdQuerySet:
    """Households for a list: owner, children, and their paths with the movement; 3 queries."""
    paths = Guidance.objects.select_related("movement").order_by("id")
    return (
        Household.objects.for_user(user)
        .select_related("owner", "backup")
        .defer(*UNSHOWN)
        .prefetch_related(
            Prefetch("children", Child.objects.in_use().order_by("id")),
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
    households = Household.objects.for_user(user).exclude(is_erased(Household))
    children = Prefetch("children", Child.objects.in_use())
    groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
    for household in households.defer(*UNSHOWN).prefetch_related(children):
        known = (child for child in household.children.all() if not child.is_erased)
        names = ", ".join(sorted(child.first_name for child in known))
        own = user.pk in (household.owner_id, household.backup_id)
        groups[own].append((household.pk, f"{names or '–'} ({household})"))
    return [(own, sorted(rows, key=lambda row: row[1].casefold())) for own, rows in groups.items()]


def team() -> QuerySet[User]:
    """Everyone in the team of the youth service today, by name."""
    return people_with(*STAFF)


def possibly_known(*, family_name: str, first_name: str, birth_year: int) -> QuerySet[Child]:
    """Children of the same birth year who share a word of the first and of the family name.

    The name of the parent counts as one of the family.
    """
    first, family = _with_a_word_of(first_name), _with_a_word_of(family_name)
    return (
        Child.objects.in_use()
        .filter(
            pk__in=first.filter(child__isnull=False).values("child"),
            household__in=family.filter(child__isnull=True).values("household"),
            birth_year=birth_year,
        )
        .select_related("household__owner")
    )


def _with_a_word_of(name: str) -> QuerySet[NameToken]:
    return NameToken.objects.filter(token__in=[token for word in searched(name) for token in word])


def stalled(user: User, on: date | None = None) -> QuerySet[Guidance]:
    """Paths under way of a user's own households without an event for 30 days, oldest first.

    Each has `last_on`, the day of its last step.
    """
    before = (on or today()) - STALLED_AFTER
    mine = Household.objects.owned_by(user)
    return (
        Guidance.objects.in_use()
        .filter(stage__in=ON_THE_WAY, child__household__in=mine)
        .exclude(is_erased(Child, "child"))
        .annotate(last_on=Max("steps__on"))
        .filter(last_on__lte=before)
        .select_related("child")
        .order_by("last_on", "id")
    )


# Who reads a file, and who leaves theirs ---------------------------------------------------------


def looks_at(household: Household) -> QuerySet[ReasonedLook]:
    """Who opened contacts and notes with a reason, the newest first."""
    return household.looks.select_related("by")[:LOOKS_SHOWN]


def open_look(user: User, household: Household) -> ReasonedLook | None:
    """The look by which this coordinator reads the file now."""
    return household.looks.open().filter(by=user).first()


@dataclass(frozen=True)
class Leaver:
    """Somebody whose time in the team ends, the last day of it, and how many files they own."""

    person: User
    last_day: date
    files: int


def files_of(person: User) -> QuerySet[Household]:
    """Households that somebody owns or backs up, set aside or not; not those that were erased."""
    mine = Household.objects.filter(Q(owner=person) | Q(backup=person))
    return mine.exclude(is_erased(Household)).order_by("pk")


def leavers(on: date | None = None) -> list[Leaver]:
    """Who leaves the team within 30 days and still owns files, by last day.

    Whether by a granted role, a secondment or the agreement under which somebody is seconded.
    """
    day = on or today()
    days = last_days(*STAFF, first=day, last=day + LEAVES_SOON)
    owned = Household.objects.filter(owner__in=list(days)).exclude(is_erased(Household))
    counts = dict(owned.order_by().values_list("owner").annotate(Count("pk")))
    found = [
        Leaver(person, last, counts[person.pk])
        for person, last in days.items()
        if person.pk in counts
    ]
    return sorted(found, key=lambda leaver: (leaver.last_day, leaver.person.pk))


def file_rows(person: User) -> QuerySet[Household]:
    """`files_of` with owner, backup and the children that may be shown; 2 queries."""
    children = Prefetch("children", Child.objects.in_use().order_by("id"))
    rows = files_of(person).select_related("owner", "backup").defer(*UNSHOWN)
    return rows.prefetch_related(children)


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
