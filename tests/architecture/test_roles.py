"""The roles of a person and the people of a role are the same facts, asked from two sides."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import people_with, reasons_of, roles_of
from accounts.enums import STAFF, Role
from accounts.models import User
from core.calendar import pretend, today
from movements.forms import staff_members
from recruitment.selectors import team
from tests.architecture.world import World

R = Role
ROLES_TODAY = {
    "coordinator": {R.COORDINATOR},
    "second_coordinator": {R.COORDINATOR},
    "consultant": {R.CONSULTANT},
    "backup": {R.CONSULTANT},
    "colleague": {R.CONSULTANT},
    "seconded": {R.CONSULTANT},
    "alderman": {R.ALDERMAN},
    "privacy_officer": {R.PRIVACY_OFFICER},
    "leader": {R.LEADER},
    "minor_leader": {R.LEADER},
    "future_leader": {R.LEADER},
    "secondment_over": set(),
    "agreement_ended": set(),
    "ended_leader": set(),
    "inactive": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("who", ROLES_TODAY)
def test_who_has_which_role(world: World, who: str) -> None:
    assert world.user(who).roles == ROLES_TODAY[who]


def days() -> list[date]:
    return [today() + timedelta(days=shift) for shift in (-400, -1, 0, 1, 39, 40, 50, 51, 400)]


def test_both_sides_agree_on_any_day_and_for_any_role(world: World) -> None:
    everybody = list(User.objects.all())
    for day in days():
        with pretend(day):
            for role in Role:
                having = [user for user in everybody if role in roles_of(user)]
                assert set(people_with(role)) == set(having), (day, role)


def test_somebody_with_two_roles_stands_there_once_by_name(world: World) -> None:
    found = list(people_with(*Role))
    assert len(found) == len({user.pk for user in found})
    assert [user.full_name for user in found] == sorted(user.full_name for user in found)


def test_lists_of_the_team_hold_the_people_of_partners(world: World) -> None:
    wanted = {name for name, roles in ROLES_TODAY.items() if roles & STAFF}
    people = {world.people[name] for name in wanted}
    assert set(team()) == set(staff_members()) == people


def test_all_roles_cost_one_query_whatever_their_number(world: World) -> None:
    for who in ("coordinator", "seconded", "leader", "nobody"):
        user = world.user(who)
        with CaptureQueriesContext(connection) as queries:
            assert user.roles == ROLES_TODAY[who]
        assert len(queries) == 1


def test_every_role_has_a_reason_that_holds(world: World) -> None:
    for who, roles in ROLES_TODAY.items():
        holding = {reason.role for reason in reasons_of(world.people[who]) if reason.holds}
        if who == "future_leader":
            assert holding == set()  # the mandate itself begins later
        elif who != "inactive":
            assert holding == roles, who
