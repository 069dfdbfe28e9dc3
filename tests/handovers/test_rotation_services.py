"""Starts, ends, corrections, merges and renames in any order: teams and rotations of the oracle."""

import contextlib
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from core.calendar import pretend
from core.errors import Refused
from handovers.selectors import rotation
from handovers.selectors.rotation import rotations_by_movement, rotations_of
from movements.enums import Function
from movements.models import Mandate
from movements.services import change_mandate, confirm_mandates, end_mandate, record_mandate
from movements.services.life import rename_movement
from movements.services.people import merge_people
from tests.factories import movements as make
from tests.handovers import oracle
from tests.handovers.oracle import Fact

pytestmark = pytest.mark.django_db
FIRST = date(2024, 3, 1)


class History:
    """A movement to which something happens on each of a row of days, by the dice."""

    def __init__(self, seed: int) -> None:
        self.dice, self.day = Random(seed), FIRST
        with pretend(self.day):
            self.movement, self.staff = make.movement(), make.coordinator()
        steps: list[Callable[[], Any]] = [self.start, self.start, self.end, self.correct]
        self.steps = [*steps, self.correct, self.confirm, self.merge, self.rename]

    def go_on(self) -> None:
        self.day += timedelta(days=self.dice.randint(1, 45))
        # what a rule refuses changes nothing, for either side
        with pretend(self.day), contextlib.suppress(Refused):
            self.dice.choice(self.steps)()

    def some(self) -> Mandate:
        """A mandate that there is."""
        rows = list(self.movement.mandates.recorded().order_by("pk"))
        if not rows:
            raise Refused("nobody yet")
        return self.dice.choice(rows)

    def near(self) -> date:
        return self.day + timedelta(days=self.dice.randint(-120, 120))

    def start(self) -> None:
        starts_on = self.near()
        record_mandate(
            movement=self.movement,
            name="Somebody",
            email=f"p{self.dice.randint(1, 6)}@example.org",
            function=self.dice.choice([Function.MAIN_LEADER, Function.LEADER]),
            starts_on=starts_on,
            ends_on=self.dice.choice([None, starts_on + timedelta(days=self.dice.randint(0, 400))]),
            by=self.staff,
        )

    def end(self) -> None:
        end_mandate(mandate=self.some(), by=self.staff)

    def correct(self) -> None:
        """Late and backdated: another start, another end, another function."""
        mandate = self.some()
        starts_on = self.dice.choice([mandate.starts_on, self.near()])
        ends_on = self.dice.choice([None, starts_on + timedelta(days=self.dice.randint(0, 300))])
        function = self.dice.choice([Function.MAIN_LEADER, Function.LEADER])
        fields = {"starts_on": starts_on, "ends_on": ends_on, "function": function}
        change_mandate(mandate=mandate, by=self.staff, **fields)

    def confirm(self) -> None:
        confirm_mandates(movement=self.movement, mandates=[self.some()], by=self.staff)

    def merge(self) -> None:
        merge_people(keep=self.some(), other=self.some(), by=self.staff)

    def rename(self) -> None:
        rename_movement(movement=self.movement, name=f"Name {self.day}", on=self.day, by=self.staff)

    def facts(self) -> list[Fact]:
        """The rows as somebody would write them on paper."""
        return [
            Fact(
                row.pk,
                row.starts_on,
                row.confirmed_on,
                row.function == Function.MAIN_LEADER,
                row.user_id,
                row.email,
                row.ends_on,
                timezone.localdate(row.ended_at) if row.ended_at else None,
                row.merged_into_id is not None,
            )
            for row in Mandate.objects.filter(movement=self.movement)
        ]

    def check(self) -> None:
        facts = self.facts()
        assert rotations_of(self.movement, until=self.day) == oracle.rotations(facts, self.day)
        for day in (self.day, self.near()):
            team = Mandate.objects.active(day).filter(movement=self.movement)
            holding = {fact.number for fact in facts if oracle.holds(fact, day)}
            assert set(team.values_list("pk", flat=True)) == holding


def live_through(seed: int, steps: int) -> None:
    history = History(seed)
    for number in range(steps):
        history.go_on()
        if number % 5 == 4:
            history.check()


@pytest.mark.parametrize("seed", range(3))
def test_some_lives_of_a_team(seed: int) -> None:
    live_through(seed, 25)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_lives_of_a_team(seed: int) -> None:
    live_through(seed, 40)


def test_many_movements_have_the_rotations_of_each(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    histories = [History(seed) for seed in (1, 2, 3)]
    for history in histories:
        for _step in range(25):
            history.go_on()
    asked, day = histories[:2], FIRST + timedelta(days=800)
    expected = {one.movement.pk: rotations_of(one.movement, until=day) for one in asked}
    assert any(expected.values())
    for many in (500, 0):
        monkeypatch.setattr(rotation, "MANY", many)
        with django_assert_num_queries(1):
            assert rotations_by_movement(expected, until=day) == expected
