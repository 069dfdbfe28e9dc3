"""Any life of movements, told in any order: the same sets, names and teams as the oracle says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.errors import Refused
from movements.models import Mandate, Movement
from movements.selectors.life import may_go_along, name_on
from movements.services import change_movement, create_movement, record_mandate
from movements.services.life import (
    pause_movement,
    rename_movement,
    resume_movement,
    stop_movement,
    take_back_name,
)
from movements.services.mergers import merge_movements, split_movement
from tests.factories import movements as make
from tests.movements.life_oracle import World

pytestmark = pytest.mark.django_db
ZERO, TODAY, LAST = date(2025, 3, 1), 8, 12
fast = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}

days = st.integers(1, LAST - 2)
groups = st.integers(0, 3)
names = st.sampled_from(["Ekster", "Merel", "Spreeuw"])
maybe = st.one_of(st.none(), days)
acts = st.one_of(
    st.tuples(st.just("pause"), groups, days, maybe),
    st.tuples(st.just("resume"), groups, days),
    st.tuples(st.just("rename"), groups, names, days),
    st.tuples(st.just("forget_name"), groups, st.integers(0, 1)),
    st.tuples(st.just("stop"), groups, days),
    st.tuples(st.just("correct"), groups, days, maybe, names),
    st.tuples(st.just("merge"), groups, groups, days),
    st.tuples(st.just("split"), groups, days, names),
)
lives = st.tuples(
    st.lists(st.tuples(st.integers(0, 4), names), min_size=2, max_size=3),
    st.lists(acts, min_size=2, max_size=8),
)

# what a few examples drawn by chance may miss
LED_ON = (
    [(0, "Ekster"), (0, "Merel"), (0, "Spreeuw")],
    [("merge", 1, 2, 7), ("merge", 0, 1, 4), ("stop", 2, 9)],
)
PLANNED_THEN_MERGED = (
    [(0, "Ekster"), (0, "Merel")],
    [("stop", 1, 10), ("split", 1, 6, "Spreeuw"), ("merge", 1, 0, 7), ("merge", 2, 0, 8)],
)
BEGAN_EARLIER = (
    [(0, "Ekster"), (4, "Merel")],
    [("correct", 1, 1, None, "Merel"), ("pause", 1, 2, None), ("merge", 1, 0, 3)],
)
PAUSES_AND_NAMES = (
    [(0, "Ekster"), (0, "Merel")],
    [
        ("pause", 0, 2, 7),
        ("resume", 0, 5),
        ("pause", 0, 4, None),
        ("pause", 0, 9, None),
        ("rename", 0, "Merel", 4),
        ("rename", 0, "Spreeuw", 3),
        ("rename", 1, "Ekster", 5),
        ("forget_name", 0, 0),
    ],
)


def on(number: int | None) -> Any:
    return None if number is None else ZERO + timedelta(days=number)


class Product:
    """The same acts, by the services."""

    def __init__(self) -> None:
        self.by, self.federation = make.user(), make.federation()
        self.movements: list[Movement] = []
        self.people: dict[str, int] = {}

    def start(self, day: int, name: str) -> bool:
        movement = create_movement(
            federation=self.federation, name=name, started_on=on(day), by=None
        )
        self.movements.append(movement)
        number = len(self.people) + 1
        self.people[f"p{number}@example.org"] = number
        record_mandate(
            movement=movement,
            name=f"P {number}",
            email=f"p{number}@example.org",
            function="leader",
            starts_on=on(day),
            by=None,
        )
        return True

    def correct(self, number: int, first: int, last: int | None, name: str) -> bool:
        dates = {"started_on": on(first), "stopped_on": on(last)}
        change_movement(movement=self.movements[number], by=None, name=name, **dates)
        return True

    def stop(self, number: int, day: int) -> bool:
        return bool(stop_movement(movement=self.movements[number], on=on(day), by=self.by))

    def pause(self, number: int, first: int, last: int | None) -> bool:
        movement = self.movements[number]
        return bool(
            pause_movement(movement=movement, starts_on=on(first), ends_on=on(last), by=None)
        )

    def resume(self, number: int, day: int) -> bool:
        return bool(resume_movement(movement=self.movements[number], on=on(day), by=None))

    def rename(self, number: int, name: str, day: int) -> bool:
        movement = self.movements[number]
        return bool(rename_movement(movement=movement, name=name, on=on(day), by=None))

    def forget_name(self, number: int, which: int) -> bool:
        formers = list(self.movements[number].former_names.order_by("until"))
        if which < len(formers):
            take_back_name(former=formers[which], by=None)
        return which < len(formers)

    def merge(self, number: int, other: int, day: int) -> bool:
        source, target = self.movements[number], self.movements[other]
        going = [mandate.pk for mandate in may_go_along(source, on(day))]
        merge_movements(source=source, target=target, on=on(day), going=going, by=self.by)
        return True

    def split(self, number: int, day: int, name: str) -> bool:
        source = self.movements[number]
        going = [mandate.pk for mandate in may_go_along(source, on(day))]
        data = {"federation": self.federation, "name": name}
        new = split_movement(source=source, on=on(day), going=going, by=self.by, **data)
        self.movements.append(new)
        return True


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened: one database serves many lives."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def live(world: World, product: Product, life: tuple) -> None:
    """Do everything twice, and agree each time on whether it can be."""
    begins, more = life
    for begin in begins:
        world.start(*begin)
        product.start(*begin)
    for act, number, *rest in more:
        count = len(world.groups)
        if act == "merge":
            rest[0] %= count
        expected = getattr(world, act)(number % count, *rest)
        try:
            happened = getattr(product, act)(number % count, *rest)
        except Refused:
            happened = False
        assert happened == expected, (act, number % count, rest)


def check(life: tuple) -> None:
    with undone(), time_machine.travel(on(TODAY), tick=False):
        world, product = World(TODAY), Product()
        live(world, product, life)
        compare(world, product)


def compare(world: World, product: Product) -> None:
    number_of = {movement.pk: n for n, movement in enumerate(product.movements)}
    ids = list(number_of)
    fresh = {number_of[m.pk]: m for m in Movement.objects.filter(pk__in=ids)}
    for day in range(LAST + 1):
        there = {n for n, group in enumerate(world.groups) if group.there(day)}
        runs = {n for n in there if not world.groups[n].pauses_on(day)}
        asked = Movement.objects.filter(pk__in=ids)
        assert {number_of[m.pk] for m in asked.existing(on(day))} == there, day
        assert {number_of[m.pk] for m in asked.running(on(day))} == runs, day
        active = Mandate.objects.active(on(day)).filter(movement__in=ids)
        team = {(product.people[m.email], number_of[m.movement_id]) for m in active}
        assert team == {
            (stay.person, n)
            for n, group in enumerate(world.groups)
            for stay in group.team
            if stay.first <= day and (stay.last is None or day <= stay.last)
        }, day
        for n, group in enumerate(world.groups):
            assert name_on(fresh[n], on(day)) == group.called(day), (n, day)


@settings(max_examples=4, **fast)
@example(LED_ON)
@example(PLANNED_THEN_MERGED)
@example(BEGAN_EARLIER)
@example(PAUSES_AND_NAMES)
@given(lives)
def test_any_life_in_any_order(life: tuple) -> None:
    check(life)


@pytest.mark.proof
@settings(max_examples=300, **fast)
@given(lives)
def test_any_life_in_any_order_many_times(life: tuple) -> None:
    check(life)
