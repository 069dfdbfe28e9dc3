"""What a merger of movements does with labels and plans."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from core.errors import Refused
from labels.enums import LabelEventKind, LabelState, PlanAction
from labels.lifecycle import label_state
from labels.models import ActionPlan, Label, LabelEvent
from labels.selectors.plans import plans_to_assess
from labels.services.awards import award_label, end_labels, pause_label, withdraw_label
from labels.services.steps import take_step
from movements.models import Movement
from movements.selectors.life import foretold
from movements.services.life import stop_movement
from movements.services.mergers import merge_movements
from tests.labels.awarding import award, decide, make_movement, person

pytestmark = pytest.mark.django_db
START, MERGED = date(2022, 11, 14), date(2024, 6, 1)


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


@pytest.fixture
def source() -> Movement:
    return make_movement("Oud")


@pytest.fixture
def target() -> Movement:
    return make_movement("Nieuw")


def merge(source: Movement, target: Movement) -> None:
    merge_movements(source=source, target=target, on=MERGED, by=person("Karin", "coordinator"))


def states(*labels: Label, day: date = MERGED) -> list[LabelState]:
    return [label_state(Label.objects.with_facts().get(pk=label.pk), day) for label in labels]


def test_the_label_of_the_source_ends_and_the_target_keeps_its_own(
    source: Movement, target: Movement
) -> None:
    old, own = award(source, START), award(target, START)
    merge(source, target)
    assert states(old, own) == [LabelState.MERGED, LabelState.VALID]
    assert states(old, day=date(2024, 5, 31)) == [LabelState.VALID]
    assert list(Label.objects.valid_on(MERGED)) == [own]
    assert old in Label.objects.valid_on(date(2024, 5, 31))
    with override("en"):
        assert LabelEvent.objects.get().get_kind_display() == "ended by a merger"


def test_a_movement_that_is_gone_gets_no_label(source: Movement, target: Movement) -> None:
    decision = decide(source, START)
    merge(source, target)
    with override("en"), pytest.raises(Refused, match="not there any more"):
        award_label(decision=decision, starts_on=START, by=person("Cora"))


def test_what_happened_to_a_label_since_did_happen(source: Movement, target: Movement) -> None:
    by = person("Karin", "coordinator")
    label, over = award(source, START), award(make_movement("Ander"), START)
    pause_label(label=label, by=by, reason="…", on=date(2024, 6, 10))
    withdraw_label(label=over, by=by, reason="…")
    merge(source, target)
    assert states(label, day=date(2024, 6, 9)) == [LabelState.VALID]
    event = label.events.get(kind=LabelEventKind.MERGED)
    assert event.on == date(2024, 6, 10)
    assert end_labels(movement=over.movement, by=by, reason="…", on=MERGED) == []


def test_the_plan_of_a_movement_that_is_gone_rests(source: Movement, target: Movement) -> None:
    by = person("Karin", "coordinator")
    plan = decide(source, date(2024, 5, 1)).plan
    ActionPlan.objects.filter(pk=plan.pk).update(state="submitted")
    assert list(plans_to_assess()) == [plan]
    merge(source, target)
    assert not plans_to_assess().exists()
    plan.refresh_from_db()
    with override("en"), pytest.raises(Refused, match="its plan rests"):
        take_step(plan=ActionPlan.objects.get(), action=PlanAction.DISCUSS, by=by)
    stop_movement(movement=target, on=date(2024, 6, 14), by=by)
    assert not plans_to_assess().exists()


def test_what_would_happen_is_said_by_number(source: Movement, target: Movement) -> None:
    plan = decide(source, date(2024, 5, 1)).plan
    with override("en"):
        assert foretold(source, target, MERGED) == ["0 mandates end."]
        ActionPlan.objects.filter(pk=plan.pk).update(state="submitted")
        assert foretold(source, target, MERGED)[1:] == ["1 plan rests."]
        ActionPlan.objects.filter(pk=plan.pk).update(state="awarded")
        number, _own = award(source, START).number, award(target, START)
        assert foretold(source, target, MERGED)[1:] == [
            f"Label {number} ends.",
            "Nieuw keeps its own label.",
        ]
