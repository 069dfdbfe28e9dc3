"""Who is in the team on which day, against a second reading of the rules, for random histories."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import last_days, people_with
from accounts.enums import STAFF, Role
from accounts.models import RoleGrant, User
from core.calendar import pretend
from programmes.models import DataAgreement, Partner, Secondment

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 3, 20), timedelta(days=1)
DAYS = [TODAY + shift * DAY for shift in range(-3, 34)]
PEOPLE, PARTNERS = 12, 3


def period(dice: Random) -> dict[str, Any]:
    """A period around today: open, with an end, or ended at a moment as the services write it."""
    start = TODAY + dice.randrange(-20, 10) * DAY
    kind = dice.choice(["open", "dated", "dated", "ended"])
    if kind == "open":
        return {"starts_on": start}
    if kind == "dated":
        return {"starts_on": start, "ends_on": start + dice.randrange(25) * DAY}
    moment = TODAY - dice.randrange(5) * DAY
    at = timezone.make_aware(datetime(moment.year, moment.month, moment.day, 12))
    return {"starts_on": start, "ends_on": max(moment, start), "ended_at": at}


def history(dice: Random) -> None:
    """People with granted roles and secondments, some of both, under agreements of each kind."""
    partners = [Partner.objects.create(name=f"Partner {n}") for n in range(PARTNERS)]
    for partner in partners:
        for number in range(dice.randrange(3)):
            when = period(dice)
            DataAgreement.objects.create(
                partner=partner, reference=f"{number}", signed_on=when["starts_on"], **when
            )
    for number in range(PEOPLE):
        user = User.objects.create(email=f"p{number}@example.test", full_name=f"Person {number}")
        if dice.random() < 0.4:
            RoleGrant.objects.create(user=user, role=dice.choice(list(STAFF)), **period(dice))
        for partner in dice.sample(partners, dice.randrange(3)):
            Secondment.objects.create(user=user, partner=partner, **period(dice))


def held(row: Any, day: date) -> bool:
    """Whether a dated row held on a day, whatever happened later."""
    if row.ended_at and timezone.localdate(row.ended_at) < row.starts_on:
        return False
    return bool(row.starts_on <= day and (row.ends_on is None or day <= row.ends_on))


def present(user: User, day: date) -> bool:
    """Whether somebody was or will be of the team on a day."""
    if any(held(grant, day) for grant in user.grants.all()):
        return True
    return any(
        held(secondment, day)
        and any(held(agreement, day) for agreement in secondment.partner.agreements.all())
        for secondment in user.secondments.all()
    )


def present_now(user: User) -> bool:
    """Whether somebody gets in at this moment: what was ended, at whatever moment, is over."""
    open_grants = [grant for grant in user.grants.all() if not grant.ended_at]
    seconded = [
        secondment
        for secondment in user.secondments.filter(ended_at=None)
        if held(secondment, TODAY)
        and any(held(one, TODAY) for one in secondment.partner.agreements.filter(ended_at=None))
    ]
    return bool(seconded) or any(held(grant, TODAY) for grant in open_grants)


def check(seed: int) -> None:
    history(Random(seed))
    everybody = list(User.objects.all())
    with pretend(TODAY):
        for day in DAYS:
            wanted = {user for user in everybody if present(user, day)}
            assert set(people_with(*STAFF, on=day)) == wanted, (seed, day)
        now = {user for user in everybody if present_now(user)}
        assert set(people_with(*STAFF)) == now, seed
        assert {user for user in everybody if STAFF & user.roles} == now, seed
        last = TODAY + 30 * DAY
        days = [day for day in DAYS if TODAY <= day <= last]
        leaving = {
            user: next(day for day in days if present(user, day) and not present(user, day + DAY))
            for user in everybody
            if any(present(user, day) and not present(user, day + DAY) for day in days)
        }
        assert last_days(*STAFF, first=TODAY, last=last) == leaving, seed
        assert last_days(Role.LEADER, first=TODAY, last=last) == {}


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(3))
def test_who_is_in_the_team_when(seed: int) -> None:
    check(seed)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 140))
def test_who_is_in_the_team_when_in_forty_more_histories(seed: int) -> None:
    check(seed)
