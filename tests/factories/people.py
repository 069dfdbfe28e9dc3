"""Families, visits and stories for tests, made by the services."""

from datetime import date
from itertools import count
from typing import Any

from accounts.enums import Role
from accounts.models import RoleGrant, User
from core.calendar import today
from homevisits.enums import Outcome
from homevisits.models import HomeVisit
from homevisits.services import record_visit
from movements.models import Movement
from recruitment.enums import Confirmation
from recruitment.models import Guidance, Household
from recruitment.services import open_household, record_member, take_in
from testimonies.enums import Channel, Giver, StorytellerKind
from testimonies.models import Testimony, TestimonyConsent
from testimonies.rules import required_givers
from testimonies.services import approve, collect, give_consent, publish
from tests.factories.movements import movement

_numbers = count(1)
FIRST_NAMES = ["Amina", "Yusuf", "Marta", "Omar", "Lina", "Adam", "Sofia", "Bilal"]


def make_user(*roles: Role, name: str = "") -> User:
    """Somebody with these roles since 2020."""
    number = next(_numbers)
    user = User(email=f"people{number}@example.test", full_name=name or f"Staff {number}")
    user.set_unusable_password()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, starts_on=date(2020, 1, 1))
    return user


def make_consultant(name: str = "") -> User:
    """A member of the team."""
    return make_user(Role.CONSULTANT, name=name)


def make_group(name: str = "") -> Movement:
    """A movement for children to join."""
    return movement(name)


def make_household(by: User, family_name: str = "El Idrissi", **details: Any) -> Household:
    """A household without children."""
    return open_household(family_name=family_name, by=by, **details)


def make_guidance(by: User, first_name: str = "Amina", **details: Any) -> Guidance:
    """A child whose path just began, in a household of its own unless told."""
    details = {"birth_year": 2014, **details}
    if "household" not in details:
        details.setdefault("family_name", "El Idrissi")
    return take_in(first_name=first_name, by=by, **details)


def make_member(by: User, on: date | None = None, **details: Any) -> Guidance:
    """Another child who became a member on a day (today when not said)."""
    number = next(_numbers)
    details = {
        "family_name": f"Family {number}",
        "first_name": FIRST_NAMES[number % len(FIRST_NAMES)],
        "birth_year": 2014,
        "confirmation": Confirmation.MOVEMENT,
        **details,
    }
    if "movement" not in details:
        details["movement"] = make_group()
    return record_member(by=by, on=on, **details)


def make_visit(
    by: User,
    household: Household | None = None,
    on: date | None = None,
    outcome: Outcome = Outcome.CONVERSATION,
    **fields: Any,
) -> HomeVisit:
    """A visit by `by`, with a conversation unless told."""
    return record_visit(
        household=household or make_household(by),
        on=on or today(),
        outcome=outcome,
        by=by,
        **{"visitors": [by], **fields},
    )


def make_testimony(by: User, **fields: Any) -> Testimony:
    """What an adult told, collected today."""
    return collect(
        by=by,
        **{
            "name": "Fatima Bensaïd",
            "alias": "Nour",
            "kind": StorytellerKind.PARENT,
            "title": "Een plek in de groep",
            "text": "Mijn dochter lacht weer op zaterdag.",
            **fields,
        },
    )


def make_consent(testimony: Testimony, giver: Giver, **fields: Any) -> TestimonyConsent:
    """A yes for the site, given today."""
    return give_consent(
        testimony=testimony,
        giver=giver,
        by=testimony.collected_by,
        **{
            "channel": Channel.SITE,
            "given_on": today(),
            "text_version": "1",
            "language": testimony.language,
            **fields,
        },
    )


def make_story(by: User, **fields: Any) -> Testimony:
    """A published story, with the consents it needs, all of today."""
    testimony = make_testimony(by, **fields)
    for giver in required_givers(testimony.storyteller, today()):
        make_consent(testimony, giver)
    approve(testimony=testimony, by=by)
    return publish(testimony=testimony, by=by)
