"""What the dashboard reads beside the counting itself."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from homevisits.enums import Outcome
from kpis import charts, words
from kpis.enums import Pace
from kpis.indicators import COUNTINGS, Beside
from kpis.selectors import (
    Figure,
    MonthRow,
    figures,
    movements_counted,
    point_bars,
    project_month,
    visits_by_month,
)
from labels.models import ActionPlan, PlanTemplate
from programmes.enums import Indicator
from programmes.models import Edition, PlannedValue
from programmes.services import set_target
from tests.factories.programmes import FIRST, LAST, make_edition
from tests.kpis.rows import LONG_AGO, City, add_template

pytestmark = pytest.mark.django_db
IN_MAY = date(2022, 5, 10)


@pytest.fixture
def city() -> City:
    return City(make_edition())


def plan(edition: Edition, *points: tuple[date, int]) -> None:
    """Plan home visits by these points alone."""
    edition.planned.filter(indicator="home_visits").delete()
    for on, value in points:
        PlannedValue.objects.create(edition=edition, indicator="home_visits", on=on, value=value)


def visits(city: City, number: int, on: date) -> None:
    for _number in range(number):
        city.visit(on)


def figure(edition: Edition, indicator: str, on: date) -> Figure:
    return next(f for f in figures(edition, on) if f.indicator == indicator)


# Figures ---------------------------------------------------------------------------------------


def test_a_figure_stands_against_the_target_and_the_plan_of_its_day(city: City) -> None:
    plan(city.edition, (date(2022, 5, 9), 40), (date(2022, 5, 11), 42), (LAST, 100))
    set_target(
        edition=city.edition,
        indicator="home_visits",
        value=110,
        reason="Meer vraag",
        by=None,
        valid_from=date(2022, 5, 11),
    )
    visits(city, 30, FIRST)
    found = figure(city.edition, "home_visits", IN_MAY)
    assert (found.value, found.target, found.planned, found.behind) == (30, 100, 41, 11)
    assert figure(city.edition, "home_visits", date(2022, 5, 11)).target == 110
    assert [f.indicator for f in figures(city.edition, IN_MAY)] == list(Indicator)


@pytest.mark.parametrize(
    ("before", "since", "pace"),
    [(10, 26, Pace.GOOD), (10, 20, Pace.FAIR), (10, 4, Pace.BAD), (0, 0, Pace.BAD)],
)
def test_a_figure_is_compared_with_three_months_earlier(
    city: City, before: int, since: int, pace: Pace
) -> None:
    # on 10 February 20 were planned, on 10 May 40
    plan(city.edition, (date(2022, 2, 10), 20), (IN_MAY, 40))
    visits(city, before, date(2022, 2, 10))
    visits(city, since, date(2022, 2, 11))
    assert figure(city.edition, "home_visits", IN_MAY).pace == pace


def test_the_first_three_months_have_no_colour(city: City) -> None:
    assert {f.pace for f in figures(city.edition, date(2021, 5, 31))} == {Pace.NONE}
    assert Pace.NONE not in {f.pace for f in figures(city.edition, date(2021, 6, 1))}


def test_an_edition_without_targets_has_bare_figures() -> None:
    edition = make_edition(targets={})
    for found in figures(edition, IN_MAY):
        assert (found.target, found.planned, found.pace) == (None, None, Pace.NONE)
        assert found.behind == 0


def test_figures_follow_a_change_made_after_the_edition_was_read(city: City) -> None:
    figures(city.edition, LAST)
    set_target(
        edition=city.edition, indicator="labels", value=30, reason="R", by=None, valid_from=LAST
    )
    assert figure(city.edition, "labels", LAST).target == 30


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_figure_states_its_counting_rule(language: str) -> None:
    with override(language):
        rules = {str(counting.rule) for counting in COUNTINGS.values()}
    assert len(rules) == len(Indicator)
    assert all(len(rule) > 80 for rule in rules)


# Months ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (FIRST, 1),
        (date(2021, 3, 31), 1),
        (date(2021, 4, 1), 2),
        (date(2022, 10, 31), 20),
        (LAST, 24),
        (date(2025, 1, 1), 24),
    ],
)
def test_months_are_those_of_the_project(city: City, day: date, month: int) -> None:
    assert project_month(city.edition, day) == (month, 24)


def test_visits_add_up_month_by_month_and_stop_today(city: City) -> None:
    plan(city.edition, (date(2021, 3, 31), 4), (date(2021, 4, 30), 10), (LAST, 100))
    household = city.household()
    for on in (FIRST, FIRST, date(2021, 3, 31), date(2021, 4, 1), date(2021, 4, 20)):
        city.visit(on, household)
    city.visit(FIRST, outcome=Outcome.REFUSED)
    with time_machine.travel("2021-04-15T12:00:00Z"):
        rows = visits_by_month(city.edition)
    assert rows[:2] == [
        MonthRow(date(2021, 3, 31), planned=4, held=2),
        MonthRow(date(2021, 4, 30), planned=10, held=3),
    ]
    assert (rows[-1].until, rows[-1].planned) == (LAST, 100)
    assert {row.held for row in rows[2:]} == {None}
    assert len(rows) == 24


@pytest.mark.parametrize(
    ("on", "known"), [(date(2021, 2, 28), 0), (FIRST, 1), (date(2021, 3, 31), 1), (LAST, 24)]
)
def test_months_to_come_are_empty(city: City, on: date, known: int) -> None:
    rows = visits_by_month(city.edition, on)
    assert sum(row.held is not None for row in rows) == known


# The ten points --------------------------------------------------------------------------------


def grade(plan: ActionPlan, *numbers: int, **values: Any) -> None:
    for point in plan.template.points.filter(number__in=numbers):
        plan.points.create(point=point, number=point.number, **values)


def reached() -> dict[int, int]:
    return {bar.number: bar.reached for bar in point_bars(IN_MAY) if bar.reached}


def test_a_point_counts_when_it_is_done_or_verified(city: City) -> None:
    plan = city.plan(city.movement())
    grade(plan, 1, is_done=True)
    grade(plan, 2, grade="well_underway")
    grade(plan, 3, is_done=True, grade="well_underway")
    grade(plan, 4, grade="on_the_way", commitment="Tekst")
    grade(plan, 5, commitment="Tekst")
    grade(city.plan(city.movement()), 1, is_done=True)
    assert reached() == {1: 2, 2: 1, 3: 1}


def test_only_the_last_plan_that_was_handed_in_counts(city: City) -> None:
    movement = city.movement()
    grade(city.plan(movement), 1, 2, is_done=True)
    grade(city.plan(movement), 2, 3, is_done=True)
    grade(city.plan(movement, submitted=False), 9, is_done=True)
    grade(city.plan(city.movement(), submitted=False), 9, is_done=True)
    assert reached() == {2: 1, 3: 1}


def test_only_movements_that_exist_count(city: City) -> None:
    before = movements_counted(IN_MAY)
    for values in ({"stopped_on": date(2022, 5, 9)}, {"started_on": date(2022, 5, 11)}):
        grade(city.plan(city.movement(**values)), 1, is_done=True)
    grade(city.plan(city.movement(started_on=LONG_AGO, stopped_on=IN_MAY)), 2, is_done=True)
    assert reached() == {2: 1}
    assert movements_counted(IN_MAY) == before + 1


def test_a_movement_that_pauses_counts_nowhere(city: City) -> None:
    movement = city.movement()
    grade(city.plan(movement), 1, is_done=True)
    before = movements_counted(IN_MAY)
    movement.pauses.create(starts_on=IN_MAY, ends_on=IN_MAY)
    assert reached() == {}
    assert movements_counted(IN_MAY) == before - 1
    assert movements_counted(IN_MAY + timedelta(days=1)) == before


def test_the_ten_titles_are_those_of_the_newest_published_template() -> None:
    newest = PlanTemplate.objects.order_by("-version").first()
    version = newest.version if newest else 0
    add_template(version + 1, word="Gepubliceerd")
    add_template(version + 2, published=False, word="In de maak")
    with override("nl"):
        assert [bar.title for bar in point_bars()][:2] == ["Gepubliceerd 1", "Gepubliceerd 2"]
    assert len(point_bars()) == 10


# Words and drawing -----------------------------------------------------------------------------


def told(indicator: Indicator, pace: Pace, value: int = 0, planned: int = 0) -> Figure:
    counting = COUNTINGS[indicator]
    return Figure(
        indicator=indicator,
        name=counting.name,
        in_sentence=counting.in_sentence,
        rule=counting.rule,
        value=value,
        target=100,
        planned=planned,
        pace=pace,
        beside=[],
    )


LABELS, RECRUITS, VISITS, STORIES = Indicator


@pytest.mark.parametrize(
    ("told_figures", "line"),
    [
        (
            [
                told(LABELS, Pace.GOOD),
                told(RECRUITS, Pace.GOOD),
                told(VISITS, Pace.BAD, 71, 83),
                told(STORIES, Pace.GOOD),
            ],
            "3 of 4 on schedule; home visits 12 behind",
        ),
        (
            [told(RECRUITS, Pace.BAD, 0, 2), told(VISITS, Pace.FAIR, 500, 1700)],
            "0 of 2 on schedule; new members 2 behind, home visits 1,200 behind",
        ),
        ([told(LABELS, Pace.GOOD), told(STORIES, Pace.NONE)], "1 of 1 on schedule"),
        ([told(LABELS, Pace.NONE)], "Just begun: too early to compare with the plan"),
        ([], "Just begun: too early to compare with the plan"),
    ],
)
def test_the_first_line_says_the_news(told_figures: list[Figure], line: str) -> None:
    with override("en"):
        assert words.headline(told_figures) == line


def test_numbers_beside_a_figure_stand_in_one_line() -> None:
    with override("nl"):
        line = words.beside_line([Beside("ooit", 1234), Beside("nu", 0)])
    assert line == "ooit: 1.234 · nu: 0"
    assert words.beside_line([]) == ""


def test_the_drawing_goes_as_far_as_is_known() -> None:
    drawing = charts.trend_svg([(0.5, 40), (1.0, 100)], [(0.25, 10)], 100, 'A "label" <b>')
    assert 'points="8.0,242.0 280.0,148.4 552.0,8.0"' in drawing
    assert 'points="8.0,242.0 144.0,218.6"' in drawing
    assert 'cx="144.0" cy="218.6"' in drawing
    assert "&lt;b&gt;" in drawing
    assert "style=" not in drawing
