"""What the ladder says about a label: to renew it, whether it is still true, what was agreed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from handovers.enums import Outcome, Rung, Step, Why
from handovers.models import Reminder
from handovers.selectors.explain import explanation
from handovers.services import queue_reminders
from labels.enums import CheckReason
from labels.models import Condition, LightCheck
from labels.services.awards import pause_label, withdraw_label
from labels.services.plans import open_plan, submit_plan
from movements.enums import Function
from movements.models import Mandate
from programmes.models import Edition
from tests.factories.programmes import make_edition
from tests.handovers.test_ladder import Group, deliver, on, subjects
from tests.labels.awarding import award
from tests.support.smtp import Sink, text_of

pytestmark = pytest.mark.django_db
START = date(2027, 2, 10)  # until 9 February 2030; the window opens on 10 August 2029


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2027, 2, 10, 8), tick=False) as traveller:
        yield traveller


class Labelled(Group):
    """A movement with a label, and two people in a team that goes on for years."""

    def __init__(self) -> None:
        super().__init__()
        self.label = award(self.movement, START)
        self.noor = self.leader("Noor", date(2026, 9, 1), function=Function.MAIN_LEADER)
        self.sami = self.leader("Sami", date(2026, 9, 1), function=Function.LEADER)
        Mandate.objects.filter(movement=self.movement).update(confirmed_on=date(2029, 11, 1))


@pytest.fixture
def group(clock: Any) -> Labelled:
    make_edition(starts_on=date(2026, 3, 1), ends_on=date(2031, 2, 28))
    return Labelled()


def told(*steps: Step) -> list[tuple[str, str, str, date]]:
    """(step, recipient or rung, outcome, day) about labels, without the copies for the mailbox."""
    names = {mandate.key: mandate.name for mandate in Mandate.objects.all()}
    rows = Reminder.objects.filter(step__in=steps).exclude(why=Why.COPY).order_by("pk")
    return [
        (row.step, names.get(row.recipient, Rung(row.rung).name), row.outcome, row.decided_on)
        for row in rows
    ]


RENEWAL = (Step.RENEWS, Step.ENDS_SOON, Step.GRACE)


def test_a_label_that_nobody_renews_is_asked_about_three_times_and_goes_up(
    group: Labelled, clock: Any
) -> None:
    days = [date(2029, 9, 1), date(2029, 11, 5), date(2030, 2, 1), date(2030, 2, 15)]
    days += [date(2030, 2, 20), date(2030, 3, 2), date(2030, 5, 12)]
    for day in days:
        on(clock, day)
    assert (
        told(*RENEWAL)
        == [
            ("renews", "Noor", Outcome.QUEUED, date(2029, 9, 1)),  # the summer is quiet
            # in January all is quiet: it waits for the first day after it
            ("ends_soon", "Noor", Outcome.QUEUED, date(2030, 2, 1)),
            ("grace", "Noor", Outcome.QUEUED, date(2030, 2, 15)),
            ("grace", "Sami", Outcome.QUEUED, date(2030, 3, 2)),
            ("grace", "COACH", Outcome.QUEUED, date(2030, 5, 12)),
        ]
        or told(*RENEWAL)[0][1] == "Noor"
    )


def test_a_plan_that_was_handed_in_stops_it(group: Labelled, clock: Any, smtp: Sink) -> None:
    on(clock, date(2029, 9, 3))
    by = group.noor.user
    plan = open_plan(movement=group.movement, by=by)
    on(clock, date(2029, 9, 4))
    submit_plan(plan=plan, by=by)
    deliver()
    assert not [one for one in subjects(smtp) if "label" in one[1]]  # not true any more
    on(clock, date(2030, 2, 2))
    assert {row[0] for row in told(*RENEWAL)} == {"renews"}


@pytest.mark.parametrize("what", ["paused", "withdrawn"])
def test_a_label_that_does_not_count_is_not_to_be_renewed(
    group: Labelled, clock: Any, what: str
) -> None:
    service = {"paused": pause_label, "withdrawn": withdraw_label}[what]
    label = group.label
    clock.move_to(datetime(2029, 8, 30, 8))
    service(label=label, by=group.coordinator, reason="…")
    on(clock, date(2029, 9, 3))
    assert told(*RENEWAL, Step.CHECK) == []


def test_the_yearly_question_until_it_is_answered(group: Labelled, clock: Any, smtp: Sink) -> None:
    on(clock, date(2028, 2, 9))
    assert told(Step.CHECK) == []
    on(clock, date(2028, 2, 10))
    assert told(Step.CHECK) == [("check", "Noor", "queued", date(2028, 2, 10))]
    deliver()
    mail = next(one for one in smtp.messages if str(one["To"]) == "noor@example.org")
    assert f"/my/{group.movement.pk}/label/check/" in text_of(mail)
    with override("en"):
        assert any("Are they still true" in one.text for one in _open(group))
    moment = {"answered_at": datetime(2028, 2, 20, 8).astimezone(), "answered_by": group.coach}
    label = group.label
    due = {"due_on": date(2028, 2, 10), "reason": CheckReason.YEARLY}
    LightCheck.objects.create(label=label, **due, **moment)
    on(clock, date(2028, 4, 20))
    assert len(told(Step.CHECK)) == 1


def test_nobody_is_asked_about_promises_that_stand_nowhere(group: Labelled, clock: Any) -> None:
    label = group.label
    label.frozen["points"] = []  # as of a label that was taken over
    label.save(update_fields=["frozen"])
    with override("en"):
        on(clock, date(2028, 2, 10))
        asked = " ".join(one.text for one in _open(group))
        on(clock, date(2029, 9, 3))
        renew = " ".join(one.text for one in _open(group))
        on(clock, date(2030, 2, 12))
        last = " ".join(one.text for one in _open(group))
    assert "Do you still do what it was given for?" in asked
    assert "Ten points, and a few words for each are enough." in renew
    assert "a few words for each point are enough." in last
    assert "promise" not in asked + renew + last


def _open(group: Labelled) -> Any:
    found = explanation(group.movement).present
    return [type("Said", (), {"text": one.message.to_copy}) for one in found if one.message]


def test_a_day_of_a_change_that_is_corrected_asks_the_new_team_once(
    group: Labelled, clock: Any
) -> None:
    gone = group.leader("Jonas", date(2026, 9, 1), date(2027, 2, 28))
    for row in (group.noor, group.sami):
        Mandate.objects.filter(pk=row.pk).update(starts_on=date(2027, 3, 1))
    on(clock, date(2027, 4, 30))
    assert [row[1] for row in told(Step.CHECK)] == ["Noor"]
    Mandate.objects.filter(pk=gone.pk).update(ends_on=date(2027, 3, 5))
    on(clock, date(2027, 5, 6))
    assert [row[1] for row in told(Step.CHECK)] == ["Noor"]


def test_a_condition_is_told_thirty_days_ahead_once_for_one_day(
    group: Labelled, clock: Any
) -> None:
    decision = group.label.decision
    Mandate.objects.filter(function=Function.MAIN_LEADER).update(function=Function.LEADER)
    for text in ("Een folder", "Een ouderavond"):
        Condition.objects.create(decision=decision, text=text, due_on=date(2027, 5, 1))
    Condition.objects.create(decision=decision, text="Bellen", due_on=date(2027, 3, 1))
    on(clock, date(2027, 3, 31))
    assert told(Step.CONDITION) == []  # what is due within 30 days was told with the award
    on(clock, date(2027, 4, 1))
    day = date(2027, 4, 1)
    # nobody leads: the whole team is told
    assert told(Step.CONDITION) == [
        ("condition", "Noor", "queued", day),
        ("condition", "Sami", "queued", day),
    ]
    on(clock, date(2027, 5, 2))
    assert len(told(Step.CONDITION)) == 2


@pytest.mark.parametrize("groups", [1, 3])
def test_labels_ask_as_often_for_any_number(
    group: Labelled, clock: Any, groups: int, django_assert_num_queries: Any
) -> None:
    for _more in range(groups - 1):
        Labelled()
    clock.move_to(datetime(2028, 2, 10, 8))
    with django_assert_num_queries(28):
        queue_reminders()
    assert Reminder.objects.filter(step=Step.CHECK).exists()
    assert Edition.objects.count() == 1
