"""Recording and correcting home visits."""

from datetime import date

import pytest
import time_machine

from core.errors import Refused, Stale
from core.logs import ActivityLog
from homevisits import services
from homevisits.enums import Outcome, Place, Purpose
from homevisits.models import HomeVisit
from tests.factories.people import make_consultant, make_household, make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]

TODAY, YESTERDAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 11)


@pytest.fixture
def march():
    with time_machine.travel("2026-03-10 10:00+01:00"):
        yield


@pytest.fixture
def an():
    return make_consultant("An")


def test_a_visit_keeps_what_was_said_of_it(an):
    bo = make_consultant("Bo")
    visit = services.record_visit(
        household=make_household(an),
        on=YESTERDAY,
        outcome=Outcome.CONVERSATION,
        place=Place.RECEPTION_CENTRE,
        purpose=Purpose.PRACTICAL,
        visitors=[an, bo],
        next_steps="Uniform zoeken.",
        follow_up_on=TOMORROW,
        by=bo,
    )
    visit.refresh_from_db()
    assert (visit.on, visit.outcome, visit.follow_up_on) == (YESTERDAY, "conversation", TOMORROW)
    assert (visit.place, visit.purpose) == ("reception_centre", "practical")
    assert (visit.next_steps, visit.recorded_by) == ("Uniform zoeken.", bo)
    assert set(visit.visitors.all()) == {an, bo}
    row = ActivityLog.objects.get(object_type="homevisits.homevisit")
    assert (row.verb, row.state, row.actor) == ("added", "conversation", bo.key)


def test_two_visits_on_one_day_are_two_rows(an):
    household = make_household(an)
    make_visit(an, household, on=TODAY)
    make_visit(an, household, on=TODAY)
    assert HomeVisit.objects.filter(household=household, on=TODAY).count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"on": TOMORROW},
        {"visitors": []},
        {"follow_up_on": YESTERDAY},
        {"outcome": Outcome.NOBODY_HOME, "on": TOMORROW},
    ],
)
def test_what_cannot_be_is_refused_and_not_written(an, fields):
    with pytest.raises(Refused):
        make_visit(an, **fields)
    assert not HomeVisit.objects.exists()


def test_who_went_may_be_open_when_there_was_no_conversation(an):
    assert make_visit(an, outcome=Outcome.CANCELLED, visitors=[]).follow_up_on is None


@pytest.mark.parametrize(
    ("went", "proposed"),
    [
        (TODAY, date(2026, 3, 17)),
        (date(2026, 3, 5), date(2026, 3, 17)),
    ],
)
def test_nobody_home_proposes_another_day(an, went, proposed):
    assert make_visit(an, on=went, outcome=Outcome.NOBODY_HOME).follow_up_on == proposed


def test_a_day_that_was_given_is_kept(an):
    visit = make_visit(an, outcome=Outcome.NOBODY_HOME, follow_up_on=TOMORROW)
    assert visit.follow_up_on == TOMORROW


def test_a_visit_is_corrected(an):
    bo, visit = make_consultant("Bo"), make_visit(an)
    services.change_visit(
        visit=visit, by=bo, version=0, visitors=[bo], on=YESTERDAY, outcome=Outcome.REFUSED
    )
    visit.refresh_from_db()
    assert (visit.on, visit.outcome, visit.version) == (YESTERDAY, "refused", 1)
    assert list(visit.visitors.all()) == [bo]
    row = ActivityLog.objects.get(verb="changed")
    assert row.fields == ["on", "outcome", "visitors"]


def test_the_second_of_two_corrections_is_refused(an):
    visit = make_visit(an, on=TODAY)
    services.change_visit(visit=visit, by=an, version=0, visitors=[an], on=YESTERDAY)
    with pytest.raises(Stale):
        services.change_visit(visit=visit, by=an, version=0, visitors=[an], on=TODAY)
    visit.refresh_from_db()
    assert visit.on == YESTERDAY


def test_a_correction_obeys_the_same_rules(an):
    visit = make_visit(an, on=YESTERDAY)
    with pytest.raises(Refused):
        services.change_visit(visit=visit, by=an, version=0, visitors=[], on=TODAY)
    visit.refresh_from_db()
    assert (visit.on, visit.visitors.count()) == (YESTERDAY, 1)
