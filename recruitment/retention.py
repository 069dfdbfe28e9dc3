"""What this app forgets after how long: families and children (domain: "Guidance of children")."""

from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.calendar import latest_start
from core.restriction import is_restricted
from core.retention import Category, hold, register
from recruitment.enums import Stage
from recruitment.models import Child, Guidance, GuidanceStep, Household

# what became of somebody is asked until a year after they became a member; then the path is closed
LAST_CHECK_MONTHS = 12
BEFORE_INTAKE = (Stage.CONTACTED, Stage.STOPPED)


def paths(day: date) -> tuple[QuerySet[Guidance], QuerySet[Guidance]]:
    """The guidances that were closed on a day or before, and all others.

    One is closed when it stopped, or a year after the child became a member.
    """
    dated = Guidance.objects.annotate(last_on=Max("steps__on"))
    stopped = Q(stage=Stage.STOPPED, last_on__lte=day)
    member = Q(stage=Stage.MEMBER, last_on__lte=latest_start(day, LAST_CHECK_MONTHS))
    return dated.filter(stopped | member), dated.exclude(stopped | member)


def _beyond_contact() -> Exists:
    """Whether any child of a household came as far as an intake, whatever happened then."""
    steps = GuidanceStep.objects.filter(guidance__child__household=OuterRef("pk"))
    return Exists(steps.exclude(stage__in=BEFORE_INTAKE))


def without_intake_since(day: date) -> QuerySet[Household]:
    """Families that were first spoken to on a day or before and never came to an intake."""
    begun = Guidance.objects.filter(child__household=OuterRef("pk"), opened_on__gt=day)
    return Household.objects.filter(~_beyond_contact(), ~Exists(begun), opened_on__lte=day)


def closed_families(day: date) -> QuerySet[Household]:
    """Families of whom each path was closed on a day or before."""
    _closed, others = paths(day)
    going_on = others.filter(child__household=OuterRef("pk"))
    return Household.objects.filter(_beyond_contact(), ~Exists(going_on), opened_on__lte=day)


def closed_children(day: date) -> QuerySet[Child]:
    """Children of whom each path was closed on a day or before, whatever brother or sister do."""
    closed, others = paths(day)
    return Child.objects.filter(
        Exists(closed.filter(child=OuterRef("pk"))),
        ~Exists(others.filter(child=OuterRef("pk"))),
    )


CLOSED = _("after guidance closed: stopped, or a year a member")
register(
    Category(
        key="recruitment.no_intake",
        model="recruitment.household",
        label=_("Families without an intake"),
        months=6,
        counted=_("after the first contact, without an intake"),
        begun=without_intake_since,
    )
)
register(
    Category(
        key="recruitment.family",
        model="recruitment.household",
        label=_("Families whose guidance is closed, with the notes of visits"),
        months=12,
        counted=CLOSED,
        begun=closed_families,
    )
)
register(
    Category(
        key="recruitment.child",
        model="recruitment.child",
        label=_("Children whose guidance is closed"),
        months=12,
        counted=CLOSED,
        begun=closed_children,
    )
)


def child_set_aside(day: date) -> Exists:
    """Families of whom a child is set aside (GDPR, article 18), whatever the day."""
    return Exists(Child.objects.filter(is_restricted(Child), household=OuterRef("pk")))


def family_set_aside(day: date) -> Exists:
    """Children of families that are set aside, whatever the day."""
    return is_restricted(Household, "household_id")


hold("recruitment.no_intake", child_set_aside)
hold("recruitment.family", child_set_aside)
hold("recruitment.child", family_set_aside)
