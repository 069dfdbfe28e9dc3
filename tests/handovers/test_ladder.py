"""The reminder ladder, step by step: who is asked, who next, and when nobody is any more."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core import outbox
from core.outbox import OutboxMessage, OutboxState
from handovers.enums import Rung, Step, Why
from handovers.models import Reminder
from handovers.services import open_handovers, queue_reminders
from movements.enums import Function
from movements.models import Mandate
from movements.services import assign_coach
from tests.factories import movements as people
from tests.factories.programmes import make_edition
from tests.support.smtp import Sink, links_in, text_of

pytestmark = pytest.mark.django_db


class Group:
    """A movement with a coach and a coordinator above it; what is done in it, is done on a day."""

    def __init__(self) -> None:
        self.coordinator = people.coordinator()
        self.coach = people.consultant()
        self.movement = people.movement("Chiro De Vlieger", mailbox="groep@example.org")
        assign_coach(movement=self.movement, user=self.coach, by=self.coordinator)

    def leader(self, name: str, since: date, until: date | None = None, **more: Any) -> Mandate:
        fields: dict[str, Any] = {"email": f"{name.lower()}@example.org", "name": name, **more}
        account = people.user(name, fields["email"])
        return people.mandate(
            self.movement, starts_on=since, ends_on=until, account=account, **fields
        )


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2027, 2, 10, 8), tick=False) as traveller:
        make_edition(starts_on=date(2026, 3, 1), ends_on=date(2030, 2, 28))
        yield traveller


@pytest.fixture
def group(clock: Any) -> Group:
    return Group()


def on(clock: Any, day: date, *, runs: int = 2) -> int:
    """What a run of that morning queues; the second run finds nothing more to do."""
    clock.move_to(timezone.make_aware(datetime(day.year, day.month, day.day, 8)))
    open_handovers()
    found = queue_reminders()
    assert [queue_reminders() for _more in range(runs - 1)] == [0] * (runs - 1)
    return found


def decided(*, step: Step | None = None) -> list[tuple[str, str, str, date]]:
    """(step, rung, outcome, day) of each decision but the copies, in the order in which it fell."""
    rows = Reminder.objects.exclude(why=Why.COPY).order_by("pk")
    rows = rows.filter(step=step) if step else rows
    return [(row.step, Rung(row.rung).name, row.outcome, row.decided_on) for row in rows]


def deliver() -> None:
    while rows := outbox.claim():
        for row in rows:
            outbox.deliver(row)


def subjects(smtp: Sink) -> set[tuple[str, str]]:
    return {(str(mail["To"]), str(mail["Subject"])) for mail in smtp.messages}


# Who takes over --------------------------------------------------------------------------------


def test_without_a_reaction_it_goes_up_a_rung_each_fortnight(
    group: Group, clock: Any, smtp: Sink
) -> None:
    group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    group.leader("Wim", date(2020, 9, 1), None, function=Function.ADULT_SUPERVISOR)
    for day in (14, 15, 16, 28, 29, 30):
        on(clock, date(2027, 3, day))
    for day in (11, 12, 25, 26, 27):
        on(clock, date(2027, 4, day))
    assert decided() == [
        ("march", "TEAM", "queued", date(2027, 3, 15)),
        ("march", "ADULT", "queued", date(2027, 3, 29)),
        ("march", "COACH", "queued", date(2027, 4, 12)),
        ("march", "COORDINATOR", "queued", date(2027, 4, 26)),
    ]
    deliver()
    ask = "Chiro De Vlieger: wie neemt over?"
    assert {to for to, _subject in subjects(smtp)} == {
        "noor@example.org",
        "wim@example.org",
        "groep@example.org",
        group.coach.email,
        group.coordinator.email,
    }
    [mail] = [mail for mail in smtp.messages if mail["To"] == "noor@example.org"]
    assert mail["Subject"] == ask
    assert "31 augustus 2027" in text_of(mail)
    assert any(link.endswith(f"/my/{group.movement.pk}/team/") for link in links_in(mail))
    [copy] = [mail for mail in smtp.messages if mail["To"] == "groep@example.org"]
    assert "Noor" not in copy.as_string()


def test_a_successor_is_a_reaction(group: Group, clock: Any) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    on(clock, date(2027, 3, 15))
    group.leader("Sami", date(2027, 9, 1))
    assert [on(clock, date(2027, 3, 29)), on(clock, date(2027, 5, 1))] == [0, 0]
    deliver()
    state = OutboxMessage.objects.get(kind="team_ends", recipient=noor.key).state
    assert state == OutboxState.NOT_DUE
    assert decided() == [("march", "TEAM", "queued", date(2027, 3, 15))]
