"""The four figures: case by case, against an oracle written apart, and at midnight."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from homevisits.enums import Outcome, Place
from kpis.selectors import figures, movements_counted, point_bars
from programmes.models import Edition
from recruitment.enums import GuidanceRole
from tests.factories.programmes import make_edition
from tests.kpis import oracle
from tests.kpis.histories import (
    BORDERS,
    DAY,
    FIRST,
    LAST,
    History,
    LabelStory,
    Life,
    happen,
    histories,
)
from tests.kpis.rows import City

pytestmark = pytest.mark.django_db
ON = date(2021, 5, 10)


@pytest.fixture
def city() -> City:
    return City(make_edition(starts_on=FIRST, ends_on=LAST))


def values(edition: Edition, on: date | None = None) -> dict[str, int]:
    return {str(figure.indicator): figure.value for figure in figures(edition, on)}


def beside(edition: Edition, on: date | None = None) -> dict[str, int]:
    with override("en"):
        return {str(b.name): b.value for f in figures(edition, on) for b in f.beside}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened: one database serves many histories."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Against the oracle ----------------------------------------------------------------------------

EVERYTHING = History(
    visits=[
        (0, ON, Outcome.CONVERSATION, Place.HOME),
        (0, ON, Outcome.CONVERSATION, Place.RECEPTION_CENTRE),
        (1, ON, Outcome.CONVERSATION, Place.HOME),
        (1, LAST + DAY, Outcome.CONVERSATION, Place.HOME),
        (2, ON, Outcome.NOBODY_HOME, Place.HOME),
    ],
    steps=[
        (0, ON, "member", GuidanceRole.PARTICIPANT),
        (0, ON + 9 * DAY, "stopped", GuidanceRole.PARTICIPANT),
        (0, ON + 20 * DAY, "member", GuidanceRole.LEADER),
        (1, FIRST - DAY, "member", GuidanceRole.PARTICIPANT),
        (1, LAST, "member", GuidanceRole.PARTICIPANT),
        (2, ON, "trial", GuidanceRole.PARTICIPANT),
    ],
    stories=[(ON, 3), (LAST + DAY, None), (None, None), (FIRST, None)],
    movements=[
        (FIRST, [LabelStory(0, 30, (5, 9), None), LabelStory(0, 60, (), ("withdrawn", 10))]),
        (ON, [LabelStory(3, 10, (), None)]),
    ],
    lives=[Life(FIRST, None, ((60, 20),)), Life(None, 70, ()), Life(ON + DAY, None, ())],
)


def check(city: City, history: History, moments: list[date]) -> None:
    with undone():
        happen(city, history)
        rows = oracle.dump()
        for on in [*BORDERS, *moments]:
            period = (FIRST, LAST, on)
            expected = {name: count(rows, *period) for name, count in oracle.FIGURES.items()}
            assert values(city.edition, on) == expected, on
            assert beside(city.edition, on) == oracle.beside(rows, *period), on
            assert movements_counted(on) == len(oracle.running(rows, on)), on
            assert point_bars(on)[0].reached == oracle.bar(rows, 1, on), on


moments = st.lists(st.dates(FIRST - 10 * DAY, LAST + 200 * DAY), min_size=1, max_size=2)
fast = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.mark.no_cover
@settings(max_examples=14, **fast)
@example(EVERYTHING, [ON, ON + 6 * DAY])
@given(histories, moments)
def test_the_figures_are_those_of_the_oracle(
    city: City, history: History, moments: list[date]
) -> None:
    check(city, history, moments)


@pytest.mark.proof
@settings(max_examples=300, **fast)
@given(histories, moments)
def test_the_figures_are_those_of_the_oracle_in_many_cities(
    city: City, history: History, moments: list[date]
) -> None:
    check(city, history, moments)


# Case by case ----------------------------------------------------------------------------------


def test_nothing_happened(city: City) -> None:
    assert set(values(city.edition, ON).values()) == {0}
    assert set(beside(city.edition, ON).values()) == {0}


def test_a_second_visit_on_the_same_day_does_not_count(city: City) -> None:
    household = city.household()
    for on in (ON, ON, ON + DAY):
        city.visit(on, household)
    city.visit(ON)
    assert values(city.edition, LAST)["home_visits"] == 3
    assert beside(city.edition, LAST)["second visit on the same day"] == 1


def test_only_a_conversation_is_a_visit(city: City) -> None:
    city.visit(ON, outcome=Outcome.CONVERSATION, place=Place.RECEPTION_CENTRE)
    for outcome in (Outcome.NOBODY_HOME, Outcome.CANCELLED, Outcome.REFUSED, Outcome.NOBODY_HOME):
        city.visit(ON, outcome=outcome)
    assert values(city.edition, ON)["home_visits"] == 1
    extra = beside(city.edition, ON)
    assert (extra["nobody home"], extra["cancelled"], extra["refused"]) == (2, 1, 1)


def test_a_child_counts_once_after_a_return_and_as_a_leader(city: City) -> None:
    child = city.child()
    city.member(ON, child)
    city.step(child, "stopped", ON + DAY)
    city.member(ON + 20 * DAY, child)
    city.member(LAST, child, role=GuidanceRole.LEADER)
    city.member(ON, role=GuidanceRole.LEADER)
    for stage in ("contacted", "trial", "waiting_list"):
        city.step(city.child(), stage, ON)
    assert values(city.edition, LAST)["recruits"] == 2


def test_a_later_edition_may_count_a_child_again(city: City) -> None:
    later = make_edition(starts_on=LAST + DAY, ends_on=LAST + 300 * DAY)
    child = city.child()
    city.member(LAST, child)
    city.member(LAST + DAY, child)
    assert values(city.edition, LAST + DAY)["recruits"] == 1
    assert values(later, LAST + DAY)["recruits"] == 1


@pytest.mark.parametrize(
    ("starts", "ends", "events", "valid"),
    [
        (ON, ON, (), 1),
        (ON - 30 * DAY, ON - DAY, (), 0),  # in grace
        (ON + DAY, LAST, (), 0),  # upcoming
        (FIRST, LAST, (("paused", ON),), 0),
        (FIRST, LAST, (("paused", ON + DAY),), 1),
        (FIRST, LAST, (("paused", ON - DAY), ("resumed", ON)), 1),
        (FIRST, LAST, (("paused", ON), ("resumed", ON)), 1),
        (FIRST, LAST, (("resumed", FIRST), ("paused", ON)), 0),
        (FIRST, LAST, (("withdrawn", ON),), 0),
        (FIRST, LAST, (("withdrawn", ON + DAY),), 1),
        (FIRST, LAST, (("paused", FIRST), ("given_back", ON)), 0),
        (ON, LAST, (("withdrawn", ON),), 0),
        (FIRST - 400 * DAY, LAST, (), 1),  # awarded by an earlier edition
    ],
)
def test_a_label_counts_on_the_days_it_is_valid(
    city: City, starts: date, ends: date, events: tuple[tuple[str, date], ...], valid: int
) -> None:
    city.label(starts, ends, events)
    assert values(city.edition, ON)["labels"] == valid
    assert beside(city.edition, ON)["ever awarded"] == (starts <= ON)


def test_a_second_label_of_a_movement_does_not_count(city: City) -> None:
    movement = city.movement()
    first = city.label(FIRST, ON, movement=movement)
    city.label(ON + DAY, LAST, movement=movement, previous=first, decided_on=ON)
    city.label(FIRST, LAST)
    for on in (FIRST, ON, ON + DAY, LAST):
        assert values(city.edition, on)["labels"] == 2
    assert beside(city.edition, LAST)["ever awarded"] == 2


def test_labels_are_counted_after_the_edition_too(city: City) -> None:
    city.label(FIRST, LAST + 100 * DAY)
    assert values(city.edition, LAST + 100 * DAY)["labels"] == 1
    assert values(city.edition, LAST + 101 * DAY)["labels"] == 0


def test_a_withdrawn_story_was_shared(city: City) -> None:
    city.story(ON, withdrawn=ON + 5 * DAY)
    city.story(ON)
    city.story(None)
    city.story(FIRST - DAY)
    city.story(LAST + DAY)
    assert values(city.edition, LAST)["testimonies"] == 2
    extra = beside(city.edition, LAST)
    assert (extra["online now"], extra["withdrawn"], extra["ever shared"]) == (2, 1, 3)
    assert beside(city.edition, ON)["withdrawn"] == 0


def test_a_story_whose_consent_ran_out_is_not_online(city: City) -> None:
    story = city.story(ON)
    story.consents.update(expires_on=ON + DAY)
    extra = beside(city.edition, LAST)
    assert (extra["online now"], extra["ever shared"]) == (0, 1)


@pytest.mark.parametrize(
    ("day", "counted"), [(FIRST - DAY, 0), (FIRST, 1), (LAST, 1), (LAST + DAY, 0)]
)
def test_the_first_and_the_last_day_belong_to_the_edition(
    city: City, day: date, counted: int
) -> None:
    city.visit(day)
    city.member(day)
    city.story(day)
    found = values(city.edition, LAST + timedelta(days=90))
    assert [found[name] for name in ("home_visits", "recruits", "testimonies")] == [counted] * 3


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        ("2021-03-27T22:59:59Z", False),  # 23:59:59 in Brussels, in winter
        ("2021-03-27T23:00:00Z", True),  # midnight
        ("2021-03-28T21:59:59Z", True),  # the same day, an hour shorter: summer time began
        ("2021-03-28T22:00:00Z", True),
    ],
)
def test_days_are_those_of_brussels(city: City, moment: str, is_there: bool) -> None:
    day = date(2021, 3, 28)
    city.visit(day)
    city.member(day)
    city.story(day)
    city.label(day, LAST)
    with time_machine.travel(moment):
        assert set(values(city.edition).values()) == {int(is_there)}


@pytest.mark.parametrize(
    ("moment", "valid"), [("2021-06-30T21:59:59Z", 1), ("2021-06-30T22:00:00Z", 0)]
)
def test_a_label_ends_at_midnight_in_brussels(city: City, moment: str, valid: int) -> None:
    city.label(FIRST, LAST)
    with time_machine.travel(moment):
        assert values(city.edition)["labels"] == valid
