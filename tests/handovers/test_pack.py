"""What a team hands over: read from the records of the moment, on the page and on paper."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from accounts.models import User
from core.calendar import pretend, today
from handovers.pack import Pack
from handovers.paper import pack_html, pack_response
from handovers.selectors.pack import EXAMPLES, MESSAGES, pack_of
from handovers.services import write_note
from labels.enums import PlanState
from labels.models import Example
from labels.services.awards import pause_label
from labels.services.plans import open_plan
from movements.models import Mandate
from movements.services import change_mandate
from movements.services.messages import say
from tests.factories import movements as make
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(group: Group) -> Pack:
    with translation.override("en"):
        return pack_of(group.movement)


def ahead(pack: Pack) -> dict[str, str]:
    return {one.text: one.on.isoformat() for one in pack.ahead}


def group_with_label(state: PlanState = PlanState.AWARDED) -> Group:
    """Two promises, of which one is done; the label was awarded today."""
    group = Group(state=PlanState.DRAFT)
    group.write(1, commitment="Affiches in vier talen.", progress="Er hangen er zes.")
    group.write(6, commitment="Een ruilkast.", is_done=True)
    group.take_all(state)
    return group


def next_leader(group: Group, starts_on=None) -> User:
    """Who leads from tomorrow on, or another day; the leader of now stops the day before."""
    day = starts_on or today() + DAY
    account = make.user("Sami Haddad")
    make.mandate(group.movement, account=account, starts_on=day)
    old = group.movement.mandates.get(user=group.leader)
    Mandate.objects.filter(pk=old.pk).update(starts_on=day - 400 * DAY)
    change_mandate(mandate=old, by=None, ends_on=day - DAY)
    return account


def show(point: Any, caption: str) -> None:
    Example.objects.create(point=point, kind="link", url="https://example.org", caption=caption)


def test_a_movement_without_any_history() -> None:
    Group("Another group")  # an edition and the ten points exist
    movement = make.movement("Chiro Nieuw")
    with translation.override("en"):
        pack = pack_of(movement)
    assert (pack.label, pack.promises, pack.notes, pack.said, pack.team) == (None, [], [], [], [])
    assert pack.label_words == "There is no label at this moment."
    assert pack.plan_words == "There is no action plan yet."
    assert len(pack.ten) == 10
    assert [one.text for one in pack.ahead] == ["A new working year: say who goes on."]


def test_before_the_label_promises_are_those_of_the_plan() -> None:
    group = Group()
    group.write(1, commitment="Affiches in vier talen.")
    pack = told(group)
    assert [promise.text for promise in pack.open_promises] == ["Affiches in vier talen."]
    assert pack.without_promise == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert "It is now: draft" in pack.plan_words
    group.take_all(PlanState.MORE_ASKED)
    pack = told(group)
    assert pack.question == "Wat doen jullie op kamp?"
    assert "Answer the youth service before the end of this day." in ahead(pack)


def test_the_label_says_what_was_promised_and_until_when() -> None:
    group = group_with_label(PlanState.AWARDED_WITH_CONDITIONS)
    label = group.movement.labels.get()
    pack = told(group)
    assert pack.label == label
    assert [condition.text for condition in pack.conditions] == ["In mei kijken we samen."]
    assert [promise.number for promise in pack.open_promises] == [1]
    assert [promise.number for promise in pack.kept_promises] == [6]
    assert pack.open_promises[0].progress == "Er hangen er zes."
    assert ahead(pack)["Last day of your label."] == label.ends_on.isoformat()
    assert pack.plan_words == ""  # the label says it
    with pretend(label.grace_until + DAY):
        pack = told(group)
    assert pack.plan_words.endswith("was decided: awarded with conditions.")


def test_a_label_in_words_on_each_kind_of_day() -> None:
    group = group_with_label()
    label = group.movement.labels.get()

    def words_on(day) -> str:
        with pretend(day):
            return told(group).label_words

    assert words_on(today()).startswith(f"You carry label {label.number} until")
    assert words_on(label.starts_on - DAY).startswith(f"Label {label.number} begins on")
    assert words_on(label.renewal_from).endswith("You can renew it now.")
    with pretend(label.ends_on + DAY):
        pack = told(group)
    assert f"Label {label.number} ended on" in pack.label_words
    assert ahead(pack)["Last day to renew your label."] == label.grace_until.isoformat()
    pause_label(label=label, reason="Geen leiding.", by=group.coordinator)
    assert "is paused" in words_on(today())


def test_a_renewal_keeps_the_old_promises_in_sight() -> None:
    group = group_with_label()
    label = group.movement.labels.get()
    with pretend(label.renewal_from):
        make.mandate(group.movement, account=group.leader, starts_on=today())
        open_plan(movement=group.movement, by=group.leader)
        pack = told(group)
    assert [promise.number for promise in pack.promises] == [1, 6]
    assert "It is now: draft" in pack.plan_words


def test_conversation_and_examples_are_the_last_and_the_first_few() -> None:
    group = group_with_label()
    point = group.plan.points.get(number=1)
    for _number in range(EXAMPLES + 2):
        show(point, "Affiche")
    for number in range(MESSAGES + 1):
        say(movement=group.movement, text=f"Bericht {number}", by=group.consultant)
    pack = told(group)
    assert len(pack.examples) == EXAMPLES
    assert pack.more_examples == 2
    assert [one.text for one in pack.said] == [f"Bericht {n}" for n in range(1, MESSAGES + 1)]
    assert pack.said[0].from_staff


@pytest.fixture
def in_october() -> Any:
    with pretend(date(2026, 10, 5)):
        yield


def test_who_comes_and_goes_and_when_stands_ahead(in_october: None) -> None:
    group = Group()
    sami = next_leader(group)
    days = ahead(told(group))
    assert days[f"Starts: {sami.full_name}."] == "2026-10-06"
    assert days["Another team leads from this day."] == "2026-10-06"
    assert days["A new working year: say who goes on."] == "2027-09-01"
    Mandate.objects.update(confirmed_on=date(2026, 8, 1), starts_on=date(2025, 9, 1))
    assert ahead(told(group))["Who has not said that they go on can only look now."] == "2026-11-01"


def test_the_paper_is_short_tagged_and_in_the_language_that_is_asked() -> None:
    group = group_with_label()
    for number in range(2, 11):
        point = group.plan.points.get(number=number)
        show(point, f"Voorbeeld {number}")
    for number in range(MESSAGES):
        say(movement=group.movement, text=f"Bericht {number} " * 40, by=group.consultant)
    next_leader(group)
    turn_on = today() + DAY
    write_note(
        movement=group.movement,
        rotation_on=turn_on,
        by=group.leader,
        text="De sleutel ligt bij Mia. " * 40,
        version=0,
    )
    response = pack_response(group.movement, "xx")
    reader = PdfReader(BytesIO(response.content))
    assert len(reader.pages) <= 3
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    text = " ".join(page.extract_text() for page in reader.pages)
    for words in ("Affiches in vier talen.", "Voorbeeld 3", "De sleutel ligt bij Mia."):
        assert words in text
    mandates = group.movement.mandates.all()
    assert not any(mandate.email in text for mandate in mandates)  # a paper is passed on
    assert "What was promised" in pack_html(group.movement, "en")
