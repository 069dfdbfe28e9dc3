"""One person of each kind, with a marker in every field that may tell who it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.enums import Role
from accounts.models import User
from core.calendar import today
from core.jobs import start
from core.outbox import enqueue
from movements.services import invite
from privacy.models import RequestSubject, SubjectRequest
from recruitment.models import Guidance
from recruitment.services import change_household
from tests.factories import movements, people

MARK = "Zzmark"  # in names and addresses; texts have it too
YEAR = 1991  # of birth, in no other row


@dataclass
class Person:
    """Somebody, as a kind and a row."""

    model: str
    row: Any


def officer() -> User:
    """Who erases."""
    return people.make_user(Role.PRIVACY_OFFICER, name="Olga Officer")


def account() -> Person:
    """An account that nothing holds any more, with a session, an upload and a mail on its way."""
    user = movements.user(f"{MARK} Account", f"{MARK}account@example.org".lower())
    Client().force_login(user)
    start(kind="list", owner=user.key, file_name=f"{MARK}.csv", data=MARK.encode())
    enqueue(kind="sign_in_code", object_id=user.pk, recipient=user.key, language="nl",
            payload={"code": MARK})  # fmt: skip
    return Person("accounts.user", user)


def leader() -> Person:
    """A mandate that is over, of somebody with an account, with a link that still works."""
    place = movements.movement(mailbox="groep@example.org")
    mandate = movements.mandate(
        place, name=f"{MARK} Leader", email=f"{MARK}leader@example.org", phone=f"0499 {MARK}"
    )
    invite(mandate=mandate, by=movements.coordinator())
    ended = movements.ended(mandate)
    return Person("movements.mandate", ended)


def family(owner: User) -> Person:
    """A family with a child, a path and a visit."""
    guidance = child_of(owner)
    return Person("recruitment.household", guidance.child.household)


def child_of(owner: User, **details: Any) -> Guidance:
    """The path of a child who became a member, and what was written about the family."""
    guidance = people.make_member(
        owner,
        first_name=f"{MARK} Child",
        birth_year=YEAR,
        family_name=f"{MARK} Family",
        **details,
    )
    household = guidance.child.household
    fields = ("guardian_name", "phone", "address", "language", "notes")
    change_household(
        household=household,
        by=owner,
        version=household.version,
        **{field: f"{MARK} {field}" for field in fields},
    )
    people.make_visit(
        owner, household, next_steps=f"{MARK} steps", follow_up_on=today() + timedelta(days=3)
    )
    household.refresh_from_db()
    return guidance


def child(owner: User) -> Person:
    """The only child of a family."""
    return Person("recruitment.child", child_of(owner).child)


def storyteller(collector: User) -> Person:
    """Somebody whose story is public."""
    story = people.make_story(
        collector,
        name=f"{MARK} Teller",
        contact=f"{MARK} contact",
        alias=f"{MARK} alias",
        title=f"{MARK} title",
        text=f"{MARK} text",
    )
    return Person("testimonies.storyteller", story.storyteller)


def asks(person: Person, by: User, right: str = "erasure", **fields: Any) -> SubjectRequest:
    """A request of that person, whose identity was checked."""
    fields = {"identity_checked": True, "note": f"{MARK} note", **fields}
    request = SubjectRequest.objects.create(right=right, handled_by=by, **fields)
    RequestSubject.objects.create(request=request, model=person.model, object_id=person.row.pk)
    return request


def everybody(staff: User) -> list[Person]:
    """One of each kind."""
    return [account(), leader(), family(staff), child(staff), storyteller(staff)]
