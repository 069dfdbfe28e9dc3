"""A new plan asks what became of the promises of the round before."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.calendar import add_months, now, pretend, today
from core.errors import Refused
from labels.enums import Kept, NextStep, PlanState
from labels.models import ActionPlan, ActionPoint, Label
from labels.selectors.plans import next_step, story_of
from labels.selectors.renewal import plan_before, promises_before, unanswered
from labels.services import plans
from labels.services.renewal import answer_promise
from movements.models import Mandate
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Any:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def renewing(*promised: int) -> Group:
    """A group with a label that may be renewed, and the new plan as its plan."""
    with pretend(add_months(today(), -31)):
        group = Group()
        for number in promised or range(1, 11):
            group.write(number, commitment=f"Beloofd: {number}.")
        group.take_all(PlanState.AWARDED)
    Mandate.objects.update(confirmed_on=today())  # each year they said that they go on
    group.plan = plans.open_plan(movement=group.movement, by=group.leader)
    return group


def point(group: Group, number: int = 1) -> ActionPoint:
    return group.plan.points.get(number=number)


def answer(group: Group, kept: str, number: int = 1) -> ActionPoint:
    return answer_promise(point=point(group, number), by=group.leader, kept=kept)


def test_each_point_knows_its_predecessor_by_number() -> None:
    group = renewing()
    before = plan_before(group.plan)
    assert before is not None
    for new in group.plan.points.all():
        assert new.previous == before.points.get(number=new.number)
    assert plan_before(before) is None
    assert promises_before(before) == {}


def test_the_promises_are_those_the_label_was_awarded_for() -> None:
    group = renewing(1, 2)
    ActionPoint.objects.filter(plan=plan_before(group.plan)).update(commitment="Later anders.")
    assert promises_before(group.plan) == {1: "Beloofd: 1.", 2: "Beloofd: 2."}


def test_a_plan_without_a_label_speaks_for_itself() -> None:
    group = Group()
    group.write(3, commitment="Beloofd: 3.")
    ActionPlan.objects.filter(pk=group.plan.pk).update(state=PlanState.AWARDED, submitted_at=now())
    group.plan = plans.open_plan(movement=group.movement, by=group.leader)
    assert promises_before(group.plan) == {3: "Beloofd: 3."}


@pytest.mark.parametrize(
    ("frozen", "promises"),
    [
        ({"points": [{"number": 3, "title": {}, "commitment": "Beloofd."}]}, {3: "Beloofd."}),
        ({"points": [{"number": 3, "title": {}}]}, {}),
        ({"points": [{}] * 10}, {}),
        ({}, {}),
    ],
)
def test_a_label_that_was_taken_over_may_know_its_promises(
    frozen: dict[str, Any], promises: dict[int, str]
) -> None:
    group = Group()
    Label.objects.create(
        movement=group.movement,
        taken_over_by=group.coordinator,
        number="2020-001",
        decided_on=add_months(today(), -34),
        starts_on=add_months(today(), -34),
        ends_on=add_months(today(), 2),
        effective_end=add_months(today(), 2),
        renewal_months=6,
        grace_months=3,
        frozen=frozen,
    )
    assert promises_before(group.plan) == promises


@pytest.mark.parametrize(
    ("kept", "written", "text"),
    [
        (Kept.STILL, "", "Beloofd: 1."),
        (Kept.STILL, "Zelf geschreven.", "Zelf geschreven."),
        (Kept.CHANGED, "", "Beloofd: 1."),
        (Kept.DROPPED, "", ""),
        (Kept.DROPPED, "Beloofd: 1.", ""),
        (Kept.DROPPED, "Zelf geschreven.", "Zelf geschreven."),
    ],
)
def test_an_answer_puts_the_old_words_and_never_takes_own_ones(
    kept: Kept, written: str, text: str
) -> None:
    group = renewing()
    if written:
        group.write(1, commitment=written)
    version = point(group).version
    answer(group, kept)
    answer(group, kept)  # twice is once
    after = point(group)
    assert (after.kept, after.commitment) == (kept, text)
    assert after.version == version + (written != text)


def test_an_answer_to_no_question_is_refused() -> None:
    group = renewing(2)
    for number, kept in ((1, "still"), (2, "maybe"), (2, "")):
        with pytest.raises(Refused):
            answer(group, kept, number)
    group.take("submit")
    with pytest.raises(Refused):
        answer(group, Kept.STILL, 2)


def send(group: Group, number: int, **data: Any) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(group.leader)
    return client.post(reverse("labels:point", args=[group.movement.pk, number]), data)


def page(group: Group, name: str = "plan", *args: int) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(group.leader)
    answer = client.get(reverse(f"labels:{name}", args=[group.movement.pk, *args]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_asks_and_one_tap_goes_on_to_the_next() -> None:
    group = renewing(2, 5)
    assert "You looked at 0 of 2 promises of before" in page(group)
    assert "Is it still true?" not in page(group, "point", 1)
    assert "Is it still true?" in page(group, "point", 5)
    address = reverse("labels:point", args=[group.movement.pk, 2])
    assert send(group, 5, do="kept-still", version=1).url == address
    shown = page(group, "point", 5)
    assert "You said: <strong>still true</strong>." in shown
    assert "Beloofd: 5." in shown
    assert send(group, 2, do="kept-changed", version=1).url == address
    assert "Change the text below" in page(group, "point", 2)
    assert "You looked at 2 of 2 promises of before" in page(group)
    plan = reverse("labels:plan", args=[group.movement.pk])
    assert send(group, 5, do="kept-still", version=2, commitment="Beloofd: 5.").url == plan
    assert not unanswered(group.plan, promises_before(group.plan))


def test_what_was_typed_goes_along_and_a_foreign_answer_is_told() -> None:
    group = renewing(2)
    send(group, 2, do="kept-dropped", version=1, progress="Te duur geworden.")
    dropped = point(group, 2)
    assert (dropped.kept, dropped.commitment, dropped.progress) == (
        Kept.DROPPED,
        "",
        "Te duur geworden.",
    )
    told = send(group, 1, do="kept-still", version=1, commitment="Getypt.")
    assert told.status_code == 200
    assert "There is no such question on this point." in told.content.decode()
    assert point(group, 1).commitment == "Getypt."


# Dropped: why ------------------------------------------------------------------------------------


def test_a_dropped_promise_asks_why_and_the_assessor_reads_it_as_such() -> None:
    group = renewing(2, 5)
    assert "How far are you?" in page(group, "point", 2)
    answer(group, Kept.DROPPED, 2)
    answer(group, Kept.DROPPED, 5)
    asked = page(group, "point", 2)
    order = ["Why did you drop your promise?", "A few words are enough.", "something else on this"]
    assert 0 < asked.index(order[0]) < asked.index(order[1]) < asked.index(order[2])
    assert "How far are you?" not in asked
    assert asked.index(order[0]) < asked.index("What to write?")
    send(group, 2, version=point(group, 2).version, progress="Te duur geworden.", do="save")
    assert "Promise dropped. Te duur geworden." in page(group)
    assert "Why we dropped our promise" in page(group, "print_plan")
    group.take("submit")
    assert "Why did you drop your promise?" in page(group, "point", 2)
    shown = assessed(group)
    assert 'Why they dropped their promise</h4> <p class="pre-line" dir="auto">Te duur' in shown
    assert "They do not say why. Discuss it." in shown


def test_a_text_that_is_cut_short_ends_once() -> None:
    group = Group()
    group.write(3, commitment="Affiches en flyers. " * 9)
    group.write(4, commitment="Wie belt?")
    shown = page(group)
    assert "Started. Affiches" in shown
    assert "…." not in shown
    assert "Wie belt?." not in shown


def test_a_point_that_was_dropped_may_stay_empty_and_is_not_asked_for_again() -> None:
    group = renewing(2)
    for number in (1, *range(3, 11)):
        group.write(number, commitment="Doen.")
    assert next_step(story_of(group.movement)) == 2
    answer(group, Kept.DROPPED, 2)
    assert next_step(story_of(group.movement)) == NextStep.SUBMIT


def test_where_what_was_done_counts_it_is_asked_with_the_reason() -> None:
    group = renewing(2)
    Edition.objects.update(label_mode=LabelMode.ACHIEVEMENT)
    answer(group, Kept.DROPPED, 2)
    asked = "What did you do, and why did you drop your promise?"
    assert asked in page(group, "point", 2)
    group.take("submit")
    assert "What they did, and why they dropped their promise" in assessed(group)
    assert "What we will do" not in page(group, "print_plan")


def assessed(group: Group) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(group.consultant)
    url = reverse("admin:labels_actionplan_assess", args=[group.plan.pk])
    return " ".join(client.get(url).content.decode().split())


# Saved as one writes, printed, told when to expect an answer -------------------------------------


def autosave(group: Group, number: int = 1, **data: Any) -> dict[str, Any]:
    client = Client(headers={"accept": "application/json", "accept-language": "en"})
    client.force_login(group.leader)
    answer = client.post(reverse("labels:point", args=[group.movement.pk, number]), data)
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def test_the_text_alone_is_saved_and_the_answer_says_what_became_of_it() -> None:
    group = Group()
    said = autosave(group, version=1, commitment="Affiches.", do="share")
    assert (said["state"], said["version"]) == ("saved", 2)
    assert said["words"].startswith("Saved at ")
    assert not point(group).is_shared  # the text and nothing else
    again = autosave(group, version=2, commitment="Affiches.", before=said["before"])
    assert (again["state"], again["version"]) == ("saved", 2)
    stale = autosave(group, version=1, commitment="Van Sam.")
    assert stale["state"] == "stale"
    assert "Press “Save” to see both." in stale["words"]
    long = autosave(group, version=2, commitment="x" * 2001)
    assert long["state"] == "refused"
    assert "at most 2000 characters" in long["words"]
    assert long["words"].endswith("Not saved yet. Your text still stands there.")
    group.take("submit")
    late = autosave(group, version=2, commitment="Op de valreep.")
    assert late["state"] == "refused"
    assert "nothing can be changed" in late["words"]
    assert point(group).commitment == "Affiches."


def test_the_plan_on_one_page() -> None:
    group = Group()
    group.write(1, commitment="Affiches.", progress="Er hangen er tien.", is_done=True)
    plans.add_link(
        point=point(group), by=group.leader, caption="Onze site", url="https://voorbeeld.be/"
    )
    shown = page(group, "print_plan")
    for words in ("Affiches.", "Er hangen er tien.", "This point is done.", "https://voorbeeld.be"):
        assert words in shown
    assert shown.count("Nothing written yet.") == 9
    group.take_all(PlanState.AWARDED)
    assert "Affiches." in page(group, "print_plan")


def test_handing_in_says_by_when_there_is_an_answer(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02 09:00+01:00")
    group = Group()
    client = Client(headers={"accept-language": "en"})
    client.force_login(group.leader)
    url = reverse("labels:submit", args=[group.movement.pk])
    answer = client.post(url, {"message": ""}, follow=True)
    assert "You get an answer by 30 March." in " ".join(answer.content.decode().split())
