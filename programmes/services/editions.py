"""Every write about an edition: its period and policy, its targets, its planned curve."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import DateField
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused, Stale
from core.logs import log_activity
from core.translated import Translated
from programmes import curves
from programmes.enums import Indicator
from programmes.models import Edition, PlannedValue, QuietPeriod, Target
from programmes.selectors import curve_of, overlapping, plan_version, target_on

LAST_YEAR = 2100  # an edition has a planned value for each month; a slip of the pen has thousands
# the targets of the project sheet; a city changes them by a dated row
DEFAULT_TARGETS = {
    Indicator.LABELS: 24,
    Indicator.RECRUITS: 60,
    Indicator.HOME_VISITS: 100,
    Indicator.TESTIMONIES: 15,
}

# (first month, first day, last month, last day) and why
DEFAULT_QUIET_PERIODS = [
    (
        (1, 1, 1, 31),
        Translated(nl="Examens in januari", fr="Examens de janvier", en="January exams"),
    ),
    (
        (5, 20, 8, 31),
        Translated(nl="Examens en kamp", fr="Examens et camp", en="Exams and camp"),
    ),
]


@transaction.atomic
def create_edition(
    *,
    name: Mapping[str, str],
    municipality: str,
    starts_on: date,
    ends_on: date,
    contact_email: str,
    signatory: Mapping[str, str],
    by: User | None,
    targets: Mapping[Indicator, int] = DEFAULT_TARGETS,
    **policy: Any,
) -> Edition:
    """Make an edition with its first targets, their seasonal curves and the usual quiet periods.

    `name` and `signatory` are texts by language; `policy` may hold label_mode, label_months,
    renewal_months and grace_months. Raises Refused when it overlaps with another edition and
    ValidationError for a field that is wrong.
    """
    _keep_apart(starts_on, ends_on)
    edition = Edition(
        name=Translated(name),
        municipality=municipality.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        contact_email=contact_email,
        signatory=Translated(signatory),
        **policy,
    )
    edition.full_clean()
    edition.save()
    for indicator, value in targets.items():
        Target.objects.create(
            edition=edition, indicator=indicator, value=value, valid_from=starts_on
        )
    _make_quiet_periods(edition)
    _plan_by_season(edition, targets)
    log_activity(actor=by, verb="added", obj=edition)
    return edition


CHANGEABLE = frozenset(
    {
        "name",
        "municipality",
        "starts_on",
        "ends_on",
        "contact_email",
        "signatory",
        "label_mode",
        "label_months",
        "renewal_months",
        "grace_months",
    }
)


@transaction.atomic
def change_edition(*, edition: Edition, by: User | None, **fields: Any) -> Edition:
    """Change names, period or policy; only what is given is written.

    A new period makes the planned curves anew from the targets that hold at its end. Labels
    already awarded keep their dates. Raises Refused when it would overlap with another edition.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"an edition has no {sorted(unknown)}")
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    changed = sorted(name for name, value in fields.items() if getattr(edition, name) != value)
    for name in changed:
        setattr(edition, name, fields[name])
    _keep_apart(edition.starts_on, edition.ends_on, but=edition)
    edition.full_clean()
    edition.save(update_fields=changed)
    if {"starts_on", "ends_on"} & set(changed):
        _plan_by_season(edition, _last_targets(edition))
    log_activity(actor=by, verb="changed", obj=edition, fields=changed)
    return edition


@transaction.atomic
def set_target(
    *,
    edition: Edition,
    indicator: str,
    value: int,
    reason: str,
    by: User | None,
    valid_from: date | None = None,
) -> Target:
    """Set what an indicator should reach from a day on (today when not said), with a reason.

    The planned curve follows from that day on, unless a later target holds at its end. Raises
    Refused without a reason, for a day outside the edition and for a second target from one day.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    day = valid_from or today()
    _check_target(edition, indicator, day, reason)
    is_last = not edition.targets.filter(indicator=indicator, valid_from__gt=day).exists()
    target = Target(
        edition=edition, indicator=indicator, value=value, valid_from=day, reason=reason.strip()
    )
    target.full_clean()
    target.save()
    if is_last:
        _retarget(target)
    log_activity(actor=by, verb="set", obj=target, state=indicator)
    return target


@transaction.atomic
def set_planned(
    *, edition: Edition, values: Mapping[tuple[str, date], int], seen: str, by: User | None
) -> None:
    """Change points of the planned curves, each given as {(indicator, day): value}.

    `seen` is the `plan_version` that the person started from; Stale is raised on another one.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if plan_version(edition) != seen:
        raise Stale(_("Somebody else changed the plan. Look at it again before you save."))
    rows = {(row.indicator, row.on): row for row in edition.planned.all()}
    changed = [rows[key] for key, value in values.items() if rows[key].value != value]
    for row in changed:
        row.value = values[row.indicator, row.on]
        row.full_clean()
    PlannedValue.objects.bulk_update(changed, ["value"])
    log_activity(actor=by, verb="planned", obj=edition, fields={row.indicator for row in changed})


@transaction.atomic
def set_quiet_periods(
    *,
    edition: Edition,
    saved: Iterable[QuietPeriod],
    removed: Iterable[QuietPeriod],
    by: User | None,
) -> None:
    """Save new or changed quiet periods and take others away."""
    for period in saved:
        period.edition = edition
        period.full_clean()
        period.save()
        log_activity(actor=by, verb="saved", obj=period)
    for period in removed:
        log_activity(actor=by, verb="removed", obj=period)
        period.delete()


def _keep_apart(starts_on: date, ends_on: date, but: Edition | None = None) -> None:
    if ends_on.year > LAST_YEAR:
        raise ValidationError({"ends_on": DateField.default_error_messages["invalid"]})
    # one day in two editions would count one visit twice
    if other := overlapping(starts_on, ends_on, but):
        raise Refused(_("This period overlaps with the edition “%s”.") % other)


def _make_quiet_periods(edition: Edition) -> None:
    for (first_month, first_day, last_month, last_day), reason in DEFAULT_QUIET_PERIODS:
        QuietPeriod.objects.create(
            edition=edition,
            reason=reason,
            first_month=first_month,
            first_day=first_day,
            last_month=last_month,
            last_day=last_day,
        )


def _check_target(edition: Edition, indicator: str, day: date, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why the target changes."))
    if not edition.starts_on <= day <= edition.ends_on:
        raise Refused(_("Choose a day within the edition."))
    if edition.targets.filter(indicator=indicator, valid_from=day).exists():
        raise Refused(_("There is a target from this day already."))


def _last_targets(edition: Edition) -> dict[Indicator, int]:
    found = {name: target_on(edition, name, date.max) for name in Indicator}
    return {name: value for name, value in found.items() if value is not None}


def _plan_by_season(edition: Edition, targets: Mapping[Indicator, int]) -> None:
    for indicator, value in targets.items():
        _replace_curve(
            edition,
            indicator,
            curves.default_curve(indicator, value, edition.starts_on, edition.ends_on),
        )


def _retarget(target: Target) -> None:
    edition, indicator = target.edition, Indicator(target.indicator)
    points = curve_of(edition, indicator)
    if points:
        points = curves.retarget(points, edition.starts_on, target.valid_from, target.value)
    else:
        points = curves.default_curve(indicator, target.value, edition.starts_on, edition.ends_on)
    _replace_curve(edition, indicator, points)


def _replace_curve(edition: Edition, indicator: str, points: Sequence[curves.Point]) -> None:
    edition.planned.filter(indicator=indicator).delete()
    PlannedValue.objects.bulk_create(
        PlannedValue(edition=edition, indicator=indicator, on=day, value=value)
        for day, value in points
    )
