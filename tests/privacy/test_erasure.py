"""Erasing: what is shown before is what happens, and nothing that says who it was is left."""

from collections.abc import Callable

import pytest

from accounts.models import User
from core import subjects
from privacy.services.erasure import erase, plan_erasure
from tests.factories import people
from tests.privacy import people as some
from tests.privacy.dump import differences, dump
from tests.privacy.people import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return some.officer()


@pytest.fixture
def staff() -> User:
    return people.make_consultant()


MAKERS: dict[str, Callable[[User], Person]] = {
    "accounts.user": lambda staff: some.account(),
    "movements.mandate": lambda staff: some.leader(),
    "recruitment.household": some.family,
    "recruitment.child": some.child,
    "testimonies.storyteller": some.storyteller,
}
kinds = pytest.mark.parametrize("model", MAKERS)


def test_each_kind_is_tested() -> None:
    assert set(MAKERS) == {kind.model for kind in subjects.kinds()}


@kinds
def test_what_is_shown_is_what_happens(model: str, officer: User, staff: User) -> None:
    person = MAKERS[model](staff)
    some.asks(person, officer)
    kind = subjects.kind_of(model)
    before = dump()
    lines = plan_erasure(kind=kind, person=person.row)
    assert differences(before, dump()) == ({}, {}, {})
    erase(kind=kind, person=person.row, by=officer)
    changed, gone, came = differences(before, dump())
    told = {line.model: set(line.fields) for line in lines if line.what == "emptied"}
    rows = {line.model: line.rows for line in lines if line.what == "emptied"}
    happened = {m: set().union(*by_row.values()) - {"version"} for m, by_row in changed.items()}
    assert {m: {f.removesuffix("_id") for f in fields} for m, fields in happened.items()} == told
    assert {m: len(by_row) for m, by_row in changed.items()} == rows
    deleted = {line.model: line.rows for line in lines if line.what == "deleted"}
    assert {m: len(numbers) for m, numbers in gone.items()} == deleted
    assert set(came) == {"core.activitylog", "core.tombstone"}
