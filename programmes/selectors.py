"""What pages and other apps read of the programme.

The functions about one edition read its related rows whole, so that a caller who prefetched
`targets`, `planned` or `quiet_periods` asks many questions without further queries.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Role
from accounts.models import User
from core.calendar import in_words
from programmes import curves
from programmes.enums import Indicator
from programmes.models import DataAgreement, Edition, Secondment


class NoEdition:
    """Stands in for the edition before there is one, so that every page has a name to show."""

    name: ClassVar[str | Promise] = _("Youth work for all")
    municipality: ClassVar[str] = ""
    contact_email: ClassVar[str] = ""
    signatory: ClassVar[str] = ""

    def __bool__(self) -> bool:
        return False


def shown_edition() -> Edition | NoEdition:
    """The edition whose names pages show: today's, else the first to come, else a stand-in."""
    return Edition.objects.current() or Edition.objects.last() or NoEdition()


def target_on(edition: Edition, indicator: str, day: date) -> int | None:
    """The target that holds on a day: that of the last row from that day or earlier.

    Before its first row the first one holds. None when the edition has no such target.
    """
    rows = sorted(
        (target.valid_from, target.value)
        for target in edition.targets.all()
        if target.indicator == indicator
    )
    if not rows:
        return None
    return max((row for row in rows if row[0] <= day), default=rows[0])[1]


def curve_of(edition: Edition, indicator: str) -> list[curves.Point]:
    """The points of the planned curve of an indicator, in order of day."""
    rows = edition.planned.all()
    return sorted((row.on, row.value) for row in rows if row.indicator == indicator)


def planned_on(edition: Edition, indicator: str, day: date) -> int | None:
    """What should be reached by the end of a day (between points: `curves.value_on`).

    None when the edition has no curve for the indicator.
    """
    points = curve_of(edition, indicator)
    return curves.value_on(points, edition.starts_on, day) if points else None


def in_quiet_period(edition: Edition | None, day: date) -> bool:
    """Whether volunteers are left in peace on a day; never without an edition."""
    return edition is not None and any(period.covers(day) for period in edition.quiet_periods.all())


def overlapping(starts_on: date, ends_on: date, but: Edition | None = None) -> Edition | None:
    """An edition that shares a day with this period, other than `but`."""
    others = Edition.objects.exclude(pk=but.pk) if but and but.pk else Edition.objects.all()
    return others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()


def plan_version(edition: Edition) -> str:
    """A digest of the whole planned curve; another one means that somebody changed it."""
    rows = [(indicator, curve_of(edition, indicator)) for indicator in Indicator.values]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


# Who works in the team on behalf of a partner ----------------------------------------------------


@access.register_holders
def seconded_people(roles: frozenset[str], on: date | None) -> Q:
    """Consultants by a secondment that holds, as the data agreement of the partner does."""
    if Role.CONSULTANT not in roles:
        return access.NOBODY
    return Q(Exists(Secondment.objects.active(on).filter(user=OuterRef("pk"))))


@access.register_ends
def ends_of_secondments(
    roles: frozenset[str], first: date, last: date
) -> QuerySet[Secondment, Any]:
    """The last days of secondments in a period."""
    ending = Secondment.objects.filter(ends_on__range=(first, last))
    found = ending if Role.CONSULTANT in roles else ending.none()
    return found.order_by().values_list("ends_on", flat=True)


@access.register_ends
def ends_of_agreements(
    roles: frozenset[str], first: date, last: date
) -> QuerySet[DataAgreement, Any]:
    """The last days of the agreements under which people are seconded."""
    ending = DataAgreement.objects.filter(ends_on__range=(first, last))
    found = ending if Role.CONSULTANT in roles else ending.none()
    return found.order_by().values_list("ends_on", flat=True)


@access.register_reasons
def reasons_of_secondments(user: User) -> Iterable[access.Reason]:
    """Each secondment of somebody, the newest first; without an agreement it opens nothing."""
    opening = set(Secondment.objects.active().filter(user=user).values_list("pk", flat=True))
    for secondment in user.secondments.select_related("partner"):
        words = {
            "partner": secondment.partner,
            "period": in_words(secondment.starts_on, secondment.ends_on),
        }
        why = gettext("seconded by %(partner)s, %(period)s") % words
        yield access.Reason(Role.CONSULTANT, why, secondment.pk in opening)
