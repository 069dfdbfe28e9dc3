"""What happens to a movement, on the pages of the youth service and of its leaders."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.calendar import today
from movements.models import Movement
from movements.selectors.life import life_of
from movements.services.life import pause_movement, rename_movement
from tests.factories import movements as make

pytestmark = pytest.mark.django_db
MOVEMENTS = "/admin/movements/movement/"
DAY = timedelta(days=1)


@pytest.fixture
def colleague() -> User:
    return make.consultant()


@pytest.fixture
def desk(client: Client, colleague: User) -> Client:
    client.force_login(colleague)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def ekster() -> Movement:
    return make.movement("De Ekster", started_on=date(2020, 9, 1))


def fresh(movement: Movement) -> Movement:
    return Movement.objects.get(pk=movement.pk)


def send(client: Client, address: str, **data: Any) -> Any:
    """Post a form and follow; the page that answers."""
    assert client.get(address).status_code == 200
    return client.post(address, data, follow=True)


def test_a_movement_pauses_runs_again_and_gets_a_name(desk: Client, ekster: Movement) -> None:
    own = f"{MOVEMENTS}{ekster.pk}/"
    page = send(desk, f"{own}pause/", starts_on=str(today() - 9 * DAY))
    assert page.redirect_chain[-1][0] == f"{own}change/"
    assert "It runs again" in page.content.decode()
    again = desk.post(f"{own}pause/", {"starts_on": str(today()), "ends_on": ""})
    assert "This movement pauses already." in again.content.decode()
    send(desk, f"{own}resume/", on=str(today()))
    assert ekster.pauses.get().ends_on == today() - DAY
    page = send(desk, f"{own}rename/", name="De Specht", on=str(today()))
    assert "Called “De Specht”, before that “De Ekster”" in page.content.decode()
    send(desk, f"{own}stop/", on=str(today()))
    assert fresh(ekster).stopped_on == today()


@pytest.mark.parametrize("step", ["resume", "rename", "stop"])
def test_what_is_refused_is_said_at_the_form(desk: Client, ekster: Movement, step: str) -> None:
    data = {"on": "2020-08-01", "name": "De Specht"}
    page = desk.post(f"{MOVEMENTS}{ekster.pk}/{step}/", data)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert fresh(ekster) == ekster


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("step", ["pause", "resume", "rename", "stop", "split", "merge"])
def test_a_mistyped_year_is_said_at_the_field(
    desk: Client, ekster: Movement, step: str, day: str
) -> None:
    data = {"on": day, "starts_on": day, "name": "De Specht", "target": make.movement().pk}
    page = desk.post(f"{MOVEMENTS}{ekster.pk}/{step}/", data)
    assert set(page.context["form"].errors) == {"starts_on" if step == "pause" else "on"}


def test_a_pause_and_a_name_are_taken_back(desk: Client, ekster: Movement) -> None:
    own = f"{MOVEMENTS}{ekster.pk}/"
    pause = pause_movement(movement=ekster, starts_on=today(), by=None)
    rename_movement(movement=ekster, name="De Specht", on=today(), by=None)
    former = ekster.former_names.get()
    assert desk.get(f"{own}pause/{former.pk + 999}/take-back/").status_code == 404
    send(desk, f"{own}pause/{pause.pk}/take-back/")
    send(desk, f"{own}name/{former.pk}/take-back/")
    found = fresh(ekster)
    assert (found.name, len(life_of(found))) == ("De Ekster", 1)


def test_a_merger_is_shown_before_it_is_done(desk: Client, ekster: Movement) -> None:
    merel, leader = make.movement("De Merel"), make.mandate(ekster)
    address = f"{MOVEMENTS}{ekster.pk}/merge/"
    chosen = {"target": merel.pk, "on": str(today())}
    assert desk.post(address).context["form"].errors == {}
    assert desk.post(address, {"on": "x"}).context["form"].errors
    page = desk.get(address, chosen)
    assert "1 mandate ends." in page.content.decode()
    assert page.context["form"].fields["going"].initial == [leader.pk]
    late = {"target": merel.pk, "on": str(today() + DAY)}
    assert "Choose today or an earlier day." in desk.post(address, late).content.decode()
    done = desk.post(address, {**chosen, "going": [leader.pk]}, follow=True)
    assert done.redirect_chain[-1][0] == f"{MOVEMENTS}{merel.pk}/change/"
    assert fresh(ekster).stopped_on == today() - DAY
    assert merel.mandates.get().email == leader.email


def test_a_movement_splits(desk: Client, ekster: Movement) -> None:
    leader = make.mandate(ekster)
    data = {"name": "De Jonge Ekster", "on": str(today()), "going": [leader.pk]}
    send(desk, f"{MOVEMENTS}{ekster.pk}/split/", **data)
    new = Movement.objects.get(name="De Jonge Ekster")
    assert (new.federation, new.mandates.get().email) == (ekster.federation, leader.email)


def test_full_groups_are_found(desk: Client, ekster: Movement) -> None:
    Movement.objects.filter(pk=ekster.pk).update(waiting=12, waiting_on=date(2026, 3, 1))
    nobody = make.movement("Nobody waits", waiting=0, waiting_on=date(2026, 3, 1))
    unknown = make.movement("Unknown")
    pause_movement(movement=unknown, starts_on=today(), by=None)

    def found(question: str) -> set[Movement]:
        return set(desk.get(f"{MOVEMENTS}?{question}").context["cl"].queryset)

    assert "12 (1 March 2026)" in desk.get(MOVEMENTS).content.decode()
    assert found("waiting=yes") == {ekster}
    assert found("waiting=no") == {nobody}
    assert found("waiting=unknown") == found("state=paused") == {unknown}
    assert found("state=running") == {ekster, nobody}
    assert found("waiting=") == found("state=existing") == {ekster, nobody, unknown}


def test_a_waiting_list_without_a_day_is_of_today(desk: Client, ekster: Movement) -> None:
    page = desk.get(f"{MOVEMENTS}{ekster.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: "" if value is None else value for name, value in data.items()}
    data |= {"waiting": 7, "capacity": 60, "vcode": "V1234567"}
    desk.post(f"{MOVEMENTS}{ekster.pk}/change/", data)
    found = fresh(ekster)
    assert (found.waiting, found.waiting_on, found.vcode) == (7, today(), "V1234567")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_movement_asks_the_same_however_long_its_life(
    desk: Client, ekster: Movement, rows: int
) -> None:
    for number in range(rows):
        on = today() - 30 * DAY * (number + 1)
        rename_movement(movement=ekster, name=f"De Ekster {number}", on=on, by=None)
        pause_movement(movement=ekster, starts_on=on, ends_on=on, by=None)
    with CaptureQueriesContext(connection) as queries:
        life_of(fresh(ekster))
        list(Movement.objects.running())
    assert len(queries) == 6


@pytest.mark.parametrize("records", ["mandate", "coachassignment"])
def test_a_movement_that_stopped_gets_no_leader_and_no_coach(
    desk: Client, ekster: Movement, records: str
) -> None:
    Movement.objects.filter(pk=ekster.pk).update(stopped_on=today() - DAY)
    there = make.movement("Comes later", started_on=today() + DAY)
    form = desk.get(f"/admin/movements/{records}/add/").context["adminform"].form
    assert list(form.fields["movement"].queryset) == [there]


# Leaders ---------------------------------------------------------------------------------------


def test_leaders_keep_their_group_up_to_date(client: Client, ekster: Movement) -> None:
    leader = make.user()
    make.mandate(ekster, account=leader)
    client.force_login(leader)
    address = f"/my/{ekster.pk}/group/"
    page = send(client, address, mailbox="leiding@ekster.be", place="Markt 1", waiting="3")
    assert page.redirect_chain == [(address, 302)]
    found = fresh(ekster)
    assert (found.mailbox, found.place, found.waiting) == ("leiding@ekster.be", "Markt 1", 3)
    wrong = client.post(address, {"mailbox": "geen adres"})
    assert set(wrong.context["form"].errors) == {"mailbox"}
    assert client.get(f"/my/{make.movement().pk}/group/").status_code == 404


def test_two_leaders_at_once_lose_nothing(client: Client, ekster: Movement) -> None:
    leader = make.user()
    make.mandate(ekster, account=leader)
    client.force_login(leader)
    address = f"/my/{ekster.pk}/group/"
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {"capacity": "80", "seen": seen})
    page = client.post(address, {"capacity": "60", "seen": seen})
    assert "80" in str(page.context["form"].errors["capacity"])
    assert fresh(ekster).capacity == 80


def test_who_leads_later_only_reads(client: Client, ekster: Movement) -> None:
    leader = make.user()
    make.mandate(ekster, account=leader, starts_on=today() + DAY)
    client.force_login(leader)
    address = f"/my/{ekster.pk}/group/"
    assert b"<form" not in client.get(address).content.split(b"</main>")[0].split(b"<main")[1]
    assert client.post(address, {"capacity": "60"}).status_code == 404
