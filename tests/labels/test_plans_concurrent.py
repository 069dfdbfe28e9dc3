"""Two people at the same moment; with the lock off a text is lost, so the lock is what saves it."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from core.errors import Refused, Stale
from labels.enums import PlanState
from labels.models import ActionPoint
from labels.services import assessment, plans
from tests.factories.labels import Group, coordinator

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql_only(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; results, or what was refused."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return call()
        except Refused as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def two_writers(group: Group) -> list[Any]:
    def write(text: str) -> Callable[[], ActionPoint]:
        return lambda: group.write(1, commitment=text, version=1)

    return at_once(write("Van Lotte."), write("Van Sam."))


def meet_between_reading_and_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read before either writes, as far as locks let them."""
    barrier, read = threading.Barrier(2), plans.point_to_write

    def read_and_wait(**given: Any) -> ActionPoint:
        point = read(**given)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(1)  # breaks when the other one waits at the lock, as it should
        return point

    monkeypatch.setattr(plans, "point_to_write", read_and_wait)


def test_of_two_writers_one_is_told_and_no_text_is_lost(monkeypatch):
    group = Group()
    meet_between_reading_and_writing(monkeypatch)
    results = two_writers(group)
    refused = [r for r in results if isinstance(r, Stale)]
    written = [r for r in results if isinstance(r, ActionPoint)]
    assert (len(refused), len(written)) == (1, 1)
    point = group.plan.points.get(number=1)
    assert (point.version, point.commitment) == (2, written[0].commitment)


def test_without_the_locks_a_text_is_lost(monkeypatch):
    """The negative control: the race is real, and it is the lock that prevents it."""
    group = Group()
    meet_between_reading_and_writing(monkeypatch)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    results = two_writers(group)
    assert all(isinstance(result, ActionPoint) for result in results)
    point = group.plan.points.get(number=1)
    assert {r.commitment for r in results} == {"Van Lotte.", "Van Sam."}
    assert point.version == 2  # two were told "saved", one text is gone


def test_without_the_version_a_text_is_lost():
    """The other half: one after the other, each believing to be the first."""
    group = Group()
    group.write(1, commitment="Van Lotte.")
    with pytest.raises(Stale):
        group.write(1, commitment="Van Sam.", version=1)
    group.write(1, commitment="Van Sam.", version=2)  # what a form without the version would do
    assert group.plan.points.get(number=1).commitment == "Van Sam."


def test_writing_and_handing_in_at_once_never_changes_a_plan_that_is_handed_in(monkeypatch):
    group = Group()
    written, _handed_in = at_once(
        lambda: group.write(1, commitment="Op de valreep."), lambda: group.take("submit")
    )
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.SUBMITTED
    stands = group.plan.points.get(number=1).commitment == "Op de valreep."
    assert stands == isinstance(written, ActionPoint)


def test_two_colleagues_start_the_discussion_once():
    group = Group(state=PlanState.SUBMITTED)

    def start() -> Any:
        return assessment.start_discussion(plan=group.plan, by=group.consultant)

    results = at_once(start, start)
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert group.plan.steps.filter(action="discuss").count() == 1


def test_two_coordinators_confirm_once():
    group = Group(state=PlanState.PROPOSED)
    people = [group.coordinator, coordinator("Tweede Coordinator")]
    results = at_once(
        *(
            lambda by=by: assessment.confirm(decision=group.plan.decisions.get(), by=by)
            for by in people
        )
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert group.movement.labels.count() == 1


def test_two_leaders_start_one_plan():
    group = Group(state=PlanState.DRAFT)
    other = Group("Groep twee")
    other.plan.points.all().delete()
    other.plan.delete()

    def start() -> Any:
        return plans.open_plan(movement=other.movement, by=other.leader)

    results = at_once(start, start)
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert other.movement.plans.count() == 1
    assert group.plan.points.count() == 10
