"""The reminder ladder, step by step: who is asked, who next, and when nobody is any more."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from core import outbox
from core.outbox import OutboxMessage, OutboxState
from core.preferences import opt_out
from core.restriction import Restriction
from handovers.enums import Outcome, Rung, Step, Why
from handovers.models import Reminder
from handovers.services import open_handovers, queue_reminders, sign_handover
from movements.enums import Function
from movements.models import Mandate, Movement
from movements.services import assign_coach, end_mandate
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


def test_of_a_team_only_who_leaves_a_gap_is_asked(group: Group, clock: Any) -> None:
    end = date(2027, 8, 31)
    group.leader("Noor", date(2024, 9, 1), end)
    group.leader("Sami", date(2024, 9, 1))
    group.leader("Lore", date(2024, 9, 1), end, function=Function.LEADER)
    wim = group.leader("Wim", date(2024, 9, 1), end, function=Function.ADULT_SUPERVISOR)
    on(clock, date(2027, 3, 15))
    told = Reminder.objects.exclude(why=Why.COPY).values_list("recipient", flat=True)
    assert list(told) == [wim.key]


def test_who_has_two_functions_or_two_mandates_is_one_person(group: Group, clock: Any) -> None:
    end = date(2027, 8, 31)
    first = group.leader("Noor", date(2024, 9, 1), end)
    again = {"email": "NOOR@example.org", "name": "Noor"}
    second = people.mandate(group.movement, starts_on=date(2025, 1, 1), ends_on=end, **again)
    on(clock, date(2027, 3, 15))
    Mandate.objects.filter(pk=first.pk).update(merged_into=second.pk)
    assert on(clock, date(2027, 3, 16)) == 0
    told = Reminder.objects.exclude(why=Why.COPY).values_list("recipient", flat=True)
    assert list(told) == [first.key]


def test_a_step_that_fell_due_in_quiet_months_waits_and_the_next_overtakes_it(
    group: Group, clock: Any
) -> None:
    clock.move_to(datetime(2027, 5, 21, 8))
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 10, 31))
    assert [on(clock, date(2027, 5, 21)), on(clock, date(2027, 8, 31))] == [0, 0]
    on(clock, date(2027, 9, 5))
    rows = Reminder.objects.filter(recipient=noor.key, why__in=[Why.ENDS, Why.LATER_STEP])
    assert [(row.step, row.outcome) for row in rows.order_by("pk")] == [
        ("may", "superseded"),
        ("september", "queued"),
    ]


def test_a_mail_that_is_queued_before_quiet_months_waits_for_their_end(
    group: Group, clock: Any, smtp: Sink
) -> None:
    group.leader("Noor", date(2024, 9, 1), date(2027, 10, 31))
    on(clock, date(2027, 5, 19))
    clock.move_to(datetime(2027, 5, 20, 0, 5))
    deliver()
    assert smtp.messages == []
    due = OutboxMessage.objects.get(kind="team_ends").due_at
    assert timezone.localtime(due) == timezone.make_aware(datetime(2027, 9, 1, 8))
    clock.move_to(datetime(2027, 9, 1, 9))
    deliver()
    assert {str(mail["To"]) for mail in smtp.messages} == {
        "noor@example.org",
        "groep@example.org",
    }


def test_of_two_that_wait_for_the_mail_server_only_the_latest_goes(
    group: Group, clock: Any, smtp: Sink
) -> None:
    group.leader("Noor", date(2024, 9, 1), date(2027, 9, 10))
    on(clock, date(2027, 3, 15))
    on(clock, date(2027, 5, 1))
    deliver()
    states = OutboxMessage.objects.filter(kind="team_ends").order_by("pk")
    assert [row.state for row in states] == ["not_due", "sent"]


def test_when_nobody_is_left_the_youth_service_hears_at_once_also_in_quiet_months(
    group: Group, clock: Any, smtp: Sink
) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 6, 30))
    group.leader("Sami", date(2024, 9, 1), date(2027, 6, 30))
    clock.move_to(datetime(2027, 6, 15, 8))
    for mandate in (noor, Mandate.objects.get(name="Sami")):
        end_mandate(mandate=mandate, by=group.coordinator)
    on(clock, date(2027, 6, 16))
    assert decided(step=Step.MAY) == [
        ("may", "TEAM", "nobody", date(2027, 6, 16)),
        ("may", "ADULT", "nobody", date(2027, 6, 16)),
        ("may", "COACH", "queued", date(2027, 6, 16)),
    ]
    deliver()
    [mail] = smtp.messages
    assert mail["To"] == group.coach.email
    address = f"/admin/handovers/reminder/movement/{group.movement.pk}/"
    assert any(link.endswith(address) for link in links_in(mail))


def test_an_adult_waits_in_quiet_months_and_the_coach_does_not(group: Group, clock: Any) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 6, 30))
    group.leader("Wim", date(2020, 9, 1), function=Function.ADULT_SUPERVISOR)
    clock.move_to(datetime(2027, 6, 15, 8))
    end_mandate(mandate=noor, by=group.coordinator)
    for day in (16, 29, 30):
        on(clock, date(2027, 6, day))
    assert decided(step=Step.MAY) == [
        ("may", "TEAM", "nobody", date(2027, 6, 16)),
        ("may", "ADULT", "superseded", date(2027, 6, 30)),
        ("may", "COACH", "queued", date(2027, 6, 30)),
    ]
    on(clock, date(2027, 7, 14))
    assert decided(step=Step.MAY)[-1] == ("may", "COORDINATOR", "queued", date(2027, 7, 14))


def test_whoever_was_set_aside_is_skipped_and_does_not_silence_it(group: Group, clock: Any) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    lore = group.leader("Lore", date(2024, 9, 1), function=Function.LEADER)
    Restriction.objects.create(model="movements.mandate", object_id=noor.pk)
    on(clock, date(2027, 3, 15))
    rows = Reminder.objects.exclude(why=Why.COPY).order_by("pk")
    assert [(row.recipient, row.outcome) for row in rows] == [
        ("rung:0", "nobody"),
        (lore.key, "queued"),
    ]
    assert rows[0].why == Why.NOBODY_LEFT


@pytest.mark.parametrize("by", ["account", "mandate"])
def test_who_wants_no_reminders_is_not_waited_for(group: Group, clock: Any, by: str) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    assert noor.user is not None
    opt_out(recipient=noor.user.key if by == "account" else noor.key, group="reminders")
    on(clock, date(2027, 3, 15))
    assert decided() == [
        ("march", "TEAM", "nobody", date(2027, 3, 15)),
        ("march", "ADULT", "nobody", date(2027, 3, 15)),
        ("march", "COACH", "queued", date(2027, 3, 15)),
    ]


# Under 18 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("beside", ["adult", "coach", "coordinator", "nobody"])
def test_somebody_under_18_is_never_the_only_one(group: Group, clock: Any, beside: str) -> None:
    end, turns_18 = date(2027, 8, 31), date(2028, 1, 1)
    group.leader("Lina", date(2026, 9, 1), end, turns_18_on=turns_18)
    lore = group.leader("Lore", date(2024, 9, 1), function=Function.LEADER)
    if beside != "adult":
        end_mandate(mandate=lore, by=group.coordinator)
    if beside in {"coordinator", "nobody"}:
        User.objects.filter(pk=group.coach.pk).update(is_active=False)
    if beside == "nobody":
        User.objects.filter(pk=group.coordinator.pk).update(is_active=False)
    on(clock, date(2027, 3, 15))
    rows = Reminder.objects.filter(why=Why.UNDER_18, step=Step.MARCH)
    row = rows.first()
    expected = {
        "adult": lore.key,
        "coach": group.coach.key,
        "coordinator": group.coordinator.key,
        "nobody": None,
    }[beside]
    assert (row.recipient if row else None) == expected
    on(clock, date(2027, 3, 16))
    assert rows.count() == (expected is not None)


def test_the_adult_beside_hears_why_and_only_while_it_is_true(
    group: Group, clock: Any, smtp: Sink
) -> None:
    lina = group.leader("Lina", date(2026, 9, 1), date(2027, 8, 31), turns_18_on=date(2028, 1, 1))
    group.leader("Lore", date(2024, 9, 1), function=Function.LEADER)
    on(clock, date(2027, 3, 15))
    deliver()
    [mail] = [mail for mail in smtp.messages if mail["To"] == "lore@example.org"]
    assert "18" in text_of(mail)
    on(clock, date(2027, 5, 1))
    Mandate.objects.filter(pk=lina.pk).update(ends_on=None)
    smtp.messages.clear()
    deliver()
    assert smtp.messages == []


# The yearly confirmation -----------------------------------------------------------------------


def test_who_has_not_said_that_they_go_on_is_asked_three_times(
    group: Group, clock: Any, smtp: Sink
) -> None:
    noor = group.leader("Noor", date(2024, 9, 1))
    lore = group.leader("Lore", date(2024, 9, 1), function=Function.LEADER)
    on(clock, date(2027, 9, 1))
    Mandate.objects.filter(pk=lore.pk).update(confirmed_on=date(2027, 9, 20))
    for day in (date(2027, 10, 1), date(2027, 10, 2), date(2027, 11, 1), date(2027, 11, 15)):
        on(clock, day)
    rows = Reminder.objects.exclude(why=Why.COPY).order_by("pk")
    assert [(row.step, row.recipient) for row in rows] == [
        ("opens", noor.key),
        ("opens", lore.key),
        ("reminds", noor.key),
        ("read_only", noor.key),
    ]
    clock.move_to(datetime(2027, 11, 15, 9))
    deliver()
    [mail] = [mail for mail in smtp.messages if mail["To"] == "noor@example.org"]
    assert "31 december" in text_of(mail)


def test_a_team_that_stays_silent_altogether_goes_up_once_it_is_read_only(
    group: Group, clock: Any
) -> None:
    group.leader("Noor", date(2024, 9, 1))
    for day in (date(2027, 9, 1), date(2027, 9, 20), date(2027, 11, 1), date(2027, 11, 15)):
        on(clock, day)
    assert decided() == [
        ("opens", "TEAM", "queued", date(2027, 9, 1)),
        ("reminds", "TEAM", "superseded", date(2027, 11, 1)),
        ("read_only", "TEAM", "queued", date(2027, 11, 1)),
        ("read_only", "ADULT", "nobody", date(2027, 11, 15)),
        ("read_only", "COACH", "queued", date(2027, 11, 15)),
    ]


# A new team ------------------------------------------------------------------------------------


def change_team(group: Group, day: date) -> tuple[Mandate, Mandate, Mandate]:
    """Noor leads until the day before; Sami and Lore from that day on."""
    noor = group.leader("Noor", date(2024, 9, 1), day - timedelta(days=1))
    sami = group.leader("Sami", day)
    return noor, sami, group.leader("Lore", day, function=Function.LEADER)


def test_the_new_team_gets_what_was_promised_and_is_asked_until_it_signs(
    group: Group, clock: Any, smtp: Sink
) -> None:
    _noor, sami, lore = change_team(group, date(2027, 3, 1))
    for day in (date(2027, 3, 1), date(2027, 3, 14), date(2027, 3, 15)):
        on(clock, day)
    rows = Reminder.objects.exclude(why=Why.COPY).order_by("pk")
    assert [(row.step, row.recipient) for row in rows] == [
        ("welcome", sami.key),
        ("welcome", lore.key),
        ("after_14", sami.key),
    ]
    deliver()
    for mail in smtp.messages:
        address = f"/my/{group.movement.pk}/handover/"
        assert any(link.endswith(address) for link in links_in(mail))
    sign_handover(
        movement=group.movement,
        rotation_on=date(2027, 3, 1),
        by=User.objects.get(email="sami@example.org"),
    )
    assert [on(clock, date(2027, 3, 29)), on(clock, date(2027, 4, 15))] == [0, 0]


def test_a_change_in_quiet_months_is_told_after_them_in_one_mail_each(
    group: Group, clock: Any
) -> None:
    _noor, sami, lore = change_team(group, date(2027, 7, 1))
    clock.move_to(datetime(2027, 7, 1, 8))
    assert [on(clock, date(2027, 7, 1)), on(clock, date(2027, 8, 20))] == [0, 0]
    Mandate.objects.update(confirmed_on=date(2027, 9, 1))
    on(clock, date(2027, 9, 1))
    rows = Reminder.objects.exclude(why=Why.COPY).order_by("recipient", "pk")
    assert {(row.recipient, row.step, row.outcome) for row in rows} == {
        (sami.key, "welcome", "superseded"),
        (sami.key, "after_14", "superseded"),
        (sami.key, "after_45", "queued"),
        (lore.key, "welcome", "queued"),
    }


def test_a_day_of_a_change_that_is_corrected_is_no_other_change(group: Group, clock: Any) -> None:
    noor, sami, _lore = change_team(group, date(2027, 3, 1))
    on(clock, date(2027, 3, 2))
    Mandate.objects.filter(pk=noor.pk).update(ends_on=date(2027, 2, 25))
    assert on(clock, date(2027, 3, 3)) == 0
    Mandate.objects.filter(pk=noor.pk).update(ends_on=None)
    Mandate.objects.filter(pk=sami.pk).update(ends_on=date(2029, 1, 1))
    assert on(clock, date(2027, 3, 4)) == 0


def test_a_change_that_is_known_a_year_late_is_history(group: Group, clock: Any) -> None:
    change_team(group, date(2026, 2, 9))
    assert on(clock, date(2027, 2, 12)) == 0


# Between queueing and sending ------------------------------------------------------------------


def test_a_leader_who_is_replaced_meanwhile_gets_nothing_and_the_successor_what_is_theirs(
    group: Group, clock: Any, smtp: Sink
) -> None:
    noor = group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    on(clock, date(2027, 3, 15))
    end_mandate(mandate=noor, by=group.coordinator)
    clock.move_to(datetime(2027, 3, 16, 8))
    group.leader("Sami", date(2027, 3, 16))
    on(clock, date(2027, 3, 17))
    deliver()
    assert {to for to, _subject in subjects(smtp)} == {"sami@example.org", "groep@example.org"}
    assert {row.kind for row in OutboxMessage.objects.filter(state="sent")} == {
        "team_new",
        "team_copy",
    }


@pytest.mark.parametrize("what", ["paused", "older kind", "no mailbox", "other year"])
def test_what_is_not_true_any_more_is_not_mailed(
    group: Group, clock: Any, smtp: Sink, what: str
) -> None:
    group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    on(clock, date(2027, 3, 15))
    if what == "paused":
        Movement.objects.update(stopped_on=date(2027, 3, 14))
    elif what == "older kind":
        OutboxMessage.objects.update(step="2027-03-15")
    elif what == "no mailbox":
        Movement.objects.update(mailbox="")
        OutboxMessage.objects.exclude(kind="team_copy").delete()
    else:
        clock.move_to(datetime(2028, 3, 16, 8))
    deliver()
    assert smtp.messages == []
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.NOT_DUE}


def test_who_has_no_account_reads_how_to_get_one(group: Group, clock: Any, smtp: Sink) -> None:
    people.mandate(group.movement, starts_on=date(2024, 9, 1), ends_on=date(2027, 8, 31))
    on(clock, date(2027, 3, 15))
    deliver()
    assert any("invitation" in text_of(m) or "uitnodiging" in text_of(m) for m in smtp.messages)


# How much it asks ------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 3])
def test_a_run_asks_as_often_for_any_number_of_movements(
    group: Group, clock: Any, groups: int, django_assert_num_queries: Any
) -> None:
    group.leader("Noor", date(2024, 9, 1), date(2027, 8, 31))
    for _more in range(groups - 1):
        people.mandate(starts_on=date(2024, 9, 1), ends_on=date(2027, 8, 31))
    clock.move_to(datetime(2027, 3, 15, 8))
    with django_assert_num_queries(20):
        assert queue_reminders() == groups + 1
    assert Reminder.objects.filter(outcome=Outcome.QUEUED).count() == groups + 1


# By night --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queued", "sent"),
    [
        # both sides of the clock change of 28 March: 8 o'clock is 7 and 6 UTC
        (datetime(2027, 3, 27, 2, 30), datetime(2027, 3, 27, 8)),
        (datetime(2027, 3, 27, 20, 0), datetime(2027, 3, 28, 8)),
        (datetime(2027, 3, 27, 19, 59), datetime(2027, 3, 27, 19, 59)),
        (datetime(2027, 5, 19, 23, 0), datetime(2027, 9, 1, 8)),
    ],
)
def test_volunteers_are_reminded_by_day_and_the_youth_service_at_any_time(
    group: Group, clock: Any, smtp: Sink, queued: datetime, sent: datetime
) -> None:
    group.leader("Noor", date(2024, 9, 1), queued.date() + timedelta(days=150))
    clock.move_to(timezone.make_aware(queued))
    queue_reminders()
    deliver()
    waits = OutboxMessage.objects.filter(kind="team_ends", state=OutboxState.WAITING)
    for _night in range(2):  # in May the morning is already in a quiet period
        for row in waits.all():
            clock.move_to(row.due_at)
            deliver()
    row = OutboxMessage.objects.get(kind="team_ends")
    assert row.state == OutboxState.SENT
    assert timezone.make_naive(row.settled_at or row.due_at) == sent


def test_at_night_the_youth_service_hears_that_nobody_is_left(
    group: Group, clock: Any, smtp: Sink
) -> None:
    mandate = group.leader("Noor", date(2024, 9, 1), None, function=Function.MAIN_LEADER)
    clock.move_to(timezone.make_aware(datetime(2027, 3, 16, 23)))
    end_mandate(mandate=mandate, by=group.coach)
    queue_reminders()
    deliver()
    assert {to for to, _subject in subjects(smtp)} == {group.coach.email}
