"""Handovers: opened by a change of team, notes of who goes, signatures of who comes."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import User
from core.errors import Refused, Stale
from core.models import ActivityLog
from handovers.enums import HandoverState
from handovers.models import Handover
from handovers.selectors.handovers import (
    coming_turn,
    last_turn,
    state_of,
    turns_of,
    unsigned_handovers,
)
from handovers.selectors.pack import next_of
from handovers.selectors.rotation import last_rotation, new_team_since, next_rotation, rotations_of
from handovers.services import open_handovers, sign_handover, write_note
from movements.enums import Function
from movements.models import Mandate, Movement
from movements.services import change_mandate, change_movement
from tests.factories import movements as make

pytestmark = pytest.mark.django_db

CHANGE = date(2026, 9, 1)
LAST_OF_AUGUST = date(2026, 8, 31)


def at(year: int, month: int, day: int) -> Any:
    moment = datetime(year, month, day, 10, tzinfo=ZoneInfo("Europe/Brussels"))
    return time_machine.travel(moment, tick=False)


class Team:
    """Noor leads until the end of August 2026, Sami from then on; Vera is of age and stays."""

    def __init__(self, *, minor: bool = False) -> None:
        self.movement: Movement = make.movement("Chiro De Vlieger")
        self.noor, self.sami, self.vera = (make.user(name) for name in ("Noor", "Sami", "Vera"))
        born = date(2027, 2, 1) if minor else None
        self.old = self.mandate(self.noor, date(2024, 9, 1), ends_on=LAST_OF_AUGUST)
        self.new = self.mandate(self.sami, CHANGE, turns_18_on=born)
        self.mandate(self.vera, date(2023, 9, 1), function=Function.ADULT_SUPERVISOR)

    def mandate(self, account: User, starts_on: date, **fields: Any) -> Mandate:
        """Confirmed for as long as these tests look."""
        made = make.mandate(self.movement, account=account, starts_on=starts_on, **fields)
        Mandate.objects.filter(pk=made.pk).update(confirmed_on=date(2030, 9, 1))
        return made

    def sign(self, by: User, on: date = CHANGE) -> Any:
        return sign_handover(movement=self.movement, rotation_on=on, by=by)

    def note(self, by: User, text: str, version: int = 0, on: date = CHANGE) -> Any:
        return write_note(movement=self.movement, rotation_on=on, by=by, text=text, version=version)

    def state(self) -> HandoverState | None:
        turn = last_turn(self.movement)
        return turn.state if turn else None


@pytest.fixture
def team() -> Team:
    with at(2026, 5, 3):
        return Team()


@pytest.fixture
def young_team() -> Team:
    with at(2026, 5, 3):
        return Team(minor=True)


def test_dates_of_a_movement(team: Team) -> None:
    with at(2026, 5, 3):
        assert rotations_of(team.movement) == []
        assert last_rotation(team.movement) is None
        assert new_team_since(team.movement) is None
        assert next_rotation(team.movement) == CHANGE
        assert rotations_of(team.movement, until=CHANGE) == [CHANGE]
    with at(2026, 9, 20):
        assert last_rotation(team.movement) == new_team_since(team.movement) == CHANGE


# Opening ------------------------------------------------------------------------------------------


def test_a_change_of_team_opens_one_handover_however_often_it_is_asked(team: Team) -> None:
    with at(2026, 8, 31):
        assert open_handovers() == 0
    with at(2026, 9, 4):
        assert open_handovers() == 1
        assert open_handovers() == 0
    handover = Handover.objects.get()
    assert (handover.movement, handover.rotation_on) == (team.movement, CHANGE)
    assert ActivityLog.objects.filter(verb="opened", object_type="handovers.handover").count() == 1


def test_old_changes_and_movements_that_stopped_open_nothing(team: Team) -> None:
    with at(2027, 9, 1):
        assert open_handovers() == 0
    with at(2026, 9, 4):
        change_movement(movement=team.movement, by=None, stopped_on=date(2026, 9, 2))
        assert open_handovers() == 0


def test_a_change_that_vanishes_waits_for_nobody(team: Team) -> None:
    with at(2026, 9, 4):
        open_handovers()
        (waiting,) = unsigned_handovers()
        assert state_of(waiting, turns_of(team.movement)) == HandoverState.OPEN
        change_mandate(mandate=team.old, by=None, ends_on=date(2027, 8, 31))
        assert unsigned_handovers() == []
        assert team.state() is None
        assert state_of(waiting, turns_of(team.movement)) is None


def test_an_unsigned_change_before_the_last_one_waits_no_more(team: Team) -> None:
    with at(2026, 9, 4):
        change_mandate(mandate=team.new, by=None, ends_on=date(2026, 12, 31))
        open_handovers()
        team.note(team.vera, "The boiler needs a kick.")
    with at(2027, 1, 4):
        open_handovers()
        (waiting,) = unsigned_handovers()
        assert waiting.rotation_on == date(2027, 1, 1)
        first, second = turns_of(team.movement)
        assert (first.state, second.state) == (HandoverState.FOLLOWED, HandoverState.OPEN)
        # nobody signed for the note, so it goes on
        assert [note.text for note in second.notes] == ["The boiler needs a kick."]


# Notes --------------------------------------------------------------------------------------------


def test_who_goes_writes_while_still_there(team: Team) -> None:
    with at(2026, 6, 1):
        note = team.note(team.noor, "Ask Mia for the key.")
        note = team.note(team.noor, "Ask Mia for the key. She works late.", note.version)
        assert note.version == 2
        with pytest.raises(Stale):
            team.note(team.noor, "From an old window", 1)
    with at(2026, 9, 4):
        turn = last_turn(team.movement)
        assert turn is not None
        assert [note.text for note in turn.notes] == ["Ask Mia for the key. She works late."]
        for somebody in (team.noor, team.sami):  # no access any more; was not there before
            with pytest.raises(Refused):
                team.note(somebody, "Late")


def test_who_stays_writes_until_it_is_signed_or_three_months_passed(team: Team) -> None:
    with at(2026, 9, 4):
        note = team.note(team.vera, "The neighbours like a letter before camp.")
        team.sign(team.sami)
        with pytest.raises(Refused):
            team.note(team.vera, "More", note.version)
    with at(2026, 12, 5):
        Handover.objects.all().delete()
        with pytest.raises(Refused):
            team.note(team.vera, "Too late")


@pytest.mark.parametrize("ends_on", [date(2026, 6, 30), date(2027, 8, 31)])
def test_a_note_follows_the_change_to_another_day(team: Team, ends_on: date) -> None:
    with at(2026, 6, 1):
        note = team.note(team.noor, "Ask Mia for the key.")
        change_mandate(mandate=team.old, by=None, ends_on=ends_on)
        turn = coming_turn(team.movement)
        assert turn is not None
        assert turn.on != CHANGE
        assert [note.text for note in turn.notes] == ["Ask Mia for the key."]
        # it is the same note, which its author goes on with
        team.note(team.noor, "Ask Mia.", note.version, on=turn.on)
        with pytest.raises(Stale):
            team.note(team.noor, "On a page of before", 2)


# Signing ------------------------------------------------------------------------------------------


def test_the_new_main_leader_signs_once(team: Team) -> None:
    with at(2026, 8, 1), pytest.raises(Refused):
        team.sign(team.noor)  # nothing to take over yet
    with at(2026, 9, 4):
        assert team.state() == HandoverState.OPEN
        for somebody in (team.vera, team.noor, make.consultant()):
            with pytest.raises(Refused):
                team.sign(somebody)
        signature = team.sign(team.sami)
        assert (signature.mandate, signature.of_age) == (team.new, True)
        assert team.state() == HandoverState.SIGNED
        with pytest.raises(Refused):
            team.sign(team.sami)
        open_handovers()
        assert unsigned_handovers() == []


@pytest.mark.parametrize("second", ["vera", "staff"])
def test_somebody_under_18_is_never_the_only_one_to_sign(young_team: Team, second: str) -> None:
    team = young_team
    with at(2026, 9, 4):
        assert team.sign(team.sami).of_age is False
        assert team.state() == HandoverState.HALF
        with pytest.raises(Refused):
            team.sign(team.sami)
        signature = team.sign(team.vera if second == "vera" else make.consultant())
        assert signature.of_age is True
        assert (signature.mandate is None) == (second == "staff")
        assert team.state() == HandoverState.SIGNED


def test_a_signature_moves_along_with_a_correction_but_not_to_another_change(team: Team) -> None:
    with at(2026, 9, 4):
        team.sign(team.sami)
        change_mandate(mandate=team.old, by=None, ends_on=date(2026, 8, 29))
        assert last_rotation(team.movement) == date(2026, 8, 30)
        assert team.state() == HandoverState.SIGNED
        change_mandate(mandate=team.old, by=None, ends_on=date(2026, 3, 1))
        assert team.state() == HandoverState.OPEN
    assert Handover.objects.get().signatures.exists()  # and stays where it is


def test_a_page_of_another_day_signs_nothing(team: Team) -> None:
    with at(2026, 9, 4), pytest.raises(Stale):
        team.sign(team.sami, on=date(2026, 9, 2))


# The one next thing -------------------------------------------------------------------------------


def test_what_is_next_for_whom(team: Team) -> None:
    def asked(by: User) -> str:
        return next_of(team.movement, by)

    with at(2026, 6, 1):
        assert asked(team.noor) == ""  # three months ahead
    with at(2026, 8, 1):
        assert [asked(one) for one in (team.noor, team.vera, team.sami)] == ["note", "note", ""]
        team.note(team.noor, "Ask Mia.")
        assert asked(team.noor) == ""
    with at(2026, 9, 4):
        assert [asked(one) for one in (team.noor, team.vera, team.sami)] == ["", "", "sign"]
        team.sign(team.sami)
        assert asked(team.sami) == ""
