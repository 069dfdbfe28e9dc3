"""Erasing at the same moment as somebody else erases or writes, on real connections."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import User
from core import subjects, tombstones
from core.errors import Refused
from core.tombstones import Tombstone
from movements.models import Mandate
from privacy.enums import Right
from privacy.models import SubjectRequest
from privacy.services import answers, erasure
from privacy.services.erasure import erase
from privacy.services.requests import name_subjects, start_request
from recruitment.models import Child, Household
from recruitment.services import add_child, change_household
from testimonies.services import change_storyteller
from tests.factories import movements, people
from tests.privacy import people as some

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql_only(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def apart(call: Callable[[], Any]) -> Any:
    """Run it on a connection of its own; what it raises is its result."""
    try:
        return call()
    except (Refused, OperationalError) as error:
        return error
    finally:
        connections.close_all()


def while_erasing(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, erased: Callable[[], Any],
    other: Callable[[], Any],
) -> tuple[Any, Any]:  # fmt: skip
    """Start `other` when everything is emptied and not yet committed; results of both."""
    inside, go_on, real = threading.Event(), threading.Event(), tombstones.bury

    def wait(model: str, number: int) -> None:
        inside.set()
        go_on.wait(10)
        real(model, number)

    monkeypatch.setattr("core.tombstones.bury", wait)
    first = pool.submit(apart, erased)
    assert inside.wait(10)
    second = pool.submit(apart, other)
    assert not _done_within(second, 0.5)  # it waits
    go_on.set()
    return first.result(20), second.result(20)


def _done_within(future: Any, seconds: float) -> bool:
    try:
        future.result(seconds)
    except TimeoutError:
        return False
    return True


def erasing(model: str, row: Any, officer: User) -> Callable[[], Any]:
    return lambda: erase(kind=subjects.kind_of(model), person=row, by=officer)


def test_who_saves_meanwhile_is_refused(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, an = some.officer(), people.make_consultant()
    household = some.family(an).row
    version = household.version

    def save() -> Any:
        return change_household(household=household, by=an, version=version, notes="Terug")

    _lines, saved = while_erasing(
        pool, monkeypatch, erasing("recruitment.household", household, officer), save
    )
    assert isinstance(saved, Refused)
    household.refresh_from_db()
    assert (household.family_name, household.notes) == ("", "")


@pytest.mark.parametrize("late", ["child", "visit"])
def test_nothing_is_added_meanwhile(late: str, pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, an = some.officer(), people.make_consultant()
    household = some.family(an).row
    calls: dict[str, Callable[[], Any]] = {
        "child": lambda: add_child(household=household, first_name="A", birth_year=2012, by=an),
        "visit": lambda: people.make_visit(an, household, next_steps="Terug"),
    }
    _lines, added = while_erasing(
        pool, monkeypatch, erasing("recruitment.household", household, officer), calls[late]
    )
    assert isinstance(added, Refused)
    assert not Child.objects.exclude(birth_year=None).exists()


def test_nor_is_a_storyteller_corrected(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, an = some.officer(), people.make_consultant()
    teller = some.storyteller(an).row
    new = {"name": "F", "contact": "", "alias": "N", "birth_year": None}
    _lines, changed = while_erasing(
        pool,
        monkeypatch,
        erasing("testimonies.storyteller", teller, officer),
        lambda: change_storyteller(storyteller=teller, by=officer, **new),
    )
    assert isinstance(changed, Refused)
    teller.refresh_from_db()
    assert teller.is_erased


def test_two_who_erase_the_same_person(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = some.officer()
    row = some.child(people.make_consultant()).row
    call = erasing("recruitment.child", row, officer)
    first, second = while_erasing(pool, monkeypatch, call, call)
    # both saw the same lines before; the second found the work done
    assert {line.what for line in first} & {"emptied", "deleted"}
    assert not isinstance(second, Exception)
    assert Tombstone.objects.filter(model="recruitment.child", object_id=row.pk).count() == 1
    row.refresh_from_db()
    assert row.is_erased


# Two erasures that meet in the same rows: each holds the mandate of one and wants the other's.


def cross(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Erase two mandates of one person at once, each beginning with its own."""
    officer = some.officer()
    one = movements.ended(movements.mandate(email="lea@example.org", name="Lea"))
    two = movements.ended(movements.mandate(email="lea@example.org", name="Lea"))
    calls = [erasing("movements.mandate", row, officer) for row in (one, two)]
    return meeting(pool, monkeypatch, calls)


def meeting(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, calls: list[Callable[[], Any]]
) -> list[Any]:
    """Results of two calls that go on once both hold what they lock first."""
    barrier, real = threading.Barrier(2), erasure.effects_on

    def meet(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(1)  # both hold their own row now, unless one waits for the other
        return real(*args, **kwargs)

    monkeypatch.setattr(erasure, "effects_on", meet)
    return [future.result(30) for future in [pool.submit(apart, call) for call in calls]]


def test_they_do_not_wait_in_a_circle(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [result for result in cross(pool, monkeypatch) if isinstance(result, Exception)]
    assert set(Mandate.objects.values_list("name", "email")) == {("", "")}
    assert Tombstone.objects.count() == 2


def test_without_the_turn_they_would(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "one_at_a_time", lambda: None)
    assert [r for r in cross(pool, monkeypatch) if isinstance(r, OperationalError)]


def test_nor_do_two_requests_of_one_family(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One erases the family with its child, the other the child: each holds its own request."""
    officer, an = some.officer(), people.make_consultant()
    child = some.child(an).row
    asked = []
    for model, number in (
        ("recruitment.household", child.household_id),
        ("recruitment.child", child.pk),
    ):
        request = start_request(
            right=Right.ERASURE, identity_checked=True, note="Belde.", by=officer
        )
        asked += name_subjects(request=request, people=[(model, number)], by=officer)
    calls = [
        lambda subject=subject: answers.erase(
            subject=subject, number=subject.request_id, by=officer
        )
        for subject in asked
    ]
    results = meeting(pool, monkeypatch, calls)
    assert not [result for result in results if isinstance(result, Exception)]
    assert not any(request.note for request in SubjectRequest.objects.all())


def test_the_household_is_held_while_its_child_goes() -> None:
    """A change of keys reads names and writes fingerprints while it holds the household."""
    officer, an = some.officer(), people.make_consultant()
    child = some.child(an).row
    with transaction.atomic():
        erase(kind=subjects.kind_of("recruitment.child"), person=child, by=officer)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_is_held, child.household_id).result(10)


def _is_held(household: int) -> bool:
    try:
        with transaction.atomic():
            rows = Household.objects.select_for_update(skip_locked=True)
            return not rows.filter(pk=household).exists()
    finally:
        connections.close_all()
