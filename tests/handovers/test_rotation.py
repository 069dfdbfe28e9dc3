"""When a team rotated: by hand, and against an oracle that lives through every day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handovers.rotation import changes, planned_rotation, rotations, spells
from movements.enums import Function
from movements.models import Mandate
from tests.handovers import oracle
from tests.handovers.oracle import Fact

FIRST = date(2023, 9, 1)
LAST = date(2026, 8, 31)


def mandate_of(fact: Fact) -> Mandate:
    """The record of a fact; nothing is saved."""
    ended = fact.ended_on and datetime.combine(fact.ended_on, time(12), UTC)
    return Mandate(
        pk=fact.number,
        user_id=fact.account,
        email=fact.address,
        function=Function.MAIN_LEADER if fact.main else Function.LEADER,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on,
        ended_at=ended,
        confirmed_on=fact.confirmed_on,
        merged_into_id=99 if fact.duplicate else None,
    )


def mandate(
    number: int, who: str, first: date, last: date | None = None, *, main: bool = False
) -> Mandate:
    """Somebody in the team, confirmed for as long as these tests look."""
    address = f"{who}@example.test"
    return mandate_of(Fact(number, first, date(2030, 9, 1), main, None, address, last))


def found(*mandates: Mandate, until: date = LAST) -> list[date]:
    return rotations(mandates, until)


SUMMER, SEPTEMBER = date(2024, 6, 30), date(2024, 9, 1)


def test_arrivals_alone_are_no_rotation() -> None:
    many = [mandate(n, f"new{n}", SEPTEMBER) for n in range(2, 9)]
    assert found(mandate(1, "noor", FIRST, main=True), *many) == []


def test_a_new_main_leader_rotates_the_team_though_everybody_else_stays() -> None:
    noor = mandate(1, "noor", FIRST, date(2024, 8, 31), main=True)
    rest = [mandate(n, f"other{n}", FIRST) for n in range(2, 9)]
    assert found(noor, *rest, mandate(9, "sami", SEPTEMBER, main=True)) == [SEPTEMBER]


def test_one_main_leader_who_goes_on_is_enough_until_half_of_the_people_left() -> None:
    noor = mandate(1, "noor", FIRST, main=True)
    sami = mandate(2, "sami", FIRST, date(2024, 8, 31), main=True)
    jonas = mandate(3, "jonas", FIRST, date(2025, 1, 31))
    assert found(noor, sami, jonas, mandate(4, "last", FIRST)) == [date(2025, 2, 1)]
    assert found(noor, sami, mandate(4, "last", FIRST)) == []


def test_an_empty_team_is_the_rotation_and_who_comes_next_is_none() -> None:
    before = mandate(1, "noor", FIRST, SUMMER, main=True)
    after = mandate(2, "sami", SEPTEMBER, main=True)
    assert found(before, after) == [date(2024, 7, 1)]
    (rotation,) = changes(spells([before, after]), LAST)
    assert rotation.took_over_on == SEPTEMBER
    (alone,) = changes(spells([before]), LAST)
    assert alone.took_over_on is None


def test_a_team_without_main_leader_gets_the_first_who_comes() -> None:
    noor = mandate(1, "noor", FIRST, SUMMER, main=True)
    rest = [mandate(n, f"other{n}", FIRST) for n in (2, 3, 4)]
    sami = mandate(5, "sami", SEPTEMBER, date(2025, 5, 31), main=True)
    # Sami's coming is none; that Sami leaves is one, though three of the others are still there
    assert found(noor, *rest, sami) == [date(2024, 7, 1), date(2025, 6, 1)]


def test_the_same_person_again_is_no_rotation() -> None:
    account = [
        Fact(1, FIRST, LAST, True, 7, "old@example.test", date(2024, 8, 31)),
        Fact(2, SEPTEMBER, LAST, True, 7, "new@example.test"),
    ]
    address = [
        Fact(1, FIRST, LAST, True, None, "Noor@example.test", date(2024, 8, 31)),
        Fact(2, SEPTEMBER, LAST, True, 8, "noor@example.test"),
    ]
    for facts in (account, address):
        assert found(*map(mandate_of, facts)) == []


def test_what_never_was_rotates_nothing() -> None:
    """A duplicate, and a mandate that was ended before it began."""
    noor = Fact(1, FIRST, LAST, True, None, "noor@example.test")
    duplicate = Fact(2, FIRST, LAST, True, None, "nor@example.test", SUMMER, None, True)
    unbegun = Fact(3, SEPTEMBER, LAST, False, None, "x@example.test", SEPTEMBER, SUMMER)
    assert found(*map(mandate_of, [noor, duplicate, unbegun])) == []


def test_who_is_not_confirmed_is_gone_after_december() -> None:
    silent = mandate_of(Fact(1, FIRST, FIRST, True, None, "noor@example.test"))
    assert found(silent) == [date(2025, 1, 1)]


def test_a_planned_rotation_follows_ends_and_not_the_yearly_confirmation() -> None:
    today = date(2024, 5, 1)
    going = Fact(1, FIRST, FIRST, True, None, "noor@example.test", SUMMER)
    staying = Fact(1, FIRST, FIRST, True, None, "noor@example.test")
    over = Fact(2, FIRST, FIRST, True, None, "sami@example.test", date(2024, 4, 1))
    assert planned_rotation([mandate_of(going), mandate_of(over)], today) == date(2024, 7, 1)
    assert planned_rotation([mandate_of(staying), mandate_of(over)], today) is None


# Against the oracle ------------------------------------------------------------------------------

DAYS = st.integers(0, (LAST - FIRST).days + 200).map(lambda n: FIRST + timedelta(days=n))
# near the turns of working years, where everything happens at once
TURNS = st.sampled_from(
    [date(year, *turn) for year in (2024, 2025) for turn in ((8, 31), (9, 1), (12, 31), (1, 1))]
)
SOME_DAY = DAYS | TURNS


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """Mandates of a small circle of people who come, go, come back and are recorded twice."""
    rows = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        starts_on = draw(SOME_DAY)
        ends_on = draw(st.none() | SOME_DAY.map(lambda day, s=starts_on: max(day, s)))
        ended_on = draw(st.none() | SOME_DAY)
        rows.append(
            Fact(
                number,
                starts_on,
                draw(SOME_DAY),
                draw(st.booleans()),
                draw(st.none() | st.integers(1, 4)),
                draw(st.sampled_from(["", "a@x.test", "A@x.test", "b@x.test", "c@x.test"])),
                # the services write both at once
                max(ended_on, starts_on) if ended_on else ends_on,
                ended_on,
                draw(st.integers(0, 9)) == 0,
            )
        )
    return rows


def against_the_oracle(rows: list[Fact], until: date) -> None:
    answer = rotations(map(mandate_of, rows), until)
    assert answer == oracle.rotations(rows, until)
    # whenever it is asked, and in whatever order the rows come
    assert answer == rotations(map(mandate_of, reversed(rows)), until)
    earlier = until - timedelta(days=90)
    assert rotations(map(mandate_of, rows), earlier) == [day for day in answer if day <= earlier]


@settings(max_examples=40)
@given(facts(), SOME_DAY)
def test_some_histories_rotate_as_the_oracle_says(rows: list[Fact], until: date) -> None:
    against_the_oracle(rows, until)


@pytest.mark.proof
@settings(max_examples=1000)
@given(facts(), SOME_DAY)
def test_any_history_rotates_as_the_oracle_says(rows: list[Fact], until: date) -> None:
    against_the_oracle(rows, until)
