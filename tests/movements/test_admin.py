"""Movements, mandates, coaches and federations in the web admin: all through the services."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.models import User
from core.calendar import now, today
from core.logs import ActivityLog
from core.outbox import OutboxMessage
from movements.enums import Function
from movements.models import CoachAssignment, Federation, Invitation, Mandate, Movement
from movements.selectors import coach_of
from movements.services import assign_coach, change_mandate, invite
from tests.factories import movements as make
from tests.factories.programmes import make_edition
from tests.support.statistics import learn

pytestmark = pytest.mark.django_db
MOVEMENTS = "/admin/movements/movement/"
MANDATES = "/admin/movements/mandate/"
COACHES = "/admin/movements/coachassignment/"
FEDERATIONS = "/admin/movements/federation/"
DAY = timedelta(days=1)


@pytest.fixture
def colleague() -> User:
    return make.consultant()


@pytest.fixture
def desk(client: Client, colleague: User) -> Client:
    client.force_login(colleague)
    client.cookies["django_language"] = "en"
    return client


def errors_of(page: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in page.context["adminform"].form.errors.items()}


def movement_fields(**fields: Any) -> dict[str, Any]:
    usual = {
        "federation": make.federation().pk,
        "code": "",
        "name": "Chiro Zon",
        "postcode": "2800",
        "municipality": "Mechelen",
        "mailbox": "",
        "language": "nl",
        "started_on": "",
        "stopped_on": "",
        "coach": "",
    }
    return {**usual, **fields}


def mandate_fields(movement: Movement, **fields: Any) -> dict[str, Any]:
    usual = {
        "movement": movement.pk,
        "name": "An Peeters",
        "email": "an@example.org",
        "phone": "",
        "function": "main_leader",
        "starts_on": "2025-09-01",
        "ends_on": "2026-08-31",
    }
    return {**usual, **fields}


# Movements -------------------------------------------------------------------------------------


def test_movement_is_added_with_its_coach(desk: Client, colleague: User) -> None:
    page = desk.post(f"{MOVEMENTS}add/", movement_fields(coach=colleague.pk))
    assert page.status_code == 302
    movement = Movement.objects.get()
    assert (movement.name, coach_of(movement)) == ("Chiro Zon", colleague)
    actors = ActivityLog.objects.filter(object_type__startswith="movements.")
    assert {row.actor for row in actors} == {colleague.key}
    assert not LogEntry.objects.exists()


def test_movement_is_changed_and_keeps_its_coach_unless_another_is_chosen(
    desk: Client, colleague: User
) -> None:
    movement = make.movement()
    assign_coach(movement=movement, user=colleague, by=None)
    path = f"{MOVEMENTS}{movement.pk}/change/"
    assert f'value="{colleague.pk}" selected' in desk.get(path).content.decode()
    desk.post(path, movement_fields(coach=colleague.pk, name="Chiro Maan"))
    desk.post(path, movement_fields(name="Chiro Ster"))
    movement.refresh_from_db()
    assert (movement.name, coach_of(movement)) == ("Chiro Ster", colleague)
    other = make.coordinator()
    desk.post(path, movement_fields(name="Chiro Ster", coach=other.pk))
    assert coach_of(movement) == other
    assert CoachAssignment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "TAKEN"}, "code"),
        ({"mailbox": "x"}, "mailbox"),
        ({"started_on": "2024-02-01", "stopped_on": "2024-01-01"}, "stopped_on"),
        ({"coach": "0"}, "coach"),
    ],
)
def test_movement_says_at_the_field_what_is_wrong(
    desk: Client, fields: dict[str, str], field: str
) -> None:
    make.movement(code="TAKEN")
    page = desk.post(f"{MOVEMENTS}add/", movement_fields(**fields))
    assert page.status_code == 200
    assert list(errors_of(page)) == [field]
    assert Movement.objects.count() == 1


def test_number_of_another_shape_is_said_at_the_number(desk: Client) -> None:
    scouts = make.federation(make.SCOUTS)
    page = desk.post(f"{MOVEMENTS}add/", movement_fields(federation=scouts.pk, code="12"))
    assert list(errors_of(page)) == ["code"]


def test_coach_that_a_service_refuses_is_said_with_everything_typed(
    desk: Client, colleague: User
) -> None:
    movement = make.movement()
    assign_coach(movement=movement, user=make.coordinator(), by=None, starts_on=today() + DAY)
    path = f"{MOVEMENTS}{movement.pk}/change/"
    page = desk.post(path, movement_fields(name="Typed name", coach=colleague.pk))
    assert page.status_code == 200
    assert "Typed name" in page.content.decode()
    assert "The coach changed on" in str(errors_of(page))
    movement.refresh_from_db()
    assert movement.name != "Typed name"


def test_team_stands_below_the_movement(desk: Client) -> None:
    movement = make.movement()
    path = f"{MOVEMENTS}{movement.pk}/change/"
    assert "Nobody is recorded yet" in desk.get(path).content.decode()
    make.mandate(movement, name="An", account=make.user())
    make.mandate(movement, name="Bo")
    make.mandate(movement, name="Cas", starts_on=today() + DAY, account=make.user())
    make.ended(make.mandate(movement, name="Dirk"))
    text = desk.get(path).content.decode()
    for shown in (
        "An",
        "Bo",
        "Cas",
        "Dirk",
        "holds now",
        "not invited yet",
        "begins later",
        "over",
    ):
        assert shown in text
    assert f"{MANDATES}add/?movement={movement.pk}" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"a", "b", "c"}),
        ("?state=existing", {"a", "b"}),
        ("?state=stopped", {"c"}),
        ("?team=nobody", {"b", "c"}),
        ("?team=uninvited", {"a"}),
        ("?coach=nobody", {"b", "c"}),
        ("?coach=me", {"a", "b", "c"}),
        ("?q=lier", {"b"}),
        ("?q=X1", {"c"}),
    ],
)
def test_movements_are_filtered_and_searched(
    desk: Client, colleague: User, query: str, names: set[str]
) -> None:
    make.mandate(make.movement("a"))
    make.movement("b", municipality="Lier")
    make.movement("c", stopped_on=today() - DAY, code="X1")
    assign_coach(movement=Movement.objects.get(name="a"), user=colleague, by=None)
    page = desk.get(f"{MOVEMENTS}{query}")
    assert {m.name for m in page.context["cl"].result_list} == names


def test_movements_of_one_coach(desk: Client, colleague: User) -> None:
    assign_coach(movement=make.movement("a"), user=colleague, by=None)
    make.movement("b")
    page = desk.get(f"{MOVEMENTS}?coach={colleague.pk}&o=5.6")
    assert [m.name for m in page.context["cl"].result_list] == ["a"]
    assert colleague.full_name in page.content.decode()


# Mandates --------------------------------------------------------------------------------------


def test_main_leader_is_recorded_from_the_movement(desk: Client) -> None:
    movement = make.movement()
    page = desk.get(f"{MANDATES}add/?movement={movement.pk}")
    assert f'value="{movement.pk}" selected' in page.content.decode()
    assert 'type="date"' in page.content.decode()
    desk.post(f"{MANDATES}add/", mandate_fields(movement))
    mandate = Mandate.objects.get()
    assert (mandate.email, mandate.function) == ("an@example.org", Function.MAIN_LEADER)
    path = f"{MANDATES}{mandate.pk}/change/"
    desk.post(path, mandate_fields(movement, phone="0470", ends_on=""))
    mandate.refresh_from_db()
    assert (mandate.phone, mandate.ends_on) == ("0470", None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_on": "2025-08-31"}, "ends_on"),
        ({"email": "TAKEN@example.org"}, "email"),
        ({"email": "x"}, "email"),
        ({"name": ""}, "name"),
        ({"starts_on": "31/31"}, "starts_on"),
    ],
)
def test_mandate_says_at_the_field_what_is_wrong(
    desk: Client, fields: dict[str, str], field: str
) -> None:
    movement = make.movement()
    desk.post(f"{MANDATES}add/", mandate_fields(movement, email="taken@example.org"))
    desk.post(f"{MANDATES}add/", mandate_fields(movement, email="second@example.org"))
    second = Mandate.objects.latest("id")
    for path in (f"{MANDATES}add/", f"{MANDATES}{second.pk}/change/"):
        page = desk.post(path, mandate_fields(movement, **fields))
        assert page.status_code == 200
        assert list(errors_of(page)) == [field]


def test_invitation_is_asked_once_and_sent(desk: Client, colleague: User) -> None:
    mandate = make.mandate(email="an@example.org")
    change, path = f"{MANDATES}{mandate.pk}/change/", f"{MANDATES}{mandate.pk}/invite/"
    assert path in desk.get(change).content.decode()
    question = desk.get(path).content.decode()
    assert "an@example.org" in question
    assert "14 days" in question
    assert not OutboxMessage.objects.exists()
    page = desk.post(path, follow=True)
    assert "The invitation is on its way." in page.content.decode()
    assert "Send the invitation again" in page.content.decode()
    assert Invitation.objects.get().sent_by == colleague
    page = desk.post(path, follow=True)
    assert "An invitation was sent a moment ago." in page.content.decode()
    assert OutboxMessage.objects.count() == 1


def test_phone_of_somebody_under_18_is_refused_at_its_field(desk: Client) -> None:
    movement, day = make.movement(), today() + 100 * DAY
    given = mandate_fields(movement, phone="0400 12 34 56", turns_18_on=day.isoformat())
    page = desk.post(f"{MANDATES}add/", given)
    assert errors_of(page) == {"phone": ["We keep no phone number of somebody under 18."]}
    assert desk.post(f"{MANDATES}add/", {**given, "phone": ""}).status_code == 302
    assert Mandate.objects.get().turns_18_on == day


def test_day_in_the_past_is_not_kept_and_the_phone_is(desk: Client) -> None:
    given = mandate_fields(make.movement(), phone="0400 12 34 56", turns_18_on=today().isoformat())
    assert desk.post(f"{MANDATES}add/", given).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.turns_18_on, mandate.phone) == (None, "0400 12 34 56")


def test_leaders_see_neither_phone_nor_birthday_of_each_other(client: Client) -> None:
    make_edition()
    leader, movement = make.user(), make.movement()
    make.mandate(movement, account=leader, phone="0400 98 76 54")
    make.mandate(movement, name="Mina Minderjarig", turns_18_on=today() + 100 * DAY)
    client.force_login(leader)
    text = client.get(f"/my/{movement.pk}/").content.decode()
    assert "Mina Minderjarig" in text
    assert "0400 98 76 54" not in text
    with override("nl"):
        assert date_format(today() + 100 * DAY, "j F") not in text


def test_mandate_is_ended_after_one_question(desk: Client) -> None:
    leader = make.user()
    mandate = make.mandate(account=leader)
    path = f"{MANDATES}{mandate.pk}/end/"
    assert "from now on" in desk.get(path).content.decode()
    page = desk.post(path, follow=True)
    assert "The mandate was ended" in page.content.decode()
    assert path not in page.content.decode()
    mandate.refresh_from_db()
    assert mandate.ended_at is not None
    page = desk.post(path, follow=True)
    assert "This mandate is over already." in page.content.decode()


def test_ended_mandate_shows_its_dates_and_lets_contacts_be_mended(desk: Client) -> None:
    mandate = make.ended(make.mandate())
    path = f"{MANDATES}{mandate.pk}/change/"
    assert 'name="starts_on"' not in desk.get(path).content.decode()
    desk.post(path, {"name": "Mended", "email": mandate.email, "phone": ""})
    mandate.refresh_from_db()
    assert mandate.name == "Mended"


def test_several_are_invited_from_the_list_or_none(desk: Client) -> None:
    good = [make.mandate(), make.mandate()]
    ticked = {"action": "send_invitations", "_selected_action": [m.pk for m in good]}
    page = desk.post(MANDATES, ticked, follow=True)
    assert "2 invitations are on their way." in page.content.decode()
    bad = make.ended(make.mandate())
    ticked["_selected_action"] = [make.mandate().pk, bad.pk]
    page = desk.post(MANDATES, ticked, follow=True)
    assert f"{bad.name}: This mandate is over." in page.content.decode()
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"now", "future", "ended", "past"}),
        ("?state=now", {"now"}),
        ("?state=future", {"future"}),
        ("?state=over", {"ended", "past"}),
        ("?function__exact=leader", {"past"}),
        ("?q=future", {"future"}),
    ],
)
def test_mandates_are_filtered_and_searched(desk: Client, query: str, names: set[str]) -> None:
    make.mandate(name="now")
    make.mandate(name="future", starts_on=today() + DAY)
    make.ended(make.mandate(name="ended"))
    make.mandate(name="past", ends_on=today() - DAY, function=Function.LEADER)
    page = desk.get(f"{MANDATES}{query}")
    assert {m.name for m in page.context["cl"].result_list} == names


def test_a_mail_that_failed_is_told_until_the_address_is_another(desk: Client) -> None:
    mandate = make.mandate(email="wrong@example.org", account=make.user())
    page = f"{MANDATES}{mandate.pk}/change/"
    assert "SMTP 550" not in desk.get(page).content.decode()
    mail = {"kind": "team_ends", "object_id": 1, "language": "nl", "due_at": now()}
    OutboxMessage.objects.create(
        **mail, recipient=mandate.key, state="refused", settled_at=now(), error="SMTP 550"
    )
    assert "SMTP 550" in desk.get(page).content.decode()
    change_mandate(mandate=mandate, by=None, phone="0470 00 00 00")
    assert "SMTP 550" in desk.get(page).content.decode()
    change_mandate(mandate=mandate, by=None, email="right@example.org")
    assert "SMTP 550" not in desk.get(page).content.decode()


# Coaches and federations -----------------------------------------------------------------------


def test_coach_is_assigned_from_the_history(desk: Client, colleague: User) -> None:
    movement = make.movement()
    fields = {"movement": movement.pk, "user": colleague.pk, "starts_on": "2025-01-01"}
    desk.post(f"{COACHES}add/", fields)
    assignment = CoachAssignment.objects.get()
    assert (assignment.user, coach_of(movement)) == (colleague, colleague)
    page = desk.get(f"{COACHES}{assignment.pk}/change/")
    assert "_save" not in page.content.decode()
    alderman = make.alderman()
    page = desk.post(f"{COACHES}add/", {**fields, "user": alderman.pk})
    assert list(errors_of(page)) == ["user"]
    other = make.coordinator()
    desk.post(f"{COACHES}add/", {**fields, "user": other.pk, "starts_on": "2025-02-01"})
    assert coach_of(movement) == other


def test_federations_are_the_coordinators(client: Client) -> None:
    klj = make.federation("KLJ")
    path = f"{FEDERATIONS}{klj.pk}/change/"
    fields = {
        "name": "KLJ Vlaanderen",
        "group_word_nl": "afdeling",
        "group_word_fr": "section",
        "group_word_en": "section",
        "main_leader_word_nl": "hoofdleiding",
        "main_leader_word_fr": "",
        "main_leader_word_en": "",
        "code_pattern": "",
        "district_pattern": "",
        "region_pattern": "",
    }
    client.force_login(make.consultant())
    assert client.get(path).status_code == 200
    assert client.post(path, fields).status_code in {403, 404}
    client.force_login(make.coordinator())
    assert client.get(FEDERATIONS).status_code == 200
    assert client.post(path, fields).status_code == 302
    klj.refresh_from_db()
    assert klj.name == "KLJ Vlaanderen"
    page = client.post(f"{FEDERATIONS}add/", {**fields, "name": "X", "code_pattern": "["})
    assert list(errors_of(page)) == ["code_pattern"]
    assert client.post(f"{FEDERATIONS}add/", {**fields, "name": "X"}).status_code == 302
    assert Federation.objects.get(name="X").group_word["fr"] == "section"


# Who may, and how much it asks -----------------------------------------------------------------


@pytest.mark.parametrize("maker", [make.alderman, make.user])
def test_admin_of_this_app_is_for_the_youth_service(client: Client, maker: Any) -> None:
    mandate = make.mandate()
    client.force_login(maker())
    paths = [
        MOVEMENTS,
        f"{MOVEMENTS}{mandate.movement_id}/change/",
        MANDATES,
        f"{MANDATES}{mandate.pk}/change/",
        f"{MANDATES}{mandate.pk}/invite/",
        f"{MANDATES}{mandate.pk}/end/",
        COACHES,
        FEDERATIONS,
    ]
    assert {client.get(path, follow=True).status_code for path in paths} == {404}
    assert {client.post(path).status_code for path in paths[4:6]} == {404}
    assert not OutboxMessage.objects.exists()


def test_leader_finds_nothing_here(client: Client) -> None:
    leader = make.user()
    mandate = make.mandate(account=leader)
    client.force_login(leader)
    page = client.get(f"{MOVEMENTS}{mandate.movement_id}/change/", follow=True)
    assert page.status_code == 404


def test_missing_mandate_is_a_404(desk: Client) -> None:
    assert desk.get(f"{MANDATES}999999/invite/").status_code == 404
    assert desk.get(f"{MANDATES}999999/change/").status_code == 404


def fill(count: int, coach: User) -> None:
    for _ in range(count):
        mandate = make.mandate(account=make.user())
        invite(mandate=mandate, by=coach)
        assign_coach(movement=mandate.movement, user=coach, by=None)


def asked(desk: Client, path: str) -> int:
    desk.get(path)  # the first page of a process fills caches
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("path", "expected"),
    # session, user, two sources of roles, edition, count and rows, and per list its filters
    [(MOVEMENTS, 8), (MANDATES, 6), (COACHES, 7), (FEDERATIONS, 6)],
)
def test_lists_ask_as_much_for_one_row_as_for_three(
    desk: Client, colleague: User, path: str, expected: int
) -> None:
    make_edition()
    fill(1, colleague)
    one = asked(desk, path)
    fill(2, colleague)
    assert (one, asked(desk, path)) == (expected, expected)


def test_movement_page_asks_as_much_for_one_leader_as_for_three(desk: Client) -> None:
    make_edition()
    movement = make.movement()
    path = f"{MOVEMENTS}{movement.pk}/change/"
    make.mandate(movement)
    one = asked(desk, path)
    for _ in range(2):
        make.mandate(movement, account=make.user())
    assert one == asked(desk, path)


def test_list_of_movements_at_24_and_at_2400(desk: Client, colleague: User) -> None:
    make_edition()
    fill(24, colleague)
    few = asked(desk, MOVEMENTS)
    federation = make.federation()
    Movement.objects.bulk_create(
        [Movement(federation=federation, name=f"Groep {n}") for n in range(2_376)]
    )
    learn()
    assert few == asked(desk, MOVEMENTS) == 8
