"""The link that a team passes on: what it shows, what it takes, and that it is no key."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from accounts.services import end_role, update_user
from core import outbox
from core.calendar import now, today
from core.errors import Refused
from core.outbox import OutboxMessage, OutboxState
from movements.emails import JoinAsked
from movements.enums import Function, JoinState
from movements.models import JoinRequest, Mandate, Movement, TeamLink
from movements.selectors.pass_on import valid_team_link, who_decides
from movements.services import (
    ask_to_join,
    assign_coach,
    end_mandate,
    make_team_link,
    refuse_request,
    void_team_link,
)
from movements.services.pass_on import LINKS_AT_ONCE, WAITING_PER_LINK
from tests.factories import movements as make

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {"name": "Nina Nieuw", "email": "nina@example.org"}


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    cache.clear()


def team(name: str = "Chiro De Zon") -> tuple[Movement, Mandate, User]:
    """A movement with one main leader who has an account."""
    movement, leader = make.movement(name), make.user("Lore Leiding")
    return movement, make.mandate(movement, account=leader), leader


def link_of(movement: Movement, by: User) -> tuple[TeamLink, str]:
    return make_team_link(movement=movement, starts_on=today() + timedelta(days=30), by=by)


def path(token: str) -> str:
    return f"/team/{token}/"


# The link --------------------------------------------------------------------------------------


def test_link_keeps_its_secret_to_itself_and_shows_only_the_name(client: Client) -> None:
    movement, _mandate, leader = team()
    link, token = link_of(movement, leader)
    assert token not in str(TeamLink.objects.values().get(pk=link.pk))
    assert link.expires_at - link.created_at == timedelta(days=14)
    page = client.get(path(token))
    text = page.content.decode()
    assert (page.status_code, page.headers["Cache-Control"].count("no-store")) == (200, 1)
    assert "Chiro De Zon" in text
    assert leader.full_name not in text
    assert leader.email not in text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_page_stands_in_three_languages(client: Client, language: str) -> None:
    movement, _mandate, leader = team()
    page = client.get(path(link_of(movement, leader)[1]), headers={"accept-language": language})
    assert f'<html lang="{language}"' in page.content.decode()


def stop(link: TeamLink, mandate: Mandate, movement: Movement) -> None:
    void_team_link(link=link, by=mandate.user or make.user())


def end(link: TeamLink, mandate: Mandate, movement: Movement) -> None:
    end_mandate(mandate=mandate, by=None)


def close(link: TeamLink, mandate: Mandate, movement: Movement) -> None:
    assert mandate.user
    update_user(user=mandate.user, by=None, full_name=mandate.name, language="nl", is_active=False)


def stop_movement(link: TeamLink, mandate: Mandate, movement: Movement) -> None:
    Movement.objects.filter(pk=movement.pk).update(stopped_on=today() - timedelta(days=1))


def age(link: TeamLink, mandate: Mandate, movement: Movement) -> None:
    TeamLink.objects.filter(pk=link.pk).update(
        created_at=now() - timedelta(days=15), expires_at=now() - timedelta(days=1)
    )


@pytest.mark.parametrize("happened", [stop, end, close, stop_movement, age])
def test_link_that_is_over_looks_like_one_that_never_was(client: Client, happened: Any) -> None:
    movement, mandate, leader = team()
    link, token = link_of(movement, leader)
    unknown = client.get(path("never-was"))
    assert client.get(path(token)).status_code == 200  # the control
    happened(link, mandate, movement)
    for answer in (client.get(path(token)), client.post(path(token), NEW)):
        assert answer.status_code == unknown.status_code == 404
        assert answer.content == unknown.content
    assert not JoinRequest.objects.exists()
    with pytest.raises(Refused):
        ask_to_join(token=token, **NEW)


def test_link_of_the_youth_service_works_as_long_as_its_maker_is_of_it() -> None:
    movement, _mandate, _leader = team()
    coordinator, colleague = make.coordinator(), make.consultant()
    _link, token = link_of(movement, colleague)
    assert valid_team_link(token)
    end_role(grant=colleague.grants.get(), by=coordinator)
    assert valid_team_link(token) is None


def test_stopping_a_link_twice_is_refused_and_links_are_few() -> None:
    movement, _mandate, leader = team()
    with time_machine.travel(now(), tick=False):
        link, _token = link_of(movement, leader)
        link = void_team_link(link=link, by=leader)  # at the very moment it was made
    assert link.expires_at > link.created_at
    with pytest.raises(Refused):
        void_team_link(link=link, by=leader)
    for _number in range(LINKS_AT_ONCE):
        link_of(movement, leader)
    with pytest.raises(Refused):
        link_of(movement, leader)


@pytest.mark.parametrize("years", [-2, 2])
def test_start_of_a_link_lies_within_a_year(years: int) -> None:
    movement, _mandate, leader = team()
    starts_on = today() + timedelta(days=366 * years)
    with pytest.raises(Refused):
        make_team_link(movement=movement, starts_on=starts_on, by=leader)


def test_nobody_from_outside_makes_a_link_nor_in_a_movement_that_stopped() -> None:
    movement, _mandate, leader = team()
    with pytest.raises(Refused):
        link_of(movement, make.user())
    Movement.objects.filter(pk=movement.pk).update(stopped_on=today() - timedelta(days=1))
    with pytest.raises(Refused):
        link_of(movement, leader)


# Asking ----------------------------------------------------------------------------------------


def test_request_waits_and_gives_nothing(client: Client) -> None:
    movement, _mandate, leader = team()
    link, token = link_of(movement, leader)
    answer = client.post(path(token), {"name": "  Nina   Nieuw ", "email": "Nina@Example.org"})
    assert answer.headers["Location"] == "/team/thank-you/"
    assert client.get("/team/thank-you/").status_code == 200
    asked = JoinRequest.objects.get()
    assert (asked.name, asked.email) == ("Nina Nieuw", "nina@example.org")
    assert (asked.state, asked.function) == (JoinState.WAITING, Function.LEADER)
    assert (asked.starts_on, asked.turns_18_on) == (link.starts_on, None)
    assert not User.objects.filter(email=asked.email).exists()
    assert Mandate.objects.count() == 1
    assert "_auth_user_id" not in client.session


def test_somebody_under_18_says_so_and_an_adult_leaves_no_birthday(client: Client) -> None:
    movement, _mandate, leader = team()
    _link, token = link_of(movement, leader)
    young, old = today() + timedelta(days=300), today() - timedelta(days=300)
    client.post(path(token), {**NEW, "turns_18_on": young.isoformat()})
    client.post(path(token), {**NEW, "email": "old@example.org", "turns_18_on": old.isoformat()})
    days = JoinRequest.objects.order_by("pk").values_list("turns_18_on", flat=True)
    assert list(days) == [young, None]


@pytest.mark.parametrize("known", ["nobody", "account", "leader", "asked"])
def test_answer_tells_nothing_of_who_is_known(client: Client, known: str) -> None:
    """The page, its headers and even the work: whether there is an account is never looked up."""
    movement, mandate, leader = team()
    _link, token = link_of(movement, leader)
    address = {"account": make.user().email, "leader": mandate.email}.get(known, "x@example.org")
    client.post(path(token), {"name": "Somebody", "email": "first@example.org"})
    if known == "asked":
        client.post(path(token), {"name": "Somebody", "email": address})
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path(token), {"name": "Nina", "email": address})
    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["Location"] == "/team/thank-you/"
    assert set(answer.cookies) <= {"csrftoken"}
    assert not [q for q in queries if "accounts_user" in q["sql"] and address in q["sql"]]
    assert JoinRequest.objects.filter(email=address).count() == 1


def test_wrong_input_is_said_at_its_field_and_nothing_waits(client: Client) -> None:
    movement, _mandate, leader = team()
    _link, token = link_of(movement, leader)
    page = client.post(path(token), {"name": "", "email": "no address"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"name", "email"}
    assert not JoinRequest.objects.exists()


def test_by_one_link_at_most_thirty_wait(client: Client) -> None:
    movement, _mandate, leader = team()
    link, token = link_of(movement, leader)
    for number in range(WAITING_PER_LINK):
        ask_to_join(token=token, name="Somebody", email=f"s{number}@example.org")
    # known and unknown alike
    for address in ("s1@example.org", "more@example.org"):
        page = client.post(path(token), {"name": "Nina", "email": address})
        assert page.status_code == 200
        assert page.context["form"].non_field_errors()
    assert JoinRequest.objects.count() == WAITING_PER_LINK
    refuse_request(request=link.requests.earliest("pk"), by=leader)
    ask_to_join(token=token, name="Nina", email="more@example.org")


def test_who_asks_too_often_from_one_place_waits(client: Client) -> None:
    _movement, _mandate, leader = team()
    _link, token = link_of(_movement, leader)
    for _number in range(30):
        assert client.post(path("never-was"), NEW).status_code == 404
    assert client.post(path(token), NEW).status_code == 429
    assert client.get(path(token)).status_code == 200  # to look is free
    assert not JoinRequest.objects.exists()


# The mail --------------------------------------------------------------------------------------


def test_main_leaders_of_age_hear_of_it_first_and_of_more_by_the_hour() -> None:
    with time_machine.travel("2027-05-03T08:05:00+02:00", tick=False) as clock:
        movement, mandate, leader = team()
        make.mandate(movement, account=make.user(), turns_18_on=today() + timedelta(days=100))
        make.mandate(movement, account=make.user(), function=Function.LEADER)
        make.mandate(movement)  # was never invited
        _link, token = link_of(movement, leader)
        for number, minutes in enumerate((0, 10, 10, 60)):
            clock.shift(timedelta(minutes=minutes))
            ask_to_join(token=token, name="Somebody", email=f"s{number}@example.org")
    rows = OutboxMessage.objects.filter(kind="join_asked").order_by("due_at")
    assert {row.recipient for row in rows} == {mandate.key}
    assert [f"{row.due_at:%H:%M}" for row in rows] == ["06:05", "07:00", "07:25"]


def test_who_decides_where_no_main_leader_can() -> None:
    movement = make.movement()
    coordinator, coach = make.coordinator(), make.consultant()
    assert who_decides(movement) == [coordinator]
    assign_coach(movement=movement, user=coach, by=None)
    assert who_decides(movement) == [coach]
    young = make.user()
    make.mandate(movement, account=young, turns_18_on=today() + timedelta(days=9))
    assert who_decides(movement) == [coach]
    adult = make.mandate(movement, account=make.user(), function=Function.ADULT_SUPERVISOR)
    assert who_decides(movement) == [adult]
    main = make.mandate(movement, account=make.user())
    assert who_decides(movement) == [main]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mail_tells_how_many_and_nothing_they_typed(settings: Any, language: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    movement, mandate, leader = team()
    _link, token = link_of(movement, leader)
    ask_to_join(token=token, name="WIN www.evil.test", email="evil@example.org")
    OutboxMessage.objects.update(language=language)
    (row,) = outbox.claim()
    assert outbox.deliver(row) is OutboxState.SENT
    message: Any = mail.outbox[0]
    assert message.to == [mandate.email]
    html = str(message.alternatives[0][0])
    for text in (message.body, html, message.subject):
        assert "Chiro De Zon" in text
        assert "evil" not in text
    assert f"{settings.PUBLIC_URL}/my/{movement.pk}/team/" in message.body
    assert token not in message.body


def test_mail_to_the_youth_service_leads_to_its_list() -> None:
    movement, mandate, _leader = team()
    _link, token = link_of(movement, make.coordinator())
    end_mandate(mandate=mandate, by=None)
    ask_to_join(token=token, **NEW)
    message = JoinAsked(OutboxMessage.objects.get(kind="join_asked"))
    with override("en"):
        assert message.still_due()
        assert message.address() == User.objects.get(full_name__startswith="Carla").email
        assert message.context()["link"].endswith("/admin/movements/joinrequest/")
        assert "Carla" in message.context()["name"]


@pytest.mark.parametrize("happened", ["decided", "ended", "gone", "stopped"])
def test_mail_is_not_sent_when_it_is_true_no_more(happened: str) -> None:
    movement, mandate, leader = team()
    link, token = link_of(movement, leader)
    ask_to_join(token=token, **NEW)
    message = JoinAsked(OutboxMessage.objects.get(kind="join_asked"))
    assert message.still_due()
    if happened == "decided":
        refuse_request(request=JoinRequest.objects.get(), by=leader)
    elif happened == "ended":
        end_mandate(mandate=mandate, by=None)
    elif happened == "gone":
        link.delete()
    else:
        stop_movement(link, mandate, movement)
    late = JoinAsked(OutboxMessage.objects.get(kind="join_asked"))
    assert not late.still_due()
    if happened == "gone":
        assert late.address() == ""
        with pytest.raises(LookupError):
            late.subject()
