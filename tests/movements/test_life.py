"""Pauses, names, the last day, mergers and splits: what each writes and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import ActivityLog
from movements.enums import JoinState
from movements.models import (
    CoachAssignment,
    FormerName,
    Invitation,
    Mandate,
    Movement,
    Pause,
    TeamLink,
)
from movements.selectors import coach_of
from movements.selectors.life import foretold, life_of, may_go_along, name_on, pause_on
from movements.services import assign_coach, change_movement, create_movement, invite
from movements.services.groups import keep_up_group
from movements.services.life import (
    pause_movement,
    rename_movement,
    resume_movement,
    stop_movement,
    take_back_name,
    take_back_pause,
)
from movements.services.mergers import merge_movements, split_movement
from tests.factories import movements as make

pytestmark = pytest.mark.django_db
NOW, DAY = date(2026, 3, 10), timedelta(days=1)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2026-03-10T12:00:00Z", tick=False)


@pytest.fixture
def by() -> User:
    return make.consultant()


@pytest.fixture
def ekster() -> Movement:
    return make.movement("De Ekster", started_on=date(2020, 9, 1))


def verbs() -> list[str]:
    rows = ActivityLog.objects.filter(object_type="movements.movement").order_by("id")
    return [verb for verb in rows.values_list("verb", flat=True) if verb != "added"]


def fresh(movement: Movement) -> Movement:
    return Movement.objects.get(pk=movement.pk)


# Pauses ----------------------------------------------------------------------------------------


def test_a_pause_holds_on_both_its_days_and_ends_with_the_day_of_resuming(
    ekster: Movement,
) -> None:
    pause_movement(movement=ekster, starts_on=MARCH, by=None)
    assert pause_on(ekster)
    assert not pause_on(ekster, MARCH - DAY)
    assert list(Movement.objects.pausing()) == [ekster]
    assert not Movement.objects.running().exists()
    assert Movement.objects.existing().exists()
    resume_movement(movement=ekster, on=NOW, by=None)
    assert ekster.pauses.get().ends_on == NOW - DAY
    assert pause_on(fresh(ekster), NOW - DAY)
    assert not pause_on(fresh(ekster))
    assert verbs() == ["paused", "resumed"]


def test_resuming_on_the_first_day_leaves_no_pause(ekster: Movement) -> None:
    pause_movement(movement=ekster, starts_on=MARCH, by=None, ends_on=APRIL)
    resume_movement(movement=ekster, on=MARCH, by=None)
    assert not ekster.pauses.exists()
    with pytest.raises(Refused):
        resume_movement(movement=ekster, on=MARCH, by=None)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (MARCH - DAY, MARCH),
        (APRIL, None),
        (MARCH - DAY, None),
        (MARCH + DAY, APRIL - DAY),
        (APRIL + 5 * DAY, APRIL + 4 * DAY),  # ends before it starts
        (date(2020, 8, 31), date(2020, 9, 2)),  # before the movement
    ],
)
def test_a_pause_is_refused(ekster: Movement, first: date, last: date | None) -> None:
    pause_movement(movement=ekster, starts_on=MARCH, ends_on=APRIL, by=None)
    with pytest.raises(Refused):
        pause_movement(movement=ekster, starts_on=first, ends_on=last, by=None)
    pause_movement(movement=ekster, starts_on=APRIL + DAY, by=None)
    pause_movement(movement=ekster, starts_on=MARCH - 9 * DAY, ends_on=MARCH - DAY, by=None)
    assert ekster.pauses.count() == 3


def test_the_database_refuses_pauses_that_share_a_day(ekster: Movement) -> None:
    Pause.objects.create(movement=ekster, starts_on=MARCH, ends_on=APRIL)
    later = Pause.objects.create(movement=ekster, starts_on=APRIL + DAY)
    Pause.objects.create(movement=make.movement(), starts_on=MARCH)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(movement=ekster, starts_on=APRIL, ends_on=APRIL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.filter(pk=later.pk).update(starts_on=APRIL)
    Pause.objects.filter(pk=later.pk).update(starts_on=APRIL + 2 * DAY)


def test_a_pause_is_taken_back(ekster: Movement) -> None:
    take_back_pause(pause=pause_movement(movement=ekster, starts_on=MARCH, by=None), by=None)
    assert not ekster.pauses.exists()
    assert verbs() == ["paused", "took back"]


# Names -----------------------------------------------------------------------------------------


def test_names_are_dated_also_when_recorded_late(ekster: Movement) -> None:
    rename_movement(movement=ekster, name="De  Specht", on=MARCH, by=None)
    rename_movement(movement=ekster, name="De Merel", on=date(2025, 9, 1), by=None)
    found = fresh(ekster)
    days = [date(2025, 8, 31), date(2025, 9, 1), MARCH - DAY, MARCH, date(2030, 1, 1)]
    names = ["De Ekster", "De Merel", "De Merel", "De Specht", "De Specht"]
    assert [name_on(found, day) for day in days] == names
    assert found.name == "De Specht"
    rename_movement(movement=ekster, name="De Mus", on=date(2025, 9, 1), by=None)  # the same change
    assert found.former_names.count() == 2
    assert name_on(found, MARCH - DAY) == "De Mus"


def test_a_typing_error_is_no_other_name(ekster: Movement) -> None:
    change_movement(movement=ekster, name="De Ekster!", by=None)
    assert name_on(fresh(ekster), date(2021, 1, 1)) == "De Ekster!"


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("De Ekster", MARCH),
        ("", MARCH),
        ("x" * 121, MARCH),
        ("De Specht", NOW + DAY),
        ("De Specht", date(2020, 9, 1)),
    ],
)
def test_a_name_is_refused(ekster: Movement, name: str, on: date) -> None:
    with pytest.raises(Refused):
        rename_movement(movement=ekster, name=name, on=on, by=None)
    assert not FormerName.objects.exists()


def test_a_change_of_name_is_taken_back(ekster: Movement) -> None:
    rename_movement(movement=ekster, name="De Specht", on=MARCH, by=None)
    rename_movement(movement=ekster, name="De Mus", on=NOW, by=None)
    first, last = ekster.former_names.order_by("until")
    take_back_name(former=first, by=None)
    assert name_on(fresh(ekster), MARCH) == "De Ekster"
    last.refresh_from_db()
    take_back_name(former=last, by=None)
    assert fresh(ekster).name == "De Ekster"
    assert verbs() == ["renamed", "renamed", "took back", "took back"]


# The last day ----------------------------------------------------------------------------------


def test_what_a_movement_leaves_when_it_stops(ekster: Movement, by: User) -> None:
    leads, later = make.mandate(ekster, account=make.user()), make.mandate(ekster, starts_on=APRIL)
    assign_coach(movement=ekster, user=by, by=None, starts_on=MARCH)
    CoachAssignment.objects.create(movement=make.movement(), user=by)
    invite(mandate=leads, by=by)
    make_link(ekster, by)
    pause_movement(movement=ekster, starts_on=MARCH, by=None)
    stop_movement(movement=ekster, on=NOW - DAY, by=by)
    for mandate in (leads, later):
        mandate.refresh_from_db()
    assert (leads.ends_on, leads.ended_at, leads.is_over) == (NOW - DAY, None, True)
    assert later.is_over
    assert not Mandate.objects.active(APRIL).exists()
    assert coach_of(ekster) is None
    assert coach_of(ekster, NOW - DAY) == by
    assert CoachAssignment.objects.count() == 2
    assert ekster.pauses.get().ends_on == NOW - DAY
    assert not Invitation.objects.exists()
    assert not TeamLink.objects.exists()
    request = ekster.join_requests.get()
    assert (request.state, request.decided_by) == (JoinState.REFUSED, by)
    assert fresh(ekster).stopped_on == NOW - DAY
    with pytest.raises(Refused):
        stop_movement(movement=ekster, on=NOW, by=by)
    assert verbs() == ["paused", "stopped"]


def test_nobody_begins_to_lead_what_is_gone(ekster: Movement) -> None:
    stop_movement(movement=ekster, on=NOW, by=None)
    make.mandate(ekster, starts_on=NOW)
    with pytest.raises(Refused):
        make.mandate(ekster, starts_on=NOW + DAY)


def make_link(movement: Movement, by: User) -> None:
    """A link that a team passed on, and somebody who asked by it."""
    link = TeamLink.objects.create(
        movement=movement,
        made_by=by,
        token_digest="x",
        starts_on=APRIL,
        expires_at="2026-03-20T12:00:00Z",
    )
    link.requests.create(movement=movement, name="N", email="n@example.org", starts_on=APRIL)


def test_a_last_day_before_the_first_is_refused(ekster: Movement) -> None:
    with pytest.raises(Refused):
        stop_movement(movement=ekster, on=date(2020, 8, 31), by=None)
    stop_movement(movement=ekster, on=APRIL, by=None)
    stop_movement(movement=ekster, on=NOW, by=None)  # still to come, so it can be another day
    assert fresh(ekster).stopped_on == NOW


# Mergers ---------------------------------------------------------------------------------------


@pytest.fixture
def merel() -> Movement:
    return make.movement("De Merel")


def test_leaders_go_along_or_stop(ekster: Movement, merel: Movement, by: User) -> None:
    goes = make.mandate(ekster, account=make.user(), phone="0470", ends_on=APRIL)
    leads_there = make.mandate(ekster, email="Both@example.org", function="leader")
    make.mandate(merel, email="both@example.org", function="leader")
    stops = make.mandate(ekster)
    comes_later = make.mandate(ekster, starts_on=MARCH + 3 * DAY)
    going = [goes.pk, leads_there.pk, comes_later.pk]
    merge_movements(source=ekster, target=merel, on=MARCH, going=going, by=by)
    assert fresh(ekster).stopped_on == MARCH - DAY
    new = merel.mandates.get(email=goes.email)
    copied = ("user", "name", "phone", "function", "ends_on", "confirmed_on", "turns_18_on")
    assert [getattr(new, name) for name in copied] == [getattr(goes, name) for name in copied]
    assert (new.starts_on, new.ended_at) == (MARCH, None)
    assert merel.mandates.filter(email__iexact="both@example.org").count() == 1
    assert merel.mandates.get(email=comes_later.email).starts_on == comes_later.starts_on
    assert not merel.mandates.filter(email=stops.email).exists()
    for day in (MARCH, MARCH + 3 * DAY, NOW):
        assert not Mandate.objects.active(day).filter(movement=ekster).exists()
    assert Mandate.objects.active(MARCH - DAY).filter(movement=ekster).count() == 3
    assert verbs() == ["merged", "took in"]


def test_a_merger_recorded_after_the_next_one_leads_on(
    ekster: Movement, merel: Movement, by: User
) -> None:
    last = make.movement("De Mus", stopped_on=date(2026, 3, 8))
    leader = make.mandate(ekster)
    merge_movements(source=merel, target=last, on=date(2026, 3, 5), by=by)
    merge_movements(source=ekster, target=merel, on=MARCH, going=[leader.pk], by=by)
    spans = [
        list(movement.mandates.values_list("starts_on", "ends_on")) for movement in (merel, last)
    ]
    assert spans == [[(MARCH, date(2026, 3, 4))], [(date(2026, 3, 5), date(2026, 3, 8))]]


def test_who_stops_before_the_next_merger_does_not_go_on_there(
    ekster: Movement, merel: Movement, by: User
) -> None:
    last = make.movement("De Mus")
    leader = make.mandate(ekster, ends_on=date(2026, 3, 3))
    merge_movements(source=merel, target=last, on=date(2026, 3, 5), by=by)
    merge_movements(source=ekster, target=merel, on=MARCH, going=[leader.pk], by=by)
    assert merel.mandates.get().ends_on == date(2026, 3, 3)
    assert not last.mandates.exists()


def test_a_merger_is_refused(ekster: Movement, merel: Movement, by: User) -> None:
    late = make.movement("Laat", started_on=MARCH)
    joined = make.movement("Bij de ekster")
    merge_movements(source=joined, target=ekster, on=date(2026, 2, 1), by=by)
    refused = [
        (ekster, ekster, MARCH),
        (ekster, merel, NOW + DAY),
        (ekster, late, MARCH - DAY),
        (late, merel, MARCH),  # did not exist on the day before
        (joined, merel, date(2026, 2, 1)),  # went elsewhere
        (ekster, merel, date(2026, 2, 1)),  # somebody joined it on that day
    ]
    for source, target, on in refused:
        with pytest.raises(Refused):
            merge_movements(source=source, target=target, on=on, by=by)
    merge_movements(source=ekster, target=merel, on=date(2026, 2, 2), by=by)


def test_days_that_contradict_a_merger_or_split_are_refused(
    ekster: Movement, merel: Movement, by: User
) -> None:
    merge_movements(source=ekster, target=merel, on=MARCH, by=by)
    new = split_movement(source=merel, on=NOW, by=by, federation=merel.federation, name="Nieuw")
    with override("en"):
        for movement, day, said in [
            (ekster, {"stopped_on": None}, "It went into De Merel"),
            (merel, {"started_on": MARCH + DAY}, "De Ekster went into it"),
            (merel, {"stopped_on": MARCH}, "Nieuw came out of it"),
            (new, {"started_on": MARCH}, "It came out of De Merel"),
        ]:
            with pytest.raises(Refused, match=said):
                change_movement(movement=movement, by=None, **day)
        with pytest.raises(Refused, match="Nieuw came out"):
            stop_movement(movement=merel, on=NOW - 2 * DAY, by=by)
    change_movement(movement=merel, by=None, stopped_on=NOW - DAY)


def test_what_a_merger_would_do_is_said_first(ekster: Movement, merel: Movement, by: User) -> None:
    make.mandate(ekster)
    make.ended(make.mandate(ekster))
    assert may_go_along(ekster, MARCH).count() == 1
    with override("en"):
        assert foretold(ekster, merel, NOW) == ["1 mandate ends."]
        assign_coach(movement=ekster, user=by, by=None, starts_on=MARCH)
        said = foretold(ekster, merel, NOW)
    assert said == ["1 mandate ends.", "The coach of De Ekster coaches it no more."]


# Splits ----------------------------------------------------------------------------------------


def test_a_new_movement_comes_out_of_another(ekster: Movement, by: User) -> None:
    goes, stays = make.mandate(ekster), make.mandate(ekster)
    assign_coach(movement=ekster, user=by, by=None, starts_on=MARCH)
    data = {"federation": ekster.federation, "name": "De Jonge Ekster"}
    new = split_movement(source=ekster, on=NOW, going=[goes.pk], by=by, **data)
    assert (new.name, new.started_on) == ("De Jonge Ekster", NOW)
    assert coach_of(new) == coach_of(ekster) == by
    assert [m.email for m in Mandate.objects.active().filter(movement=new)] == [goes.email]
    assert [m.email for m in Mandate.objects.active().filter(movement=ekster)] == [stays.email]
    with pytest.raises(Refused):
        split_movement(source=new, on=NOW, by=by, **data)
    assert "split" in verbs()


def test_a_movement_without_coach_splits_too(ekster: Movement, by: User) -> None:
    data = {"federation": ekster.federation, "name": "De Jonge Ekster"}
    assert coach_of(split_movement(source=ekster, on=NOW, by=by, **data)) is None


# What was and what is to come ------------------------------------------------------------------


def test_the_life_of_a_movement_in_words(ekster: Movement, merel: Movement, by: User) -> None:
    rename_movement(movement=merel, name="De Mus", on=date(2026, 2, 1), by=None)
    pause_movement(movement=merel, starts_on=APRIL, by=None)
    merge_movements(source=ekster, target=merel, on=MARCH, by=by)
    split_movement(source=merel, on=NOW, by=by, federation=merel.federation, name="Nieuw")
    with override("en"):
        told = [(h.on, h.text, h.is_to_come, h.address) for h in life_of(fresh(merel))]
        assert told == [
            (APRIL, "Pause from April 1, 2026", True, "admin:movements_movement_take_back_pause"),
            (NOW, "Nieuw split off from it", False, ""),
            (MARCH, "De Ekster joined it", False, ""),
            (
                date(2026, 2, 1),
                "Called “De Mus”, before that “De Merel”",
                False,
                "admin:movements_movement_take_back_name",
            ),
        ]
        told = [happening.text for happening in life_of(fresh(ekster))]
        assert told == ["Went into De Mus", "Last day", "Began"]
        new = Movement.objects.get(name="Nieuw")
        assert {happening.text for happening in life_of(new)} == {"Split off from De Mus", "Began"}


# What leaders keep up to date ------------------------------------------------------------------


def test_a_waiting_list_is_of_the_day_on_which_it_is_said(ekster: Movement, by: User) -> None:
    keep_up_group(movement=ekster, by=by, waiting=12, capacity=80, place=" Markt  1 ")
    found = fresh(ekster)
    assert (found.waiting, found.waiting_on, found.capacity) == (12, today(), 80)
    assert found.place == "Markt 1"
    keep_up_group(movement=ekster, by=by, waiting=None)
    assert fresh(ekster).waiting_on is None
    keep_up_group(movement=ekster, by=by, mailbox="leiding@ekster.be")
    with pytest.raises(TypeError, match="name"):
        keep_up_group(movement=ekster, by=by, name="Anders")


@pytest.mark.parametrize(
    "fields", [{"vcode": "V123"}, {"vcode": "V0000001"}, {"waiting": 3}, {"capacity": -1}]
)
def test_facts_of_a_movement_are_refused(ekster: Movement, fields: dict[str, Any]) -> None:
    create_movement(federation=ekster.federation, name="x", vcode="V0000001", by=None)
    with pytest.raises(Refused):
        change_movement(movement=ekster, by=None, **fields)
