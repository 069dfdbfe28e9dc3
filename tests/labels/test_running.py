"""What is asked of which labels: those that are not over, each with what is its own."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from labels.enums import CheckAnswer, PlanState
from labels.models import (
    ActionPlan,
    Condition,
    Decision,
    Example,
    Label,
    LightCheck,
    PlanTemplate,
)
from labels.selectors.monitoring import (
    answers_to_look_at,
    checks_without_answer,
    missed_conditions,
    running_labels,
)
from labels.selectors.plans import plan_of, question, story_of, why_no_new_plan
from labels.selectors.register import public_entries
from labels.services.awards import pause_label, withdraw_label
from labels.services.monitoring import answer_check
from movements.models import CoachAssignment, Movement
from tests.factories.labels import Group, consultant, coordinator
from tests.labels.awarding import award, decide, leader_of, make_edition, make_movement, person

pytestmark = pytest.mark.django_db

START, NOW = date(2022, 11, 14), date(2025, 10, 1)  # in the renewal window of who began then
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to(f"{NOW}T12:00:00Z")


@pytest.fixture(autouse=True)
def _edition(db: None) -> None:
    make_edition(ends_on=date(2029, 2, 28))


def agreed(label: Label, text: str, due_on: date, **values: Any) -> Condition:
    return Condition.objects.create(decision=label.decision, text=text, due_on=due_on, **values)


def open_plan(movement: Movement, state: PlanState) -> ActionPlan:
    template = PlanTemplate.objects.latest("version")
    edition = ActionPlan.objects.latest("id").edition
    moment = None if state == PlanState.DRAFT else f"{NOW}T10:00:00Z"
    return ActionPlan.objects.create(
        movement=movement, template=template, edition=edition, state=state, submitted_at=moment
    )


def labels_in_every_way() -> dict[str, Label]:
    """By the name of the group; `next` is the second one of `followed`."""
    by = coordinator()
    days = {
        "plain": START,
        "paused": START,
        "withdrawn": START,
        "draft": START,
        "handed in": START,
        "grace": date(2022, 8, 1),
        "over": date(2022, 5, 1),
        "followed": START,
    }
    made = {name: award(make_movement(name), day) for name, day in days.items()}
    made["next"] = award(made["followed"].movement, NOW)
    pause_label(label=made["paused"], by=by, reason="Kamp")
    withdraw_label(label=made["withdrawn"], by=by, reason="Gestopt")
    open_plan(made["draft"].movement, PlanState.DRAFT)
    open_plan(made["handed in"].movement, PlanState.SUBMITTED)
    return made


def test_what_is_not_over_is_asked_and_what_can_be_renewed_is_told() -> None:
    made = labels_in_every_way()
    names = {label.pk: name for name, label in made.items()}
    assert [(names[each.label.pk], each.renews) for each in running_labels()] == [
        ("draft", True),
        ("followed", False),
        ("next", False),
        ("grace", True),
        ("handed in", False),
        ("paused", False),
        ("plain", True),
    ]
    some = [made[name].movement_id for name in ("plain", "over", "next")]
    found = [names[each.label.pk] for each in running_labels(some)]
    assert found == ["followed", "next", "plain"]
    assert running_labels([]) == []


def test_each_label_has_its_own_open_conditions_the_first_one_due_first() -> None:
    one, two = award(make_movement("Een"), START), award(make_movement("Twee"), START)
    by = {"settled_by": coordinator(), "settled_on": NOW}
    agreed(one, "Later", NOW + 9 * DAY)
    agreed(one, "Eerst", NOW)
    agreed(one, "Gedaan", NOW, settled="met", **by)
    agreed(two, "Van twee", NOW)
    Condition.objects.create(
        decision=Decision.objects.create(
            plan=open_plan(one.movement, PlanState.PROPOSED),
            outcome="award_with_conditions",
            reasons="Een voorstel.",
            proposed_by=coordinator(),
        ),
        text="Nog niet beslist",
        due_on=NOW - DAY,
    )
    found = [[row.text for row in each.conditions] for each in running_labels()]
    assert found == [["Eerst", "Later"], ["Van twee"]]


def coaching(label: Label, user: User) -> User:
    CoachAssignment.objects.create(movement=label.movement, user=user, starts_on=START)
    return user


def test_a_missed_condition_is_told_while_the_label_runs_to_who_looks_after_it() -> None:
    late, early = award(make_movement("Laat"), START), award(make_movement("Vroeg"), START)
    gone = award(make_movement("Weg"), START)
    for label, text, due_on in (
        (late, "Tweede", NOW - DAY),
        (early, "Eerste", NOW - 2 * DAY),
        (gone, "Niet meer", NOW - DAY),
        (late, "Vandaag nog", NOW),
    ):
        agreed(label, text, due_on)
    withdraw_label(label=gone, by=coordinator(), reason="Gestopt")
    assert [row.text for row in missed_conditions(coordinator())] == ["Eerste", "Tweede"]
    coach = coaching(late, consultant("Coach"))
    assert [row.text for row in missed_conditions(coach)] == ["Tweede"]
    CoachAssignment.objects.update(ends_on=NOW - DAY)
    assert not missed_conditions(coach).exists()


def test_an_answer_that_says_nothing_new_is_not_looked_at(time_machine: Any) -> None:
    time_machine.move_to("2023-11-20T12:00:00Z")
    labels = [award(make_movement(name), START) for name in ("Zegt", "Schrijft", "Zwijgt")]
    changed = {1: (CheckAnswer.CHANGED, "Nu anders.")}
    for label, points, note in zip(
        labels, (changed, {}, {}), ("", "Wel veel volk.", ""), strict=True
    ):
        leader = leader_of(label.movement, f"Leider {label.pk}", confirmed_on=date(2023, 9, 2))
        [each] = running_labels([label.movement_id])
        assert each.open_check is not None
        answer_check(label=label, by=leader, check=each.open_check, points=points, note=note)
    boss = coordinator()
    assert [row.label for row in answers_to_look_at(boss)] == labels[:2]
    LightCheck.objects.filter(label=labels[0]).update(looked_at=f"{NOW}T12:00Z", looked_by=boss)
    assert [row.label for row in answers_to_look_at(boss)] == labels[1:2]


def test_silence_is_told_after_sixty_days_the_longest_first(time_machine: Any) -> None:
    boss = coordinator()
    second = award(make_movement("Tweede"), date(2022, 11, 15))
    first = award(make_movement("Eerste"), START)
    paused = award(make_movement("Pauze"), START)
    asked = date(2023, 11, 14)
    for day, expected in (
        (asked + 60 * DAY, []),
        (asked + 61 * DAY, [first]),
        (asked + 62 * DAY, [first, second]),
    ):
        time_machine.move_to(f"{day}T12:00:00Z")
        if not paused.events.exists():
            pause_label(label=paused, by=boss, reason="Kamp")
        assert [each.label for each in checks_without_answer(boss)] == expected, day
    coach = coaching(second, consultant("Coach"))
    assert [each.label for each in checks_without_answer(coach)] == [second]


# Plans -------------------------------------------------------------------------------------------


def test_the_newest_plan_is_the_groups_own() -> None:
    first, other = Group("Eerste"), Group("Andere")
    assert (plan_of(first.movement), story_of(first.movement)) == (first.plan, first.plan)
    assert plan_of(other.movement) == other.plan
    assert plan_of(make_movement("Zonder")) is None


@translation.override("en")
def test_a_plan_or_a_label_of_another_group_stops_nobody_from_beginning() -> None:
    Group("Andere")
    runs, ends = award(make_movement("Met label"), NOW), award(make_movement("Loopt af"), START)
    assert "renew" in why_no_new_plan(runs.movement)
    assert why_no_new_plan(ends.movement) == ""
    assert why_no_new_plan(make_movement("Nieuw")) == ""
    assert why_no_new_plan(Group("Bezig").movement) != ""


def test_the_question_is_the_last_one_that_was_asked() -> None:
    group = Group(state=PlanState.MORE_ASKED)
    asked = group.plan.steps.get(action="ask_more")
    assert question(group.plan) == asked
    group.take("submit")
    assert question(group.plan) is None
    group.take("ask_more")
    again = question(group.plan)
    assert again is not None
    assert again.pk > asked.pk


def test_plans_and_their_examples_are_for_who_leads_the_group_now_or_soon() -> None:
    group, other = Group("Eigen"), Group("Andere")
    Example.objects.create(
        point=group.plan.points.get(number=1), kind="link", url="https://voorbeeld.be"
    )
    days = {
        "gone": {"ends_on": NOW - DAY},
        "ended": {"ended_at": f"{NOW}T11:00:00Z"},
        "last day": {"ends_on": NOW},
        "soon": {"starts_on": NOW + DAY},
    }
    people = {name: leader_of(group.movement, name, **values) for name, values in days.items()}
    people |= {"other": other.leader, "staff": consultant(), "nobody": person("Niko Niemand")}
    sees = {
        name
        for name, user in people.items()
        if ActionPlan.objects.for_user(user).filter(pk=group.plan.pk).exists()
    }
    shown = {name for name, user in people.items() if Example.objects.for_user(user).exists()}
    assert sees == shown == {"last day", "soon", "staff"}


def test_the_open_register_is_by_name() -> None:
    for name in ("Zonnebloem", "Aster", "Madelief"):
        award(make_movement(name), START)
    decide(make_movement("Zonder label"), START)
    assert [entry.movement.name for entry in public_entries()] == [
        "Aster",
        "Madelief",
        "Zonnebloem",
    ]
