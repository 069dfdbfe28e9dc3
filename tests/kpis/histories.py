"""Histories of a small city, drawn by Hypothesis and then made to happen."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from homevisits.enums import Outcome, Place
from recruitment.enums import GuidanceRole, Stage
from tests.kpis.rows import City

FIRST, LAST = date(2021, 3, 1), date(2021, 6, 30)
DAY = timedelta(days=1)
BORDERS = [FIRST - DAY, FIRST, FIRST + DAY, LAST - DAY, LAST, LAST + DAY]

# few days, families, children and movements, so that they meet
days = st.one_of(
    st.sampled_from(BORDERS),
    st.sampled_from([date(2021, 4, 15), date(2021, 4, 16), date(2021, 5, 20)]),
    st.dates(FIRST - 30 * DAY, LAST + 30 * DAY),
)
small = st.integers(0, 2)
outcomes = st.one_of(st.just(Outcome.CONVERSATION), st.sampled_from(Outcome))
stages = st.one_of(st.just(Stage.MEMBER), st.sampled_from(Stage))


@dataclass(frozen=True)
class LabelStory:
    """A label: when, how long, and its pauses and end as days after its start."""

    gap: int
    length: int
    turns: tuple[int, ...]
    end: tuple[str, int] | None


@dataclass(frozen=True)
class Life:
    """When a movement began, how long it was there, and its pauses: a gap, and a length."""

    first: date | None
    length: int | None
    pauses: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class History:
    """What happened: families and children are numbers, movements are lists of labels."""

    visits: list[tuple[int, date, Outcome, Place]]
    steps: list[tuple[int, date, Stage, GuidanceRole]]
    stories: list[tuple[date | None, int | None]]
    movements: list[tuple[date, list[LabelStory]]]
    lives: list[Life] = field(default_factory=list)


label_stories = st.builds(
    LabelStory,
    gap=st.integers(0, 20),
    length=st.integers(1, 120),
    turns=st.lists(st.integers(0, 60), max_size=3).map(sorted).map(tuple),
    end=st.one_of(
        st.none(),
        st.tuples(st.sampled_from(["withdrawn", "given_back", "merged"]), st.integers(0, 30)),
    ),
)

lives = st.builds(
    Life,
    first=st.one_of(st.none(), days),
    length=st.one_of(st.none(), st.integers(0, 60)),
    pauses=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20)), max_size=2).map(tuple),
)

histories = st.builds(
    History,
    visits=st.lists(st.tuples(small, days, outcomes, st.sampled_from(Place)), max_size=8),
    steps=st.lists(st.tuples(small, days, stages, st.sampled_from(GuidanceRole)), max_size=6),
    stories=st.lists(
        st.tuples(st.one_of(st.none(), days), st.one_of(st.none(), st.integers(0, 60))), max_size=4
    ),
    movements=st.lists(
        st.tuples(days, st.lists(label_stories, min_size=1, max_size=2)), max_size=3
    ),
    lives=st.lists(lives, max_size=2),
)


def happen(city: City, history: History) -> None:
    """Write the rows of a history."""
    households = [city.household() for _number in range(3)]
    children = [city.child() for _number in range(3)]
    for number, on, outcome, place in history.visits:
        city.visit(on, households[number], outcome, place)
    for number, on, stage, role in history.steps:
        city.step(children[number], stage, on, role=role)
    for published, gone_after in history.stories:
        gone = published + gone_after * DAY if published and gone_after is not None else None
        city.story(published, gone)
    for start, stories in history.movements:
        _labels(city, start, stories)
    for life in history.lives:
        _live(city, life)


def _live(city: City, life: Life) -> None:
    """A movement with the first point done, in a plan that it handed in."""
    first = life.first or FIRST
    last = None if life.length is None else first + life.length * DAY
    movement = city.movement(started_on=life.first, stopped_on=last)
    plan = city.plan(movement)
    plan.points.create(point=plan.template.points.get(number=1), number=1, is_done=True)
    after = first
    for gap, length in life.pauses:
        after += gap * DAY
        movement.pauses.create(starts_on=after, ends_on=after + length * DAY)
        after += (length + 1) * DAY


def _labels(city: City, start: date, stories: list[LabelStory]) -> None:
    movement, previous = city.movement(), None
    for story in stories:
        start += story.gap * DAY
        turns = [start + turn * DAY for turn in story.turns]
        events = [(("paused", "resumed")[i % 2], day) for i, day in enumerate(turns)]
        end = start + story.length * DAY
        if story.end:
            kind, later = story.end
            events.append((kind, max([start, *turns]) + later * DAY))
            end = max(end, events[-1][1])
        previous = city.label(start, end, tuple(events), movement, previous)
        start = max(previous.effective_end + DAY, start)
