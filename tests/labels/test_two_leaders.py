"""Two leaders at once over ten points: whatever the order, no text goes without its author knowing.

Generated interleavings of what two people do with pages that they have open: save with the button
or by itself, send the same again (a double click), go back to an older page and send that. The
oracle knows no versions. It knows what each writer had before their eyes: a text may only be
replaced by somebody who saw it; whoever is not saved gets what stands there beside their own text.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labels.forms.leader import PointForm
from labels.models import ActionPlan, ActionPoint
from labels.selectors import plans as selectors
from labels.services import plans
from labels.views.point import PointPage
from movements.selectors import movements_led_by
from tests.factories.labels import Group
from tests.labels.awarding import leader_of

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),  # who
        st.integers(1, 10) | st.sampled_from([1, 1, 1, 2]),  # which point: often the same one
        st.sampled_from(["open", "save", "autosave", "again", "back"]),
    ),
    min_size=2,
    max_size=24,
)


class Lost(AssertionError):
    """A text went that nobody saw go, or somebody was not told."""


@dataclass
class Open:
    """A page in a browser: its hidden values, and the text its reader saw stand there."""

    hidden: dict[str, Any]
    seen: str


@dataclass
class Leader:
    """One of the two, with the pages of each point in the order in which they came."""

    user: Any
    pages: dict[int, list[Open]] = field(default_factory=dict)
    last: dict[int, dict[str, Any]] = field(default_factory=dict)  # what was sent last


class Evening:
    """Two leaders at the plan of their group."""

    def __init__(self, group: Group, second: Any) -> None:
        self.movement = group.movement
        self.leaders = [Leader(group.leader), Leader(second)]
        self.count = 0
        group.plan.points.update(commitment="", version=1)

    def page_of(self, leader: Leader, number: int, sent: dict[str, Any] | None) -> PointPage:
        path = f"/my/{self.movement.pk}/plan/{number}/"
        make = RequestFactory()
        request = make.get(path) if sent is None else make.post(path, sent)
        request.user = leader.user
        request._messages = Messages()  # type: ignore[attr-defined]
        plan = selectors.plan_of(self.movement)
        assert isinstance(plan, ActionPlan)
        plan.movement = movements_led_by(leader.user).get(pk=self.movement.pk)
        return PointPage(request, plan, number)

    def do(self, who: int, number: int, what: str) -> None:
        leader = self.leaders[who]
        pages = leader.pages.setdefault(number, [])
        if what == "open" or not pages:
            self.open(leader, number)
        if what in ("save", "autosave"):
            self.send(leader, number, pages[-1], self.new_text(), what)
        elif what == "back":  # an older page, with another text typed into it
            self.send(leader, number, pages[0], self.new_text(), "save")
        elif what == "again" and number in leader.last:
            self.send(
                leader, number, leader.last[number]["page"], leader.last[number]["text"], "save"
            )

    def new_text(self) -> str:
        self.count += 1
        return f"Tekst {self.count}"

    def open(self, leader: Leader, number: int) -> None:
        page = self.page_of(leader, number, None)
        self.show(leader, number, page.form, page.point.commitment)

    def show(self, leader: Leader, number: int, form: PointForm, seen: str) -> None:
        hidden = {name: form[name].value() for name in ("version", "before")}
        leader.pages[number].append(Open(hidden, seen))

    def stands(self, number: int) -> str:
        [text] = ActionPoint.objects.filter(
            plan__movement=self.movement, number=number
        ).values_list("commitment", flat=True)
        return text

    def send(self, leader: Leader, number: int, page: Open, text: str, how: str) -> None:
        """Send a page and compare with what its author had seen."""
        leader.last[number] = {"page": page, "text": text}
        stood = self.stands(number)
        sent = {"do": "save", "commitment": text, "progress": "", **page.hidden}
        answer = self.page_of(leader, number, sent)
        if how == "autosave":
            said = answer.autosave()
            went_well = said["state"] == "saved"
        else:
            went_well = answer.save()
        stands = self.stands(number)
        if not went_well:
            self.told(leader, number, answer, how, stood, text)
            return
        if stands != text:
            raise Lost(f"{text!r} was said to be saved")
        if stood not in (text, page.seen):
            raise Lost(f"{stood!r} was replaced by somebody who had not seen it")
        self.show(leader, number, answer.form, stands)

    def told(
        self, leader: Leader, number: int, answer: PointPage, how: str, stood: str, text: str
    ) -> None:
        """Nothing was written; both texts are before the author."""
        stands = self.stands(number)
        if stands != stood or answer.form["commitment"].value() != text:
            raise Lost(f"{text!r} went, or {stood!r} did")
        if how == "save" and (answer.conflict is None or answer.conflict.commitment != stands):
            raise Lost(f"{stands!r} was not shown")
        if how == "save":  # the page with both versions is a page too: sent from there, it counts
            self.show(leader, number, answer.form, stands)


class Messages:
    """Takes what a page says on top, and drops it."""

    def add(self, *args: Any) -> None: ...


def go_through(steps: list[tuple[int, int, str]]) -> None:
    evening = Evening(*EVENING)
    for step in steps:
        evening.do(*step)


EVENING: list[Any] = []


@pytest.fixture(autouse=True)
def _two_leaders(db: None) -> Any:
    group = Group()
    EVENING[:] = [group, leader_of(group.movement, "Sam Samen")]
    yield
    EVENING.clear()


quiet = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(quiet, max_examples=8, derandomize=True)
@given(steps=STEPS)
def test_two_leaders_lose_nothing(steps: list[tuple[int, int, str]]) -> None:
    go_through(steps)


@pytest.mark.proof
@settings(quiet, max_examples=1000)
@given(steps=STEPS)
def test_two_leaders_lose_nothing_in_a_thousand_evenings(
    steps: list[tuple[int, int, str]],
) -> None:
    go_through(steps)


def test_a_colleague_and_the_back_button_and_a_double_click() -> None:
    """The interleavings that a browser makes most, spelled out."""
    both = [(0, 1, "open"), (1, 1, "open"), (0, 1, "save"), (0, 1, "again"), (1, 1, "save")]
    go_through([*both, (1, 1, "back"), (1, 1, "open"), (1, 1, "autosave"), (0, 1, "back")])


@pytest.fixture
def _no_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the version is off: each sender is believed to have read what stands there."""
    save = plans.save_point

    def whatever_version(*, point: ActionPoint, version: int, **values: Any) -> ActionPoint:
        present = ActionPoint.objects.get(pk=point.pk).version
        return save(point=point, version=present, **values)

    monkeypatch.setattr(plans, "save_point", whatever_version)


@pytest.mark.usefixtures("_no_versions")
def test_without_the_versions_a_text_is_lost() -> None:
    """The negative control: with the check off, the same oracle finds a text that went."""
    with pytest.raises(Lost, match="had not seen it"):
        go_through([(0, 1, "open"), (1, 1, "open"), (0, 1, "save"), (1, 1, "autosave")])


@pytest.mark.proof
@pytest.mark.usefixtures("_no_versions")
def test_without_the_versions_generated_evenings_find_the_loss() -> None:
    """The same, found by itself."""

    @settings(quiet, max_examples=200, phases=[Phase.generate], database=None)
    @given(steps=STEPS)
    def lose(steps: list[tuple[int, int, str]]) -> None:
        go_through(steps)

    with pytest.raises(Lost, match="had not seen it"):
        lose()
