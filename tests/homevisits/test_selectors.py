"""What counts as a visit, and whom to visit again."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core.calendar import today
from homevisits.enums import Outcome, Place
from homevisits.models import HomeVisit
from homevisits.rules import can_see_notes
from homevisits.selectors import not_held_between, to_follow_up, visit_days
from tests.factories.people import make_household, make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("april")]

FIRST, MIDDLE, LAST = date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 31)


@pytest.fixture
def april():
    with time_machine.travel("2026-04-20 10:00+02:00"):
        yield


# The figure (domain: "Targets") ----------------------------------------------------------------


def test_both_ends_of_a_period_count(an):
    household = make_household(an)
    for day in (date(2026, 2, 28), FIRST, LAST, date(2026, 4, 1)):
        make_visit(an, household, on=day)
    assert [row["on"] for row in visit_days(FIRST, LAST)] == [FIRST, LAST]
    assert visit_days(FIRST, LAST).count() == 2


def test_a_second_visit_on_the_same_day_counts_once(an, bo):
    household = make_household(an)
    make_visit(an, household, on=MIDDLE)
    make_visit(bo, household, on=MIDDLE, place=Place.RECEPTION_CENTRE)
    make_visit(an, make_household(an), on=MIDDLE)
    assert visit_days(FIRST, LAST).count() == 2


def test_only_a_conversation_counts_and_the_rest_stands_beside_it(an):
    for outcome in Outcome:
        make_visit(an, on=MIDDLE, outcome=outcome)
    assert visit_days(FIRST, LAST).count() == 1
    beside = not_held_between(FIRST, LAST)
    assert {visit.outcome for visit in beside} == {"nobody_home", "cancelled", "refused"}


def test_nobody_home_first_and_a_conversation_later_that_day_is_one_visit(an):
    household = make_household(an)
    make_visit(an, household, on=MIDDLE, outcome=Outcome.NOBODY_HOME)
    make_visit(an, household, on=MIDDLE)
    assert visit_days(FIRST, LAST).count() == 1


# Coming back -----------------------------------------------------------------------------------


def test_a_follow_up_waits_until_a_later_visit(an, bo):
    household = make_household(an, backup=bo)
    first = make_visit(an, household, on=MIDDLE, follow_up_on=today())
    assert list(to_follow_up(an)) == list(to_follow_up(bo)) == [first]
    assert not to_follow_up(an, on=today() - timedelta(days=1)).exists()
    make_visit(an, household, on=LAST)
    assert not to_follow_up(an).exists()


def test_a_follow_up_is_for_owner_and_backup(an, bo, outsider):
    make_visit(an, on=MIDDLE, follow_up_on=today())
    assert not to_follow_up(bo).exists()
    assert not to_follow_up(outsider).exists()


# Who sees what ---------------------------------------------------------------------------------


def test_the_team_sees_visits_and_the_owner_their_notes(an, bo, coordinator, outsider):
    visit = make_visit(an)
    for user in (an, bo, coordinator):
        assert visit in HomeVisit.objects.for_user(user)
    assert not HomeVisit.objects.for_user(outsider).exists()
    assert can_see_notes.test(an, visit)
    for user in (bo, coordinator, outsider):
        assert not can_see_notes.test(user, visit)


# The database ----------------------------------------------------------------------------------


def test_the_table_holds_no_note(an):
    make_visit(an, next_steps="Clavecimbel zoeken")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM homevisits_homevisit")
        raw = str(cursor.fetchall())
    assert str(an.pk) in raw
    assert "lavecimbel" not in raw
    assert HomeVisit.objects.get().next_steps == "Clavecimbel zoeken"
    with pytest.raises(FieldError):
        HomeVisit.objects.filter(next_steps="Clavecimbel zoeken").exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outcome", "phoned"),
        ("place", "school gate"),
        ("purpose", "nonsense"),
        ("follow_up_on", "2020-01-01"),
    ],
)
def test_the_database_refuses_what_cannot_be(an, column, value):
    visit = make_visit(an)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE homevisits_homevisit SET {column} = %s", [value])
    visit.refresh_from_db()
    assert (visit.outcome, visit.place, visit.follow_up_on) == ("conversation", "home", None)


def test_a_visit_is_named_by_a_number(an):
    visit = make_visit(an, next_steps="Clavecimbel")
    assert str(visit.pk) in str(visit)
    assert "lavecimbel" not in str(visit)
