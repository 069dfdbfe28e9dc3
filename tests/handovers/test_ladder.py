"""The reminder that a mandate ends: which step, for whom, once."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from model_bakery import baker

from core import outbox
from core.outbox import OutboxMessage, OutboxState
from handovers.enums import Step
from handovers.rules import asks_about, step_due
from handovers.services import queue_reminders
from movements.enums import Function
from movements.models import Mandate, Movement
from programmes.models import Edition
from programmes.services import create_edition
from tests.factories.movements import federation
from tests.support.smtp import Sink, links_in, text_of

FIRST_OF_MAY = date(2027, 5, 1)


@pytest.fixture
def edition(db: None) -> Edition:
    return create_edition(
        name={"nl": "Jeugdwerk voor Alleman", "fr": "Pour tous", "en": "For all"},
        municipality="Lindestad",
        starts_on=date(2026, 3, 1),
        ends_on=date(2028, 2, 29),
        contact_email="jeugd@example.test",
        signatory={"nl": "schepen", "fr": "échevin", "en": "alderman"},
        by=None,
    )


def make_mandate(ends_on: date | None, **values: object) -> Mandate:
    fields = {"name": "Noor Claes", "email": "noor@example.test", "function": Function.MAIN_LEADER}
    fields |= {"starts_on": date(2024, 9, 1), **values}
    movement = fields.pop("movement", None) or baker.make(
        Movement,
        name="Chiro De Vlieger",
        federation=federation(),
        language="nl",
        started_on=None,
        stopped_on=None,
    )
    return baker.make(Mandate, movement=movement, ends_on=ends_on, **fields)


def run_everything_twice() -> None:
    for _run in range(2):
        queue_reminders()
        for row_id in outbox.claim():
            outbox.deliver(row_id)


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("state", flat=True))


def test_one_mail_at_the_first_of_may_however_often_it_runs(edition: Edition, smtp: Sink) -> None:
    mandate = make_mandate(date(2027, 8, 31))

    with time_machine.travel("2027-05-01 08:00 +0200", tick=False):
        run_everything_twice()

    [mail] = smtp.messages
    assert mail["To"] == "noor@example.test"
    assert "Chiro De Vlieger" in str(mail["Subject"])
    assert any(link.endswith(f"/my/{mandate.movement_id}/") for link in links_in(mail))
    assert "31 augustus 2027" in text_of(mail)
    assert states() == [OutboxState.SENT]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": date(2029, 8, 31)},
        {"ends_on": None},
        {"ends_on": date(2027, 5, 1), "ended_at": "2027-05-01T08:00:00+02:00"},
    ],
    ids=["prolonged", "open end", "ended"],
)
def test_no_mail_when_it_stopped_being_true_in_between(
    edition: Edition, smtp: Sink, change: dict[str, object]
) -> None:
    mandate = make_mandate(date(2027, 8, 31))

    with time_machine.travel("2027-05-01 08:00 +0200", tick=False):
        assert queue_reminders() == 1
        Mandate.objects.filter(pk=mandate.pk).update(**change)
        run_everything_twice()

    assert smtp.messages == []
    assert states() == [OutboxState.NOT_DUE]


def test_no_mail_for_a_movement_that_stopped(edition: Edition, smtp: Sink) -> None:
    mandate = make_mandate(date(2027, 8, 31))

    with time_machine.travel("2027-05-02 08:00 +0200", tick=False):
        queue_reminders()
        Movement.objects.filter(pk=mandate.movement_id).update(stopped_on=FIRST_OF_MAY)
        run_everything_twice()
        make_mandate(date(2027, 8, 31), movement=mandate.movement, email="a@example.test")
        assert queue_reminders() == 0

    assert smtp.messages == []


@pytest.mark.parametrize(
    ("ends_on", "asked"),
    [
        (date(2027, 4, 30), False),
        (date(2027, 5, 1), True),
        (date(2027, 11, 1), True),
        (date(2027, 11, 2), False),
        (None, False),
    ],
)
def test_six_months_both_ends_included(edition: Edition, ends_on: date | None, asked: bool) -> None:
    make_mandate(ends_on)

    assert queue_reminders(on=FIRST_OF_MAY) == asked
    assert asks_about(ends_on, FIRST_OF_MAY) == asked


def test_a_future_mandate_is_not_asked(edition: Edition) -> None:
    make_mandate(date(2027, 10, 31), starts_on=date(2027, 9, 1))

    assert queue_reminders(on=FIRST_OF_MAY) == 0


def test_a_step_found_in_the_quiet_period_waits_and_the_next_overtakes_it(
    edition: Edition,
) -> None:
    make_mandate(date(2027, 10, 31))

    assert queue_reminders(on=date(2027, 5, 25)) == 0
    assert queue_reminders(on=date(2027, 8, 31)) == 0
    assert queue_reminders(on=date(2027, 9, 1)) == 1
    assert queue_reminders(on=date(2027, 9, 5)) == 1
    steps = OutboxMessage.objects.order_by("id").values_list("step", flat=True)
    assert list(steps) == ["2027-05-01", "2027-09-05"]


def test_without_an_edition_there_is_no_quiet_period(db: None) -> None:
    make_mandate(date(2027, 10, 31))

    assert queue_reminders(on=date(2027, 6, 1)) == 1


def oracle_step(day: date) -> date | None:
    """Written apart: the latest of the year's three days that is not after `day`."""
    september = next(
        d for d in (date(day.year, 9, n) for n in range(1, 8)) if d.strftime("%a") == "Sun"
    )
    latest = None
    for candidate in (date(day.year, 3, 15), date(day.year, 5, 1), september):
        if candidate <= day:
            latest = candidate
    return latest


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.booleans())
def test_the_step_of_a_day_agrees_with_an_independent_oracle(day: date, quiet: bool) -> None:
    due = step_due(day, quiet=quiet)

    expected = None if quiet else oracle_step(day)
    assert (due[1] if due else None) == expected
    assert due is None or due[0] in Step


def test_day_by_day_over_two_years_with_skipped_days(edition: Edition) -> None:
    """Each step of a year once per mandate, whatever days the scheduler missed."""
    mandate = make_mandate(date(2027, 10, 31))
    other = make_mandate(date(2028, 3, 20), email="sami@example.test")
    day = date(2027, 1, 1)
    while day < date(2028, 12, 31):
        if day.day % 5 != 3:
            queue_reminders(on=day)
            queue_reminders(on=day)
        day += timedelta(days=1)

    asked = {(row.object_id, row.step) for row in OutboxMessage.objects.filter(kind="team_ends")}
    assert asked == {
        (mandate.pk, "2027-05-01"),
        (mandate.pk, "2027-09-05"),
        (other.pk, "2028-03-15"),
    }
