"""Making and changing an edition."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from core.calendar import today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from core.translated import Translated
from programmes import services
from programmes.enums import Indicator
from programmes.models import Edition, QuietPeriod, Target
from programmes.selectors import (
    curve_of,
    in_quiet_period,
    overlapping,
    plan_version,
    planned_on,
    shown_edition,
    target_on,
)
from tests.factories.programmes import FIRST, LAST, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def test_an_edition_comes_with_targets_plan_and_quiet_periods(edition: Edition) -> None:
    targets = dict(edition.targets.values_list("indicator", "value"))
    assert targets == {"labels": 24, "recruits": 60, "home_visits": 100, "testimonies": 15}
    assert set(edition.targets.values_list("valid_from", flat=True)) == {FIRST}
    assert edition.planned.count() == 4 * 24
    for indicator, value in targets.items():
        assert planned_on(edition, indicator, LAST) == value
    quiet = edition.quiet_periods.values_list("first_day", "first_month", "last_day", "last_month")
    assert list(quiet) == [(1, 1, 31, 1), (20, 5, 31, 8)]
    assert ActivityLog.objects.get().verb == "added"
    assert "2021-03-31" in str(edition.planned.order_by("on").first())


def test_other_targets_and_policy_can_be_given() -> None:
    edition = make_edition(targets={Indicator.LABELS: 7}, label_months=24, grace_months=1)
    assert target_on(edition, "labels", FIRST) == 7
    assert target_on(edition, "recruits", FIRST) is None
    assert planned_on(edition, "recruits", LAST) is None
    assert (edition.label_months, edition.grace_months) == (24, 1)


def test_an_edition_in_which_something_is_wrong_is_not_made() -> None:
    with pytest.raises(ValidationError):
        make_edition(name=Translated(fr="Jeunesse"))
    with pytest.raises(ValidationError):
        make_edition(ends_on=date(2020, 1, 1))
    assert not Edition.objects.exists()


def test_one_day_belongs_to_one_edition(edition: Edition) -> None:
    with pytest.raises(Refused, match="“"):
        make_edition(starts_on=LAST, ends_on=date(2025, 2, 28))
    later = make_edition(starts_on=date(2023, 3, 1), ends_on=date(2025, 2, 28))
    with pytest.raises(Refused):
        services.change_edition(edition=later, by=None, starts_on=LAST)
    assert overlapping(FIRST, FIRST) == edition
    assert overlapping(FIRST, LAST, but=edition) is None


def test_only_what_changed_is_written_and_logged(edition: Edition) -> None:
    other = Edition.objects.get()
    services.change_edition(edition=edition, by=None, municipality="Anderstad")
    services.change_edition(edition=other, by=None, label_months=24, municipality="Anderstad")
    changed = Edition.objects.get()
    assert (changed.municipality, changed.label_months) == ("Anderstad", 24)
    verbs = ActivityLog.objects.filter(verb="changed").order_by("id")
    assert list(verbs.values_list("fields", flat=True)) == [["municipality"], ["label_months"]]


def test_another_period_makes_the_plan_anew(edition: Edition) -> None:
    services.set_target(
        edition=edition, indicator="recruits", value=80, reason="Meer", by=None, valid_from=LAST
    )
    longer = services.change_edition(edition=edition, by=None, ends_on=date(2023, 5, 31))
    assert len(curve_of(longer, "recruits")) == 27
    assert planned_on(longer, "recruits", date(2023, 5, 31)) == 80
    assert planned_on(longer, "labels", date(2023, 5, 31)) == 24


def test_an_unknown_field_is_a_mistake_of_the_caller(edition: Edition) -> None:
    with pytest.raises(TypeError, match="colour"):
        services.change_edition(edition=edition, by=None, colour="red")


@time_machine.travel("2022-01-10T12:00:00Z")
def test_a_target_changes_by_a_row_with_a_reason(edition: Edition) -> None:
    before = planned_on(edition, "home_visits", date(2022, 1, 9))
    services.set_target(
        edition=edition, indicator="home_visits", value=120, reason=" Extra collega ", by=None
    )
    rows = edition.targets.filter(indicator="home_visits").values_list("value", "valid_from")
    assert list(rows) == [(100, FIRST), (120, date(2022, 1, 10))]
    assert Target.objects.get(value=120).reason == "Extra collega"
    days = [FIRST, date(2022, 1, 9), date(2022, 1, 10), LAST, date(2030, 1, 1)]
    found = [target_on(edition, "home_visits", day) for day in days]
    assert found == [100, 100, 120, 120, 120]
    assert target_on(edition, "home_visits", date(2020, 1, 1)) == 100
    assert planned_on(edition, "home_visits", date(2022, 1, 9)) == before
    assert planned_on(edition, "home_visits", LAST) == 120
    assert planned_on(edition, "labels", LAST) == 24


def test_the_plan_follows_the_last_target(edition: Edition) -> None:
    for value, day in ((90, date(2022, 9, 1)), (70, date(2021, 9, 1))):
        services.set_target(
            edition=edition, indicator="recruits", value=value, reason="R", by=None, valid_from=day
        )
    assert planned_on(edition, "recruits", LAST) == 90


def test_a_first_target_makes_a_plan() -> None:
    edition = make_edition(targets={})
    services.set_target(
        edition=edition, indicator="labels", value=5, reason="Nieuw", by=None, valid_from=FIRST
    )
    assert planned_on(edition, "labels", LAST) == 5


@pytest.mark.parametrize(
    ("value", "reason", "day"),
    [
        (50, "  ", date(2022, 1, 1)),
        (50, "Vroeg", date(2021, 2, 28)),
        (50, "Laat", date(2023, 3, 1)),
        (50, "Dezelfde dag", FIRST),
    ],
)
def test_a_target_that_cannot_be(edition: Edition, value: int, reason: str, day: date) -> None:
    with pytest.raises(Refused):
        services.set_target(
            edition=edition,
            indicator="recruits",
            value=value,
            reason=reason,
            by=None,
            valid_from=day,
        )
    assert edition.targets.count() == 4


def test_a_target_is_at_least_one(edition: Edition) -> None:
    with pytest.raises(ValidationError):
        services.set_target(
            edition=edition, indicator="recruits", value=0, reason="R", by=None, valid_from=LAST
        )


def test_targets_on_record_stay(edition: Edition) -> None:
    for write in (lambda t: t.update(value=1), lambda t: t.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write(Target.objects.all())


def test_the_plan_can_be_changed_point_by_point(edition: Edition) -> None:
    day, value = curve_of(edition, "recruits")[6]
    services.set_planned(
        edition=edition,
        values={("recruits", day): value + 5, ("labels", day): planned_on(edition, "labels", day)},
        seen=plan_version(edition),
        by=None,
    )
    assert planned_on(edition, "recruits", day) == value + 5
    assert ActivityLog.objects.get(verb="planned").fields == ["recruits"]


def test_the_second_to_change_the_plan_is_told(edition: Edition) -> None:
    day, seen = curve_of(edition, "recruits")[6][0], plan_version(edition)
    values = {("recruits", day): 33}
    services.set_planned(edition=edition, values=values, seen=seen, by=None)
    with pytest.raises(Stale):
        services.set_planned(edition=edition, values={("recruits", day): 44}, seen=seen, by=None)
    assert planned_on(edition, "recruits", day) == 33


def test_quiet_periods_come_change_and_go(edition: Edition) -> None:
    january, summer = edition.quiet_periods.order_by("first_month")
    january.last_day = 20
    new_year = QuietPeriod(
        reason=Translated(nl="Nieuwjaar"), first_month=12, first_day=24, last_month=1, last_day=2
    )
    services.set_quiet_periods(
        edition=edition, saved=[january, new_year], removed=[summer], by=None
    )
    days = {
        date(2022, 1, 20): True,
        date(2022, 1, 21): False,
        date(2022, 12, 23): False,
        date(2022, 12, 24): True,
        date(2023, 1, 2): True,
        date(2022, 7, 1): False,
    }
    assert {day: in_quiet_period(edition, day) for day in days} == days


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        (date(2022, 1, 1), True),
        (date(2022, 1, 31), True),
        (date(2022, 2, 1), False),
        (date(2022, 5, 19), False),
        (date(2022, 5, 20), True),
        (date(2022, 8, 31), True),
        (date(2022, 9, 1), False),
        (date(2021, 12, 31), False),
    ],
)
def test_default_quiet_periods_include_both_ends(edition: Edition, day: date, quiet: bool) -> None:
    assert in_quiet_period(edition, day) is quiet


def test_without_an_edition_nothing_is_quiet_and_pages_have_a_name() -> None:
    assert in_quiet_period(None, today()) is False
    shown = shown_edition()
    assert not shown
    assert str(shown.name)


def test_pages_show_the_edition_of_today_then_the_first_to_come() -> None:
    second = make_edition(starts_on=date(2023, 3, 1), ends_on=date(2025, 2, 28))
    first = make_edition()
    with time_machine.travel("2020-05-05T12:00:00Z"):
        assert shown_edition() == first
    with time_machine.travel("2022-05-05T12:00:00Z"):
        assert shown_edition() == first
    with time_machine.travel("2029-05-05T12:00:00Z"):
        assert shown_edition() == second


@pytest.mark.parametrize("day", [date(2101, 1, 1), date.max])
def test_an_edition_that_never_ends_is_an_error_of_its_field(day: date) -> None:
    with pytest.raises(ValidationError) as error:
        make_edition(ends_on=day)
    assert list(error.value.message_dict) == ["ends_on"]
