"""Many awards at the same moment: distinct numbers, one chain per movement."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models import QuerySet

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from labels.enums import PlanState
from labels.models import Certificate, Decision, Label, LabelNumber
from labels.services import assessment, awards
from labels.services.awards import award_label, give_back_label, pause_label, withdraw_label
from movements.models import Movement
from movements.services.mergers import merge_movements
from tests.factories.labels import Group
from tests.labels.awarding import award, decide, make_movement, person

START = date(2022, 11, 14)
THREADS = 20

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql_only(transactional_db: None, time_machine: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")
    time_machine.move_to("2022-12-01T12:00:00Z")


def at_once(calls: list[Callable[[], Any]], threads: int = THREADS) -> list[Any]:
    """Run the calls in threads that start together; results and errors in the order of calls."""
    barrier = threading.Barrier(min(threads, len(calls)))

    def run(call: Callable[[], Any]) -> Any:
        try:
            if waiting.pop() is not None:
                barrier.wait(10)
            return call()
        except (IntegrityError, OperationalError, Refused) as error:
            return error
        finally:
            connection.close()

    waiting: list[bool | None] = [None] * len(calls) + [True] * barrier.parties
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, calls))


def award_later(decision: Decision, by: User) -> Callable[[], Label]:
    return lambda: award_label(decision=decision, starts_on=START, by=by)


def assert_numbers(count: int) -> None:
    """Exactly 1…count, each once, and the row of the year says so."""
    numbers = sorted(Label.objects.values_list("number", flat=True))
    assert numbers == [f"2022-{n:03d}" for n in range(1, count + 1)]
    assert LabelNumber.objects.get().last == count


def assert_chain(movement: Movement) -> None:
    """Each label follows the one before it without a day in common."""
    labels = list(movement.labels.order_by("starts_on"))
    assert labels[0].previous_id is None
    for first, second in pairwise(labels):
        assert second.previous_id == first.pk
        assert second.starts_on == first.effective_end + timedelta(days=1)


def test_twenty_movements_at_once() -> None:
    by = person("Cora Coordinator")
    decisions = [decide(make_movement(f"M{n}"), START) for n in range(20)]
    results = at_once([award_later(d, by) for d in decisions])
    assert all(isinstance(result, Label) for result in results), results
    assert_numbers(20)
    assert Label.objects.valid_on(START).values("movement").distinct().count() == 20


def test_twenty_awards_to_one_movement_make_one_chain() -> None:
    by, movement = person("Cora Coordinator"), make_movement()
    decisions = [decide(movement, START) for _n in range(20)]
    results = at_once([award_later(d, by) for d in decisions])
    assert all(isinstance(result, Label) for result in results), results
    assert_numbers(20)
    assert_chain(movement)
    assert Label.objects.valid_on(START).count() == 1


def test_one_decision_awarded_twenty_times_gives_one_label() -> None:
    by, decision = person("Cora Coordinator"), decide(make_movement(), START)
    results = at_once([award_later(decision, by)] * 20)
    assert sum(isinstance(result, Label) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 19
    assert_numbers(1)


def test_one_label_ended_twenty_times_ends_once() -> None:
    by, label = person("Cora Coordinator"), award(day=START)
    services = [withdraw_label, give_back_label] * 10
    results = at_once([lambda s=s: s(label=label, by=by, reason="Gestopt") for s in services])
    assert sum(isinstance(result, Refused) for result in results) == 19
    assert label.events.count() == 1


def test_pauses_and_ends_at_once_leave_a_story_that_can_be_true() -> None:
    by, label = person("Cora Coordinator"), award(day=START)
    services = [pause_label, withdraw_label] * 10
    results = at_once([lambda s=s: s(label=label, by=by, reason="Gestopt") for s in services])
    assert sum(isinstance(result, Refused) for result in results) in {18, 19}
    kinds = list(label.events.order_by("pk").values_list("kind", flat=True))
    assert kinds in (["withdrawn"], ["paused", "withdrawn"])


@pytest.mark.parametrize("checks", [True, False], ids=["as it is", "without the check"])
def test_a_movement_that_goes_while_its_label_is_awarded(
    checks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merger comes after the rules of the step were asked and before the label is there."""
    group, target = Group(state=PlanState.PROPOSED), make_movement("Nieuw")
    by, award_now = group.coordinator, assessment.award_label

    def merge() -> None:
        merge_movements(source=group.movement, target=target, on=today(), by=by)

    def award_late(**given: Any) -> Label:
        assert at_once([merge]) == [None]
        return award_now(**given)

    monkeypatch.setattr(assessment, "award_label", award_late)
    if not checks:
        monkeypatch.setattr(Movement, "exists_on", lambda movement, day: True)
    results = at_once([lambda: assessment.confirm(decision=group.decision, by=by)])
    assert isinstance(results[0], Refused if checks else Label)
    assert Label.objects.valid_on(today()).count() == (0 if checks else 1)
    group.plan.refresh_from_db()
    assert (group.plan.state == PlanState.PROPOSED) is checks


@pytest.mark.proof
def test_two_hundred_awards_over_forty_movements() -> None:
    by = person("Cora Coordinator")
    movements = [make_movement(f"M{n}") for n in range(40)]
    decisions = [decide(movements[n % 40], START) for n in range(200)]
    results = at_once([award_later(d, by) for d in decisions])
    assert all(isinstance(result, Label) for result in results), results
    assert_numbers(200)
    for movement in movements:
        assert_chain(movement)
    assert Label.objects.valid_on(START).count() == 40


# Negative controls: without its lock, each of these fails as it should -------------------------


def test_without_the_lock_on_the_year_two_labels_want_one_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = person("Cora Coordinator")
    LabelNumber.objects.create(year=2022)
    decisions = [decide(make_movement(f"M{n}"), START) for n in range(4)]
    meet, save = threading.Barrier(4), LabelNumber.save

    def save_after_all_have_read(self: LabelNumber, **options: Any) -> None:
        meet.wait(10)
        save(self, **options)

    monkeypatch.setattr(LabelNumber, "save", save_after_all_have_read)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    results = at_once([award_later(d, by) for d in decisions])
    errors = [result for result in results if isinstance(result, IntegrityError)]
    assert len(errors) == 3
    assert all("labels_label_number" in str(error) for error in errors)


def all_look_first(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """No award takes its number before each of them has read that the movement has no label."""
    meet, number = threading.Barrier(count), awards._next_number

    def number_after_all_have_looked(decision: Decision) -> str:
        meet.wait(10)
        return number(decision)

    monkeypatch.setattr(awards, "_next_number", number_after_all_have_looked)


def test_without_the_lock_on_the_movement_only_the_database_keeps_one_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by, movement = person("Cora Coordinator"), make_movement()
    decisions = [decide(movement, START) for _n in range(4)]
    all_look_first(monkeypatch, len(decisions))
    monkeypatch.setattr(awards, "_lock_movement", lambda d: Movement.objects.get(pk=movement.pk))
    results = at_once([award_later(d, by) for d in decisions])
    errors = [result for result in results if isinstance(result, IntegrityError)]
    assert len(errors) == 3
    assert all("label_one_first" in str(error) for error in errors)
    assert Label.objects.valid_on(START).count() == 1


@pytest.fixture
def _no_rules_of_the_chain(transactional_db: None) -> Iterator[None]:
    """The database holds neither that there is one first label, nor that each follows another."""
    [one_first] = [c for c in Label._meta.constraints if c.name == "label_one_first"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Label, one_first)
        editor.execute("ALTER TABLE labels_label DISABLE TRIGGER labels_label_chain_insert")
    yield
    Certificate.objects.all().delete()
    Label.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Label, one_first)
        editor.execute("ALTER TABLE labels_label ENABLE TRIGGER labels_label_chain_insert")


@pytest.mark.usefixtures("_no_rules_of_the_chain")
def test_without_lock_and_constraint_a_movement_has_two_valid_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by, movement = person("Cora Coordinator"), make_movement()
    decisions = [decide(movement, START) for _n in range(4)]
    all_look_first(monkeypatch, len(decisions))
    monkeypatch.setattr(awards, "_lock_movement", lambda d: Movement.objects.get(pk=movement.pk))
    at_once([award_later(d, by) for d in decisions])
    assert Label.objects.valid_on(START).filter(movement=movement).count() == 4
    with pytest.raises(AssertionError):
        assert_chain(movement)


def test_without_the_lock_on_the_movement_a_label_ends_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by, label = person("Cora Coordinator"), award(day=START)
    meet, check = threading.Barrier(2), awards._check_event

    def check_and_wait(*args: Any) -> None:
        check(*args)
        meet.wait(10)

    monkeypatch.setattr(awards, "_check_event", check_and_wait)
    monkeypatch.setattr(awards, "_lock_label", lambda label: Label.objects.get(pk=label.pk))
    calls = [lambda: withdraw_label(label=label, by=by, reason="Gestopt")] * 2
    errors = [result for result in at_once(calls) if isinstance(result, IntegrityError)]
    assert len(errors) == 1
    assert "labelevent_final_once" in str(errors[0])
