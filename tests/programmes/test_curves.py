"""The planned curves, for any period and target."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.calendar import last_day
from programmes import curves
from programmes.enums import Indicator

FIRST, LAST = date(2021, 3, 1), date(2023, 2, 28)
starts = st.dates(date(2000, 1, 1), date(2090, 12, 31))
lengths = st.integers(0, 1500)
targets = st.integers(1, 500)


@st.composite
def drawn_curves(draw: st.DrawFn) -> tuple[date, list[curves.Point]]:
    """A first day and points after it, in order, going up and down as somebody typed them."""
    first, day, points = draw(starts), draw(starts), []
    day = first
    for gap in draw(st.lists(st.integers(0, 60), min_size=1, max_size=8)):
        points.append((day + timedelta(days=gap), draw(st.integers(0, 300))))
        day = points[-1][0] + timedelta(days=1)
    return first, points


@given(starts, lengths)
def test_project_months_follow_each_other_to_the_last_day(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    ends = curves.month_ends(first, last)
    assert ends[-1] == last
    assert ends == sorted(set(ends))
    assert all(end == last_day(first, n) for n, end in enumerate(ends[:-1], 1))
    assert last_day(first, len(ends)) >= last


@given(st.sampled_from(Indicator), targets, starts, lengths)
def test_a_curve_rises_to_its_target_on_the_last_day(
    indicator: Indicator, target: int, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    points = curves.default_curve(indicator, target, first, last)
    values = [value for _day, value in points]
    assert points[-1] == (last, target)
    assert values == sorted(values)
    assert values[0] >= 0
    assert [day for day, _value in points] == curves.month_ends(first, last)


def test_children_join_in_september_and_not_in_july() -> None:
    points = curves.default_curve(Indicator.RECRUITS, 60, FIRST, LAST)
    reached = {(day.year, day.month): value for day, value in points}
    months = sorted(reached)
    grown = {
        now: reached[now] - reached.get(before, 0)
        for before, now in zip([(0, 0), *months], months, strict=False)
    }
    assert grown[2021, 9] == max(grown.values())
    assert grown[2021, 7] == grown[2022, 7] == 0


def test_labels_begin_slowly() -> None:
    points = curves.default_curve(Indicator.LABELS, 24, FIRST, LAST)
    assert curves.value_on(points, FIRST, date(2021, 8, 31)) <= 2
    assert curves.value_on(points, FIRST, date(2022, 2, 28)) < 12


def test_a_project_in_a_month_without_work_is_spread_evenly() -> None:
    points = curves.default_curve(Indicator.LABELS, 4, date(2021, 7, 1), date(2021, 8, 31))
    assert points == [(date(2021, 7, 31), 2), (date(2021, 8, 31), 4)]


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_rounding_goes_to_the_nearest_and_half_up(numerator: int, denominator: int) -> None:
    nearest = curves.rounded(numerator, denominator)
    assert -denominator <= 2 * (numerator - nearest * denominator) < denominator


def test_between_two_points_the_plan_rises_evenly() -> None:
    points = [(date(2021, 3, 10), 10), (date(2021, 3, 20), 20)]
    days = [date(2021, 2, 1), date(2021, 2, 28), date(2021, 3, 1), date(2021, 3, 5)]
    assert [curves.value_on(points, FIRST, day) for day in days] == [0, 0, 1, 5]
    days = [date(2021, 3, 10), date(2021, 3, 13), date(2021, 3, 20), date(2030, 1, 1)]
    assert [curves.value_on(points, FIRST, day) for day in days] == [10, 13, 20, 20]


@given(drawn_curves(), st.integers(-50, 600))
def test_the_plan_of_a_day_lies_between_its_neighbours(
    drawn: tuple[date, list[curves.Point]], offset: int
) -> None:
    first, points = drawn
    day = first + timedelta(days=offset)
    known = [(first - timedelta(days=1), 0), *points]
    before = [value for on, value in known if on <= day][-1:] or [0]
    after = [value for on, value in known if on >= day][:1] or [points[-1][1]]
    value = curves.value_on(points, first, day)
    assert min(before + after) <= value <= max(before + after)
    for on, planned in points:
        assert curves.value_on(points, first, on) == planned


@given(drawn_curves(), st.integers(0, 600), targets)
def test_a_new_target_keeps_the_past_and_is_reached_at_the_end(
    drawn: tuple[date, list[curves.Point]], offset: int, target: int
) -> None:
    first, points = drawn
    since = min(first + timedelta(days=offset), points[-1][0])
    moved = curves.retarget(points, first, since, target)
    assert moved[-1] == (points[-1][0], target)
    assert [point for point in moved if point in points or point[0] >= since]
    assert all(value >= 0 for _day, value in moved)
    for day, value in points:
        if day < since:
            assert curves.value_on(moved, first, day) == value
    eve = since - timedelta(days=1)
    assert curves.value_on(moved, first, eve) == curves.value_on(points, first, eve)


@given(st.sampled_from(Indicator), targets, targets, st.integers(0, 729))
def test_a_default_curve_keeps_rising_after_a_higher_target(
    indicator: Indicator, target: int, more: int, offset: int
) -> None:
    points = curves.default_curve(indicator, target, FIRST, LAST)
    moved = curves.retarget(points, FIRST, FIRST + timedelta(days=offset), target + more)
    values = [value for _day, value in moved]
    assert values == sorted(values)


def test_a_plan_without_anything_left_rises_evenly_to_its_new_target() -> None:
    points = [(date(2021, 3, 31), 10), (date(2021, 4, 10), 10), (date(2021, 4, 20), 10)]
    moved = curves.retarget(points, FIRST, date(2021, 4, 1), 30)
    assert moved == [(date(2021, 3, 31), 10), (date(2021, 4, 10), 20), (date(2021, 4, 20), 30)]


def test_a_target_below_the_plan_is_the_plan_from_then_on() -> None:
    points = [(date(2021, 3, 31), 10), (date(2021, 4, 30), 20)]
    moved = curves.retarget(points, FIRST, date(2021, 4, 16), 12)
    assert moved == [(date(2021, 3, 31), 10), (date(2021, 4, 15), 15), (date(2021, 4, 30), 12)]
