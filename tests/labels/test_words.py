"""Words about a person can be taken away from what is otherwise only ever added."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core.logs import ActivityLog
from labels.enums import PlanAction, PlanState
from labels.models import LabelEvent, PlanStep
from labels.services.awards import pause_label
from labels.services.words import forget_words
from tests.labels.awarding import award, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(time_machine: Any) -> LabelEvent:
    time_machine.move_to("2023-02-01T12:00:00Z")
    label = award(day=date(2023, 1, 1))
    pause_label(label=label, by=person("Cora"), reason="Jan Peeters vertrok")
    return label.events.get()


@pytest.fixture
def step(event: LabelEvent) -> PlanStep:
    return PlanStep.objects.create(
        plan=event.label.decision.plan,
        action=PlanAction.SUBMIT,
        state=PlanState.SUBMITTED,
        by=person("Lea"),
        message="Bel Jan Peeters",
    )


@pytest.mark.parametrize("what", ["event", "step"])
def test_words_go_and_the_log_names_the_field(what: str, request: pytest.FixtureRequest) -> None:
    row, by = request.getfixturevalue(what), person("Olga")
    before = type(row).objects.filter(pk=row.pk).values().get()
    for _twice in range(2):
        forget_words(row=row, by=by)
    field = "reason" if what == "event" else "message"
    assert type(row).objects.filter(pk=row.pk).values().get() == {**before, field: ""}
    assert ActivityLog.objects.get(verb="erased").fields == [field]


OTHER: dict[str, dict[str, Any]] = {
    "event": {
        "reason": "Anders", "kind": "resumed", "on": date(2020, 1, 1),
        "recorded_at": "2020-01-01T00:00:00Z", "label": None, "by": None,
    },
    "step": {
        "message": "Anders", "action": PlanAction.AWARD, "state": PlanState.DRAFT,
        "at": "2020-01-01T00:00:00Z",
    },
}  # fmt: skip


@pytest.mark.parametrize(("what", "field"), [(w, f) for w, fields in OTHER.items() for f in fields])
def test_nothing_else_is_changed(what: str, field: str, request: pytest.FixtureRequest) -> None:
    row = request.getfixturevalue(what)
    value = OTHER[what][field]
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**{field: value})


@pytest.mark.parametrize("what", ["event", "step"])
def test_nothing_is_deleted(what: str, request: pytest.FixtureRequest) -> None:
    row = request.getfixturevalue(what)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
