"""Green, amber, red: the domain's words against the code, and the examples it gives."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpis.enums import Pace
from kpis.pace import Progress, day_before_it, has_colour, judge

numbers = st.one_of(st.integers(0, 12), st.integers(0, 10_000))
progress = st.builds(Progress, value=numbers, planned=numbers)


def by_the_words(now: Progress, earlier: Progress) -> Pace:
    """ "Green: at least 90 % of plan, or at most 1 short. Amber: the shortfall, as a share of
    plan, is smaller than three months earlier. Otherwise red." Without a plan nothing is short."""

    def share(p: Progress) -> Fraction:
        return Fraction(max(0, p.planned - p.value), p.planned) if p.planned else Fraction(0)

    if now.value >= Fraction(9, 10) * now.planned or now.planned - now.value <= 1:
        return Pace.GOOD
    return Pace.FAIR if share(now) < share(earlier) else Pace.BAD


@given(progress, progress)
@example(Progress(90, 100), Progress(0, 0))
@example(Progress(89, 100), Progress(0, 0))
def test_the_colour_follows_the_words(now: Progress, earlier: Progress) -> None:
    assert judge(now, earlier) == by_the_words(now, earlier)


@given(progress, progress)
def test_reaching_more_never_makes_it_worse(now: Progress, earlier: Progress) -> None:
    order = [Pace.BAD, Pace.FAIR, Pace.GOOD]
    more = Progress(now.value + 1, now.planned)
    assert order.index(judge(more, earlier)) >= order.index(judge(now, earlier))


@pytest.mark.parametrize(
    ("now", "earlier", "pace"),
    [
        ((90, 100), (50, 80), Pace.GOOD),
        ((120, 100), (50, 80), Pace.GOOD),
        ((0, 0), (0, 0), Pace.GOOD),
        ((0, 1), (0, 0), Pace.GOOD),  # one short
        ((5, 6), (6, 6), Pace.GOOD),
        ((0, 2), (0, 0), Pace.BAD),
        ((71, 83), (50, 70), Pace.FAIR),  # 14 % short, from 29 %
        ((71, 83), (62, 70), Pace.BAD),  # 14 % short, from 11 %
        ((80, 100), (40, 50), Pace.BAD),  # as large a share as before
        ((80, 100), (60, 50), Pace.BAD),  # was ahead
    ],
)
def test_examples(now: tuple[int, int], earlier: tuple[int, int], pace: Pace) -> None:
    assert judge(Progress(*now), Progress(*earlier)) == pace


@pytest.mark.parametrize(
    ("starts_on", "day", "coloured"),
    [
        (date(2021, 3, 1), date(2021, 3, 1), False),
        (date(2021, 3, 1), date(2021, 5, 31), False),
        (date(2021, 3, 1), date(2021, 6, 1), True),
        (date(2021, 11, 30), date(2022, 2, 27), False),
        (date(2021, 11, 30), date(2022, 2, 28), True),
    ],
)
def test_the_first_three_months_have_no_colour(starts_on: date, day: date, coloured: bool) -> None:
    assert has_colour(starts_on, day) is coloured


def test_three_months_earlier_is_a_day_that_exists() -> None:
    assert day_before_it(date(2022, 5, 31)) == date(2022, 2, 28)
