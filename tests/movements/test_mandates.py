"""Mandates, their dates, invitations, and who may do what by them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, close_old_connections, connection, connections, transaction
from django.utils.translation import override

from accounts.access import people_with, reasons_of
from accounts.enums import Role
from accounts.models import User
from accounts.services import end_role
from core.calendar import now, pretend, today
from core.errors import Refused
from core.logs import ActivityLog
from core.outbox import OutboxMessage
from movements import rules, tasks
from movements.enums import Function
from movements.models import CoachAssignment, Invitation, Mandate, Movement
from movements.selectors import coach_of, movements_led_by, movements_seen_by, team_of
from movements.services import (
    assign_coach,
    change_mandate,
    end_mandate,
    forget_birthdays,
    invite,
    record_mandate,
)
from tests.factories import movements as make

DAY = timedelta(days=1)


def fresh(user: User) -> User:
    """The user as the next request loads them."""
    return User.objects.get(pk=user.pk)


# Recording and changing ------------------------------------------------------------------------


@pytest.mark.django_db
def test_mandate_is_tidied_and_logged_without_values() -> None:
    by = make.consultant()
    mandate = record_mandate(
        movement=make.movement(),
        name="  An   Peeters",
        email=" An.Peeters@Example.org ",
        function=Function.MAIN_LEADER,
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 8, 31),
        by=by,
        phone=" 0470  00 00 00 ",
    )
    assert (mandate.name, mandate.email) == ("An Peeters", "an.peeters@example.org")
    assert (mandate.phone, mandate.user) == ("0470 00 00 00", None)
    row = ActivityLog.objects.get(object_type="movements.mandate")
    assert (row.actor, row.verb, row.state) == (by.key, "recorded", "main_leader")
    assert str(mandate) == f"{mandate.get_function_display()} {mandate.pk}"
    assert mandate.key == f"mandate:{mandate.pk}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"email": "no address"},
        {"function": "king"},
        {"ends_on": date(2025, 8, 31)},
        {"email": "AN@example.org"},
    ],
)
def test_mandate_refuses(fields: dict[str, Any]) -> None:
    usual = {
        "movement": make.movement(),
        "name": "An",
        "email": "an@example.org",
        "function": Function.LEADER,
        "starts_on": date(2025, 9, 1),
        "by": None,
    }
    record_mandate(**usual)
    with pytest.raises(Refused):
        record_mandate(**{**usual, "email": "bo@example.org", **fields})
    assert Mandate.objects.count() == 1


@pytest.mark.django_db
def test_change_logs_names_of_fields_and_nothing_when_nothing_differs() -> None:
    mandate = make.mandate()
    change_mandate(mandate=mandate, by=None, phone="1", ends_on=today() + DAY)
    mandate.refresh_from_db()
    assert (mandate.phone, mandate.ends_on) == ("1", today() + DAY)
    change_mandate(mandate=mandate, by=None, phone="1", email=mandate.email.upper())
    log = ActivityLog.objects.filter(object_type="movements.mandate", verb="changed")
    assert [row.fields for row in log] == [["ends_on", "phone"]]


@pytest.mark.django_db
def test_another_address_is_another_person_until_invited_again() -> None:
    by = make.consultant()
    mandate = make.mandate()
    invite(mandate=mandate, by=by)
    mandate = change_mandate(mandate=mandate, by=by, email="new@example.org")
    mandate.refresh_from_db()
    assert mandate.user is None
    assert not Invitation.objects.exists()
    assert change_mandate(mandate=mandate, by=by, name="An").user is None


@pytest.mark.django_db
def test_ended_mandate_keeps_its_dates_but_contacts_can_be_mended() -> None:
    mandate = end_mandate(mandate=make.mandate(), by=None)
    change_mandate(mandate=mandate, by=None, name="An", ends_on=mandate.ends_on)
    for fields in ({"ends_on": None}, {"function": Function.LEADER}, {"starts_on": today()}):
        with pytest.raises(Refused):
            change_mandate(mandate=mandate, by=None, **fields)
    mandate.refresh_from_db()
    assert (mandate.name, mandate.holds_now) == ("An", False)


@pytest.mark.django_db
def test_change_refuses_what_a_constraint_forbids() -> None:
    mandate = make.mandate()
    with pytest.raises(Refused):
        change_mandate(mandate=mandate, by=None, ends_on=mandate.starts_on - DAY)


# Ending ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_ending_keeps_the_moment_and_stops_access_at_the_next_request() -> None:
    leader = make.user()
    mandate = make.mandate(account=leader)
    movement = mandate.movement
    assert fresh(leader).roles == {Role.LEADER}
    before = now()
    mandate = end_mandate(mandate=mandate, by=None)
    assert mandate.ends_on == today()
    assert mandate.ended_at is not None
    assert before <= mandate.ended_at <= now()
    assert fresh(leader).roles == frozenset()
    assert not Movement.objects.for_user(fresh(leader)).exists()
    assert not rules.leads(leader, movement)
    # the day itself counts whole in the history
    assert list(Mandate.objects.active(today())) == [mandate]
    with pytest.raises(Refused):
        end_mandate(mandate=mandate, by=None)


@pytest.mark.django_db
def test_future_mandate_that_is_ended_never_held() -> None:
    start = today() + 10 * DAY
    mandate = end_mandate(mandate=make.mandate(starts_on=start), by=None)
    assert (mandate.ends_on, mandate.is_over) == (start, True)
    assert not Mandate.objects.active(start).exists()
    assert not Mandate.objects.active().exists()


@pytest.mark.django_db
def test_past_mandate_cannot_be_ended_again() -> None:
    with pytest.raises(Refused):
        end_mandate(mandate=make.mandate(ends_on=today() - DAY), by=None)


@pytest.mark.django_db
def test_mandates_by_day_both_ends_included() -> None:
    mandate = make.mandate(starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    days = [date(2025, 8, 31), date(2025, 9, 1), date(2026, 8, 31), date(2026, 9, 1)]
    found = [Mandate.objects.active(day).exists() for day in days]
    assert found == [False, True, True, False]
    ending = Mandate.objects.ending_between
    assert list(ending(date(2026, 8, 31), date(2026, 9, 1))) == [mandate]
    assert not ending(date(2026, 9, 1), date(2026, 9, 2)).exists()


# Who may what ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_leader_sees_the_own_movement_only_while_the_mandate_holds() -> None:
    leader, other = make.user(), make.movement()
    own = make.mandate(account=leader).movement
    coming = make.mandate(account=leader, starts_on=today() + DAY).movement
    past = make.mandate(account=leader, ends_on=today() - DAY).movement
    make.ended(make.mandate(account=leader))
    assert set(Movement.objects.for_user(fresh(leader))) == {own, coming}
    assert list(movements_led_by(leader)) == [own]
    groups = (own, coming, other, past, None)
    seen = [rules.may_see_movement.test(fresh(leader), group) for group in groups]
    assert seen == [True, True, False, False, False]
    assert [rules.leads.test(leader, group) for group in groups] == [True, *[False] * 4]
    assert not rules.may_change_movement.test(fresh(leader), own)


@pytest.mark.django_db
def test_who_will_lead_a_movement_looks_at_it_from_the_invitation_on() -> None:
    leader, start = make.user(), today() + 40 * DAY
    movement = make.mandate(account=leader, starts_on=start).movement
    make.mandate(movement, account=leader, starts_on=start + 30 * DAY)
    ended = make.mandate(account=leader, starts_on=start)
    end_mandate(mandate=ended, by=None)
    assert fresh(leader).roles == {Role.LEADER}
    assert leader in people_with(Role.LEADER)
    assert leader not in people_with(Role.LEADER, on=today())
    assert [(m, m.writes_from) for m in movements_seen_by(leader)] == [(movement, start)]
    assert list(movements_led_by(leader)) == []
    with pretend(start):
        assert [(m, m.writes_from) for m in movements_seen_by(leader)] == [(movement, None)]
        assert list(movements_led_by(leader)) == [movement]
        assert leader in people_with(Role.LEADER, on=start)


@pytest.mark.django_db
def test_reasons_of_a_leader() -> None:
    leader = make.user()
    make.mandate(make.movement("Chiro Zon"), account=leader, starts_on=date(2026, 9, 1))
    with override("en"):
        why = [(reason.role, reason.why, reason.holds) for reason in reasons_of(leader)]
    holds = today() >= date(2026, 9, 1)
    assert why == [(Role.LEADER, "main leader of Chiro Zon, from Sept. 1, 2026", holds)]


# Under 18 ----------------------------------------------------------------------------------------


def minor(**fields: Any) -> Mandate:
    """A mandate of somebody who turns 18 in a hundred days."""
    return make.mandate(turns_18_on=today() + 100 * DAY, **fields)


@pytest.mark.django_db
def test_of_somebody_under_18_no_phone_number_is_kept() -> None:
    movement = make.movement()
    with pytest.raises(Refused, match="18"):
        minor(in_movement=movement, phone="0400 12 34 56")
    mandate = minor(in_movement=movement)
    with pytest.raises(Refused, match="18"):
        change_mandate(mandate=mandate, by=None, phone="0400 12 34 56")
    assert Mandate.objects.get().phone == ""
    with pytest.raises(IntegrityError, match="mandate_minor_without_phone"), transaction.atomic():
        Mandate.objects.update(phone="0400 12 34 56")


@pytest.mark.django_db
def test_who_turns_18_may_leave_a_phone_number_and_the_day_is_forgotten() -> None:
    mandate = minor()
    with pretend(today() + 100 * DAY):
        change_mandate(mandate=mandate, by=None, phone="0400 12 34 56")
    mandate.refresh_from_db()
    assert (mandate.phone, mandate.turns_18_on) == ("0400 12 34 56", None)
    assert make.mandate(turns_18_on=today(), phone="0400 65 43 21").turns_18_on is None


@pytest.mark.django_db
def test_days_that_are_there_are_forgotten_at_night_once() -> None:
    grown, young = minor(), make.mandate(turns_18_on=today() + 101 * DAY)
    assert forget_birthdays() == 0
    with pretend(today() + 100 * DAY):
        assert [tasks.forget_birthdays(), tasks.forget_birthdays()] == [1, 0]
    days = set(Mandate.objects.values_list("pk", "turns_18_on"))
    assert days == {(grown.pk, None), (young.pk, today() + 101 * DAY)}
    row = ActivityLog.objects.first()
    assert (row.actor, row.object_id, row.fields) == ("system", str(grown.pk), ["turns_18_on"])


@pytest.mark.django_db
def test_mandate_counts_only_with_an_account_that_may_sign_in() -> None:
    leader = make.user()
    mandate = make.mandate(email=leader.email)
    assert not fresh(leader).roles
    Mandate.objects.filter(pk=mandate.pk).update(user=leader)
    assert fresh(leader).roles == {Role.LEADER}
    User.objects.filter(pk=leader.pk).update(is_active=False)
    closed = fresh(leader)
    assert not closed.roles
    assert not Movement.objects.for_user(closed).exists()
    assert not movements_led_by(closed).exists()
    for rule in (rules.leads, rules.writes_in, rules.runs_team):
        assert rule(leader, mandate.movement)
        assert not rule(closed, mandate.movement)
        assert not rule(leader, None)


@pytest.mark.django_db
def test_staff_sees_all_and_others_nothing() -> None:
    movement = make.movement()
    for person in (make.coordinator(), make.consultant()):
        assert list(Movement.objects.for_user(person)) == [movement]
        assert rules.may_see_movement.test(person, movement)
        assert rules.may_record_mandates.test(person, None)
    for person in (make.alderman(), make.user()):
        assert not Movement.objects.for_user(person).exists()
        assert not rules.may_see_movement.test(person, movement)
    assert rules.may_import_movements.test(make.coordinator())
    assert not rules.may_import_movements.test(make.consultant())


@pytest.mark.django_db
def test_team_is_listed_by_function_and_name() -> None:
    movement = make.movement()
    make.mandate(movement, name="Zita", function=Function.ADULT_SUPERVISOR)
    make.mandate(movement, name="Bo", function=Function.LEADER)
    make.mandate(movement, name="An", function=Function.LEADER)
    make.mandate(movement, name="Xander")
    make.ended(make.mandate(movement, name="Gone"))
    make.mandate()
    assert [m.name for m in team_of(movement)] == ["Xander", "An", "Bo", "Zita"]
    assert len(team_of(movement, today())) == 5
    assert not team_of(movement, today() - 31 * DAY)


@pytest.mark.django_db
def test_team_state_tells_how_the_main_leadership_stands() -> None:
    leader = make.user()
    make.mandate(make.movement("a nobody"), function=Function.LEADER, account=leader)
    make.ended(make.mandate(make.movement("b ended"), account=leader))
    make.mandate(make.movement("c uninvited"))
    make.mandate(make.movement("d soon"), account=leader, ends_on=today() + 30 * DAY)
    make.mandate(make.movement("e lasts"), account=leader, ends_on=today() + 300 * DAY)
    make.mandate(make.movement("f open"), account=leader)
    states = Movement.objects.with_team_state().values_list("name", "team_state")
    assert dict(states) == {
        "a nobody": "nobody",
        "b ended": "nobody",
        "c uninvited": "uninvited",
        "d soon": "ends_soon",
        "e lasts": "in_place",
        "f open": "in_place",
    }


# Inviting --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_invitation_makes_the_account_and_one_encrypted_mail() -> None:
    by = make.consultant()
    mandate = make.mandate(make.movement(language="fr"), name="An", email="an@example.org")
    invitation = invite(mandate=mandate, by=by)
    mandate.refresh_from_db()
    assert mandate.user is not None
    assert (mandate.user.email, mandate.user.full_name) == ("an@example.org", "An")
    assert mandate.user.language == "fr"
    assert invitation.expires_at - invitation.created_at == timedelta(days=14)
    row = OutboxMessage.objects.get()
    assert (row.kind, row.object_id, row.recipient) == (
        "invitation",
        invitation.pk,
        mandate.user.key,
    )
    assert invitation.token_digest not in row.payload
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM core_outboxmessage")
        assert "token" not in cursor.fetchone()[0]
    assert str(invitation).startswith(f"{mandate.pk} ")


@pytest.mark.django_db
def test_invitation_keeps_an_existing_account_as_it_is() -> None:
    known = make.user("An Peeters", "an@example.org")
    mandate = make.mandate(email="An@Example.org", name="Anneke")
    invite(mandate=mandate, by=make.consultant())
    mandate.refresh_from_db()
    assert mandate.user == known
    assert fresh(known).full_name == "An Peeters"


@pytest.mark.django_db
def test_new_invitation_replaces_the_one_before() -> None:
    by, mandate = make.consultant(), make.mandate()
    first = invite(mandate=mandate, by=by)
    with pytest.raises(Refused):
        invite(mandate=mandate, by=by)
    with time_machine.travel(now() + timedelta(minutes=2)):
        second = invite(mandate=mandate, by=by)
    assert list(Invitation.objects.all()) == [second]
    assert first.token_digest != second.token_digest
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db
def test_invitation_is_for_a_present_or_future_mandate_and_an_open_account() -> None:
    by = make.consultant()
    invite(mandate=make.mandate(starts_on=today() + DAY), by=by)
    closed = make.user()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    refused = [
        make.mandate(ends_on=today() - DAY),
        make.ended(make.mandate()),
        make.mandate(email=closed.email),
    ]
    for mandate in refused:
        with pytest.raises(Refused):
            invite(mandate=mandate, by=by)
    assert OutboxMessage.objects.count() == 1


# Coaches ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_new_coach_ends_the_one_before_the_day_before() -> None:
    movement, first, second = make.movement(), make.consultant(), make.coordinator()
    assert coach_of(movement) is None
    assign_coach(movement=movement, user=first, by=None, starts_on=date(2025, 1, 1))
    assign_coach(movement=movement, user=second, by=None, starts_on=date(2025, 3, 1))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 1)]
    assert [coach_of(movement, day) for day in days] == [None, first, first, second]
    assert coach_of(movement) == second
    assert [rules.coaches(u, movement) for u in (first, second)] == [False, True]
    assert not rules.coaches(second, None)
    (found,) = Movement.objects.with_coach()
    assert (found.coach_id, found.coach_name) == (second.pk, second.full_name)
    assert [row.verb for row in ActivityLog.objects.filter(verb="assigned")] == ["assigned"] * 2


@pytest.mark.django_db
def test_same_coach_again_changes_nothing_and_same_day_replaces() -> None:
    movement, first, second = make.movement(), make.consultant(), make.coordinator()
    one = assign_coach(movement=movement, user=first, by=None)
    assert assign_coach(movement=movement, user=first, by=None) == one
    assert assign_coach(movement=movement, user=second, by=None) == one
    assert coach_of(movement) == second
    assert str(one) == f"{movement.pk} {first.pk}"
    with pytest.raises(Refused):
        assign_coach(movement=movement, user=first, by=None, starts_on=today() - DAY)


@pytest.mark.django_db
def test_coach_after_one_that_ended_leaves_the_past_alone() -> None:
    movement, first = make.movement(), make.consultant()
    old = assign_coach(movement=movement, user=first, by=None, starts_on=date(2024, 1, 1))
    CoachAssignment.objects.filter(pk=old.pk).update(ends_on=date(2024, 2, 1))
    assign_coach(movement=movement, user=first, by=None, starts_on=date(2025, 1, 1))
    old.refresh_from_db()
    assert old.ends_on == date(2024, 2, 1)
    assert CoachAssignment.objects.count() == 2


@pytest.mark.django_db
def test_coach_who_left_the_team_is_none_now_and_stays_in_the_past() -> None:
    movement, coach = make.movement(), make.consultant()
    assign_coach(movement=movement, user=coach, by=None)
    end_role(grant=coach.grants.get(), by=None)
    assert coach_of(movement) is None
    assert coach_of(movement, today()) == coach


@pytest.mark.django_db
def test_coach_works_for_the_youth_service() -> None:
    for person in (make.alderman(), make.user()):
        with pytest.raises(Refused):
            assign_coach(movement=make.movement(), user=person, by=None)
    assert not CoachAssignment.objects.exists()


# The database itself ---------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "ends_on = '2000-01-01'",
        "function = 'king'",
        "email = 'FIRST@example.org'",
    ],
)
def test_database_refuses_impossible_mandates(change: str) -> None:
    first = make.mandate(email="first@example.org")
    second = make.mandate(first.movement, email="second@example.org")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE movements_mandate SET {change} WHERE id = %s", [second.pk])


@pytest.mark.django_db
def test_database_refuses_a_second_open_coach_and_an_end_before_the_start() -> None:
    movement, coach = make.movement(), make.consultant()
    CoachAssignment.objects.create(movement=movement, user=coach)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachAssignment.objects.create(movement=movement, user=coach)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachAssignment.objects.update(ends_on=date(2000, 1, 1))


@pytest.mark.django_db
def test_database_refuses_an_invitation_that_never_worked() -> None:
    mandate, by = make.mandate(), make.consultant()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            mandate=mandate, token_digest="x", sent_by=by, created_at=now(), expires_at=now() - DAY
        )


# Two at once -----------------------------------------------------------------------------------


def at_once(*calls: Any) -> list[str]:
    """Run the calls side by side, each on a connection of its own; what became of each."""

    def run(call: Any) -> str:
        close_old_connections()
        try:
            call()
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_are_one_mail() -> None:
    by, mandate = make.consultant(), make.mandate()
    assert at_once(*[lambda: invite(mandate=mandate, by=by)] * 4) == ["done", *["refused"] * 3]
    assert OutboxMessage.objects.count() == 1
    assert Invitation.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_coaches_at_once_leave_one() -> None:
    movement, coaches = make.movement(), [make.consultant(), make.coordinator()]

    def assign(coach: User) -> Any:
        return lambda: assign_coach(movement=movement, user=coach, by=None)

    assert at_once(*map(assign, coaches)) == ["done", "done"]
    assert CoachAssignment.objects.filter(ends_on__isnull=True).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_same_mandate_twice_at_once_is_recorded_once() -> None:
    movement = make.movement()

    def record() -> None:
        make.mandate(movement, email="an@example.org")

    assert at_once(record, record) == ["done", "refused"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_mandate_ended_twice_at_once_is_ended_once() -> None:
    mandate = make.mandate()
    end = [lambda: end_mandate(mandate=mandate, by=None)] * 2
    assert at_once(*end) == ["done", "refused"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(26, 9, 1), None),  # what a date field makes of "26"
        (date(1949, 12, 31), None),
        (date(2026, 9, 1), date(9999, 12, 31)),
        (date(2206, 9, 1), None),
    ],
)
def test_a_slip_of_the_finger_in_a_year_is_refused(starts: date, ends: date | None) -> None:
    movement, values = make.movement(), {"name": "Noor", "email": "noor@example.org"}
    with pytest.raises(Refused):
        record_mandate(
            movement=movement,
            function=Function.LEADER,
            starts_on=starts,
            ends_on=ends,
            by=None,
            **values,
        )
    mandate = make.mandate(movement)
    if ends:
        with pytest.raises(Refused):
            change_mandate(mandate=mandate, by=None, ends_on=ends)
