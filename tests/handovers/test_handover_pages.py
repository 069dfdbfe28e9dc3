"""The pages of a change of team: for who leads, for the youth service, in the work list."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core import subjects
from core.calendar import pretend
from core.erasing import Kept
from desk.worklist import work_list
from handovers import tasks
from handovers.erasure import keep_notes
from handovers.models import Handover, HandoverNote, HandoverSignature
from movements.models import Movement
from tests.factories import movements as make
from tests.handovers.test_handover import CHANGE, Team
from tests.labels.awarding import make_edition
from tests.support.proof import force_login

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2026, 6, 1), date(2026, 9, 4)


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def team() -> Team:
    with pretend(BEFORE):
        return Team()


@pytest.fixture
def young_team() -> Team:
    with pretend(BEFORE):
        return Team(minor=True)


class Reader:
    """Somebody at the handover page of a team, in English."""

    def __init__(self, user: User, movement: Movement) -> None:
        self.client, self.number = Client(headers={"accept-language": "en"}), movement.pk
        force_login(self.client, user)

    def read(self) -> Any:
        return self.client.get(reverse("handovers:handover", args=[self.number]))

    def send(self, what: str, **data: Any) -> Any:
        address = reverse(f"handovers:{what}", args=[self.number])
        return self.client.post(address, data, follow=True)

    def sign(self, day: date = CHANGE) -> Any:
        return self.send("sign", **{"sign-rotation_on": day.isoformat()})

    def note(self, text: str, version: int = 0, day: date = CHANGE) -> Any:
        return self.send("note", text=text, version=version, rotation_on=day.isoformat())


def test_who_goes_writes_a_note_and_nothing_of_two_windows_is_lost(team: Team) -> None:
    reader = Reader(team.noor, team.movement)
    with pretend(BEFORE):
        page = reader.read()
        assert page.context["heading"] == "Your team changes on 1 September 2026"
        assert page.context["sign_form"] is None
        assert "This field is required." in reader.note("").text
        assert "Saved. The next team reads it." in reader.note("Ask Mia.").text
        page = reader.note("From the other window.")
        assert "It now says: “Ask Mia.”" in page.context["note_form"].errors["text"][0]
        assert page.context["note_form"]["text"].value() == "From the other window."
        # the page that shows both sends the present version along
        version = page.context["note_form"]["version"].value()
        reader.note("Ask Mia. And Jo.", version)
        assert HandoverNote.objects.get().text == "Ask Mia. And Jo."
        # the change moved since the page was opened
        page = reader.note("On another day", 2, date(2026, 9, 9))
        form = page.context["note_form"]
        assert (form["rotation_on"].value(), form["version"].value()) == ("2026-09-01", "2")


def test_who_comes_reads_and_signs(team: Team) -> None:
    with pretend(BEFORE):
        team.note(team.noor, "Ask Mia for the key.")
    reader = Reader(team.sami, team.movement)
    with pretend(date(2026, 8, 20)):  # looks already, writes nothing yet
        page = reader.read()
        assert page.context["note_form"] is page.context["sign_form"] is None
        assert reader.sign().status_code == 404
    with pretend(AFTER):
        page = reader.read()
        assert page.context["heading"] == "Another team leads: read what was promised"
        assert page.context["note_form"] is None
        assert "Ask Mia for the key." in page.text
        assert "There is no change of team" in reader.note("Not mine to write").text
        assert "The team changes on another day now." in reader.sign(date(2026, 9, 3)).text
        page = reader.sign()
        assert "Signed. Thank you for taking over!" in page.text
        assert page.context["heading"] == "What was promised"
        assert "There is nothing for you to sign" in reader.sign().text
    assert HandoverSignature.objects.get().user == team.sami


def test_a_movement_that_never_changed_shows_what_was_promised() -> None:
    make_edition()
    movement, noor = make.movement(), make.user()
    make.mandate(movement, account=noor)
    reader = Reader(noor, movement)
    page = reader.read()
    assert page.context["heading"] == "What was promised"
    assert "There is nothing for you to sign" in reader.sign().text
    paper = reader.client.get(reverse("handovers:paper", args=[movement.pk]), {"lang": "en"})
    assert paper["Content-Disposition"] == f'inline; filename="handover-{movement.pk}-en.pdf"'


# The youth service --------------------------------------------------------------------------------


def test_the_youth_service_signs_beside_somebody_under_18(young_team: Team, english: None) -> None:
    team = young_team
    with pretend(AFTER):
        staff = make.consultant()
        assert [tasks.open_handovers(), tasks.open_handovers()] == [1, 0]
        waiting = [section for section in work_list(staff) if "Handovers" in section.title]
        assert [item.text for item in waiting[0].items] == ["Chiro De Vlieger"]
        address = reverse("admin:handovers_handover_change", args=[Handover.objects.get().pk])
        staffs = Reader(staff, team.movement)
        assert staffs.client.get(address).context["form"] is None
        assert staffs.client.post(address).status_code == 200  # nothing to sign yet
        team.sign(team.sami)
        assert "Your signature makes it complete." in Reader(team.vera, team.movement).read().text
        assert "A second signature" in staffs.client.get(address).text
        stale = staffs.client.post(address, {"sign-rotation_on": "2026-09-02"})
        assert "The team changes on another day now." in stale.text
        done = staffs.client.post(address, {"sign-rotation_on": CHANGE.isoformat()}, follow=True)
        assert "(youth service)" in done.text
        assert not [section for section in work_list(staff) if "Handovers" in section.title]


def test_a_vanished_change_says_so(team: Team) -> None:
    with pretend(AFTER):
        staff = Reader(make.consultant(), team.movement)
        gone = Handover.objects.create(movement=team.movement, rotation_on=date(2026, 1, 5))
        HandoverSignature.objects.create(handover=gone, user=team.vera)
        address = reverse("admin:handovers_handover_change", args=[gone.pk])
        assert "it did not change on 5 January 2026" in staff.client.get(address).text
        assert staff.client.get(address.replace(str(gone.pk), "x")).status_code == 404
        shown = staff.client.get(reverse("admin:handovers_handover_changelist"))
        assert "no change of team on this day any more" in shown.text
        team.sign(team.sami)
        for signed, days in (("yes", {CHANGE, gone.rotation_on}), ("no", set())):
            address = reverse("admin:handovers_handover_changelist")
            rows = staff.client.get(address, {"signed": signed}).context["cl"].result_list
            assert {row.rotation_on for row in rows} == days


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    django_assert_num_queries: Any, count: int
) -> None:
    with pretend(AFTER):
        for _number in range(count):
            Team()
        tasks.open_handovers()
        staff = Reader(make.consultant(), make.movement())
        staff.client.get(reverse("admin:handovers_handover_changelist"))
        with django_assert_num_queries(11):
            staff.client.get(reverse("admin:handovers_handover_changelist"))


# The person ---------------------------------------------------------------------------------------


def test_notes_and_signatures_are_handed_out_and_stay_without_a_name(team: Team) -> None:
    with pretend(BEFORE):
        note = team.note(team.noor, "Ask Mia for the key.")
    with pretend(AFTER):
        signature = team.sign(team.sami)
    for kind, record, noted, signed in (
        ("accounts.user", team.noor, [note], []),
        ("movements.mandate", team.old, [note], []),
        ("accounts.user", team.sami, [], [signature]),
        ("movements.mandate", team.new, [], [signature]),
    ):
        parts = {part.model: part for part in subjects.kind_of(kind).parts}
        assert list(parts["handovers.handovernote"].rows(record)) == noted
        assert list(parts["handovers.handoversignature"].rows(record)) == signed
    (effect,) = keep_notes(team.noor)
    assert isinstance(effect, Kept)
