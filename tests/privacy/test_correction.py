"""Correcting: by the service of each app, so its rules and its log hold."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core import subjects
from core.errors import Refused
from core.logs import ActivityLog
from movements.models import Mandate
from privacy.services.correction import correct
from recruitment.models import Household
from recruitment.services import change_child
from testimonies.models import Storyteller
from testimonies.services import change_storyteller
from tests.factories import movements, people
from tests.privacy import people as some

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return some.officer()


def child(by: User) -> Any:
    return people.make_guidance(by).child


PEOPLE: dict[str, tuple[Callable[[User], Any], dict[str, Any]]] = {
    "accounts.user": (
        lambda by: movements.user("Tom"),
        {"full_name": "Thomas", "email": "thomas@example.org", "language": "fr"},
    ),
    "movements.mandate": (
        lambda by: movements.mandate(name="Lea"),
        {"name": "Léa", "email": "lea@example.org", "phone": "0499 00 11 22"},
    ),
    "recruitment.household": (
        people.make_household,
        {
            "family_name": "Peeters",
            "guardian_name": "Mia",
            "phone": "0499",
            "address": "Kerkstraat 1",
            "language": "Dari",
            "notes": "Belt liever",
        },
    ),
    "recruitment.child": (child, {"first_name": "Amine", "birth_year": 2013}),
    "testimonies.storyteller": (
        lambda by: people.make_story(by).storyteller,
        {"name": "Fatma", "contact": "0499", "alias": "Noor", "birth_year": 1985},
    ),
}


def test_each_kind_can_be_corrected() -> None:
    assert set(PEOPLE) == {kind.model for kind in subjects.kinds() if kind.correct}
    assert len(PEOPLE) == len(subjects.kinds())
    for kind in subjects.kinds():
        assert set(PEOPLE[kind.model][1]) == set(kind.corrected)


@pytest.mark.parametrize("model", PEOPLE)
def test_what_is_typed_is_kept_and_logged_by_name(model: str, officer: User) -> None:
    make, values = PEOPLE[model]
    person, kind = make(people.make_consultant()), subjects.kind_of(model)
    correct(kind=kind, person=person, by=officer, values=values)
    person = kind.table._base_manager.get(pk=person.pk)
    assert {name: getattr(person, name) for name in values} == values
    row = ActivityLog.objects.filter(object_type=model, object_id=person.pk).latest("pk")
    assert (row.actor, row.verb) == (officer.key, "changed")
    assert set(row.fields) <= {*values, "user", "turns_18_on"}


@pytest.mark.parametrize("model", PEOPLE)
def test_nothing_new_is_no_change(model: str, officer: User) -> None:
    make, names = PEOPLE[model]
    person, kind = make(people.make_consultant()), subjects.kind_of(model)
    values = {name: getattr(person, name) for name in names}
    correct(kind=kind, person=person, by=officer, values=values)
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in names} == values


def test_a_new_name_is_found(officer: User) -> None:
    by = people.make_consultant()
    household, teller = people.make_household(by), people.make_story(by).storyteller
    kid = people.make_guidance(by, household=household).child
    for person, values in (
        (household, {**PEOPLE["recruitment.household"][1]}),
        (kid, {"first_name": "Zoë", "birth_year": 2014}),
        (teller, PEOPLE["testimonies.storyteller"][1]),
    ):
        kind = subjects.kind_of(person._meta.label_lower)
        correct(kind=kind, person=person, by=officer, values=values)
    assert Household.objects.named("zoe peeters").exists()
    assert not Household.objects.named("El Idrissi").exists()
    assert Storyteller.objects.named("Fatma").exists()


def test_a_leader_is_corrected_in_each_mandate(officer: User) -> None:
    one = movements.mandate(name="Lae", email="lea@example.org")
    movements.ended(movements.mandate(name="Lae", email="lea@example.org"))
    values = {"name": "Lea", "email": "lea@example.org", "phone": ""}
    correct(kind=subjects.kind_of("movements.mandate"), person=one, by=officer, values=values)
    assert list(Mandate.objects.values_list("name", flat=True)) == ["Lea", "Lea"]


# Refused ---------------------------------------------------------------------------------------


def test_the_rules_of_the_app_hold(officer: User) -> None:
    by = people.make_consultant()
    kid, user = people.make_guidance(by).child, movements.user("Tom")
    with pytest.raises(Refused):
        change_child(child=kid, first_name="Amina", birth_year=1900, by=officer)
    with pytest.raises(Refused):
        change_child(child=kid, first_name=" ", birth_year=2014, by=officer)
    values = {"full_name": "Tom", "email": by.email, "language": "nl"}
    with pytest.raises(ValidationError):
        correct(kind=subjects.kind_of("accounts.user"), person=user, by=officer, values=values)
    teller = people.make_story(by, kind="child", birth_year=2012).storyteller
    with pytest.raises(Refused):
        change_storyteller(
            storyteller=teller, name="A", contact="", alias="B", birth_year=None, by=officer
        )


def test_the_address_of_a_colleague_is_for_a_coordinator(officer: User) -> None:
    """Whoever sets the address decides who signs in there."""
    colleague = people.make_consultant()
    kind = subjects.kind_of("accounts.user")
    values = {"full_name": "Ann", "email": "taken.over@demo.example", "language": "nl"}
    with pytest.raises(Refused):
        correct(kind=kind, person=colleague, by=officer, values=values)
    kept = {**values, "email": colleague.email}
    correct(kind=kind, person=colleague, by=officer, values=kept)
    colleague.refresh_from_db()
    assert (colleague.full_name, colleague.email) == ("Ann", kept["email"])


def test_only_what_can_be_corrected(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kid = people.make_guidance(people.make_consultant()).child
    kind = subjects.kind_of("recruitment.child")
    with pytest.raises(ValueError, match="does not correct"):
        correct(kind=kind, person=kid, by=officer, values={"household": 1})
    monkeypatch.setattr(kind, "correct", None)
    with pytest.raises(Refused):
        correct(kind=kind, person=kid, by=officer, values={})
