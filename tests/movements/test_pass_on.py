"""Passing a team on: by mail, whole lists, and the yes or no to who asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from accounts.services import update_user
from core import subjects
from core.calendar import now, today
from core.erasing import Deleted
from core.errors import Refused
from core.messages import compose
from core.outbox import OutboxMessage
from movements import tasks
from movements.enums import Function, JoinState
from movements.forms.pass_on import SuccessorsForm, next_start
from movements.models import JoinRequest, Mandate, Movement, TeamLink
from movements.selectors import movements_led_by, movements_seen_by
from movements.selectors.pass_on import open_team_links
from movements.services import (
    accept_request,
    ask_to_join,
    end_mandate,
    make_team_link,
    propose_successors,
    refuse_request,
    void_team_link,
)
from movements.services.pass_on import SUCCESSORS_AT_ONCE, RefusedLines, Successor
from tests.factories import movements as make
from tests.support.proof import force_login

START = timedelta(days=60)
NINA = ("Nina Nieuw", "nina@example.org", Function.MAIN_LEADER)
BEN = ("Ben Begint", "ben@example.org", Function.LEADER)


class Team:
    """A movement with a main leader, a leader and an adult supervisor, each with an account."""

    def __init__(self) -> None:
        self.movement = make.movement("Chiro De Zon")
        self.main, self.leader, self.adult = (make.user() for _number in range(3))
        self.mandate = make.mandate(self.movement, account=self.main)
        make.mandate(self.movement, account=self.leader, function=Function.LEADER)
        make.mandate(self.movement, account=self.adult, function=Function.ADULT_SUPERVISOR)

    def name(self, by: User, *people: Any, **values: Any) -> Any:
        return propose_successors(
            movement=self.movement,
            people=people,
            by=by,
            **{"starts_on": today() + START, **values},
        )

    def ask(self, email: str = "nina@example.org", **values: Any) -> JoinRequest:
        _link, token = make_team_link(
            movement=self.movement, starts_on=today() + START, by=self.main
        )
        ask_to_join(token=token, name="Nina Nieuw", email=email, **values)
        return JoinRequest.objects.get(email=email)

    def url(self, rest: str = "") -> str:
        return f"/my/{self.movement.pk}/team/{rest}"


@pytest.fixture
def team(db: None) -> Team:
    return Team()


def invited() -> int:
    return OutboxMessage.objects.filter(kind="invitation").count()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# By name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["main", "adult", "staff"])
def test_who_runs_the_team_invites_at_once(team: Team, who: str) -> None:
    by = make.consultant() if who == "staff" else getattr(team, who)
    young = today() + timedelta(days=500)
    proposed = team.name(by, NINA, Successor(*BEN, young))
    assert [mandate.function for mandate in proposed.mandates] == [NINA[2], BEN[2]]
    assert {mandate.starts_on for mandate in proposed.mandates} == {today() + START}
    assert [mandate.turns_18_on for mandate in proposed.mandates] == [None, young]
    assert (invited(), proposed.requests) == (2, [])
    nina = User.objects.get(email="nina@example.org")
    assert movements_seen_by(nina).exists()
    assert not movements_led_by(nina).exists()


@pytest.mark.parametrize("who", ["main", "staff"])
def test_invitation_says_who_invites_and_from_when(team: Team, who: str) -> None:
    by = make.consultant() if who == "staff" else team.main
    team.name(by, NINA)
    with override("en"):
        mail = compose(OutboxMessage.objects.get(kind="invitation"))
        assert mail
        page = Client().get(
            mail.body.split("/invitation/")[1].split()[0].join(["/invitation/", ""])
        )
    for text in (mail.body, str(mail.alternatives[0][0]), page.content.decode()):
        assert ("van de jeugddienst" in text) is (who == "staff")
    assert f"{(today() + START).year}" in mail.body


def test_names_that_another_leader_gives_wait_for_a_yes(team: Team) -> None:
    proposed = team.name(team.leader, NINA, BEN)
    assert (invited(), proposed.mandates) == (0, [])
    assert [request.function for request in proposed.requests] == [NINA[2], BEN[2]]
    assert {request.proposed_by for request in proposed.requests} == {team.leader}
    with pytest.raises(RefusedLines) as refused:
        team.name(team.leader, NINA)
    assert list(refused.value.lines) == [0]


def proposals() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="join_proposed").order_by("due_at"))


def test_who_decides_hears_of_names_at_once_and_of_more_by_the_hour(team: Team) -> None:
    with time_machine.travel("2027-05-03T08:05:00+02:00", tick=False) as clock:
        team.name(team.leader, NINA, BEN)
        clock.shift(timedelta(minutes=10))
        team.name(team.leader, ("Lore", "lore@example.org", Function.LEADER))
        with pytest.raises(RefusedLines):
            team.name(team.leader, NINA)
        clock.shift(timedelta(minutes=50))
        mails = proposals()
        assert {row.recipient for row in mails} == {team.mandate.key}
        assert [f"{row.due_at:%H:%M}" for row in mails] == ["06:05", "07:00"]
        with override("en"):
            mail = compose(mails[1])
    assert mail
    assert mail.to == [team.mandate.email]
    assert f"/my/{team.movement.pk}/team/" in mail.body
    for text in (mail.body, str(mail.alternatives[0][0])):
        assert "3 " in text
        assert "Nina" not in text
        assert "lore@" not in text


def test_names_that_were_decided_about_are_told_no_more(team: Team) -> None:
    (asked,) = team.name(team.leader, NINA).requests
    refuse_request(request=asked, by=team.main)
    assert compose(proposals()[0]) is None
    team.name(team.main, BEN)
    assert len(proposals()) == 1


@pytest.mark.parametrize("who", ["stranger", "ended", "future"])
def test_nobody_else_names_anybody(team: Team, who: str) -> None:
    by = make.user()
    if who == "ended":
        by = team.main
        end_mandate(mandate=team.mandate, by=None)
    elif who == "future":
        make.mandate(team.movement, account=by, starts_on=today() + START)
    with pytest.raises(Refused):
        team.name(by, NINA)
    assert Mandate.objects.filter(email=NINA[1]).count() == 0


def test_whole_list_or_nothing_and_each_line_says_why(team: Team) -> None:
    closed = make.user()
    update_user(user=closed, full_name="X", language="nl", is_active=False, by=None)
    people = [
        NINA,
        ("Lore", team.leader.email.upper(), Function.LEADER),
        ("Twice", NINA[1], Function.LEADER),
        ("Wrong", "no address", Function.LEADER),
        ("Closed", closed.email, Function.LEADER),
        BEN,
    ]
    before = Mandate.objects.count()
    with override("en"), pytest.raises(RefusedLines) as refused:
        team.name(team.main, *people)
    assert list(refused.value.lines) == [1, 2, 3, 4]
    assert refused.value.lines[1] == "Lore is in the team already in that period."
    assert (Mandate.objects.count(), invited()) == (before, 0)
    assert not User.objects.filter(email=NINA[1]).exists()


def test_a_leader_may_become_main_leader_and_nobody_is_the_same_twice(team: Team) -> None:
    team.name(team.main, ("Lore", team.leader.email, Function.MAIN_LEADER))
    for function in (Function.MAIN_LEADER, Function.LEADER):
        with pytest.raises(RefusedLines):
            team.name(team.main, ("Lore", team.leader.email, function))


def test_who_stops_before_may_come_back(team: Team) -> None:
    Mandate.objects.filter(user=team.leader).update(ends_on=today() + START - timedelta(days=1))
    assert team.name(team.main, ("Lore", team.leader.email, Function.LEADER)).mandates


def test_naming_somebody_who_asked_is_a_yes(team: Team) -> None:
    request = team.ask()
    (mandate,) = team.name(team.main, NINA).mandates
    request.refresh_from_db()
    assert (request.state, request.mandate) == (JoinState.ACCEPTED, mandate)
    assert request.decided_by == team.main


@pytest.mark.parametrize(
    ("people", "values"),
    [
        ([], {}),
        ([(f"P{n}", f"p{n}@x.org", "leader") for n in range(SUCCESSORS_AT_ONCE + 1)], {}),
        ([NINA], {"starts_on": date(2000, 1, 1)}),
        ([NINA], {"starts_on": date(2100, 1, 1)}),
    ],
)
def test_empty_long_and_far_away_lists_are_refused(
    team: Team, people: list[Any], values: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        team.name(team.main, *people, **values)
    assert invited() == 0


def test_nobody_is_named_in_a_movement_that_stopped(team: Team) -> None:
    Movement.objects.filter(pk=team.movement.pk).update(stopped_on=today() - timedelta(days=1))
    with pytest.raises(Refused):
        team.name(team.main, NINA)


# Yes or no -------------------------------------------------------------------------------------


def test_yes_makes_a_mandate_of_the_chosen_function_and_invites(team: Team) -> None:
    young = today() + timedelta(days=300)
    request = team.ask(turns_18_on=young)
    mandate = accept_request(request=request, function=Function.MAIN_LEADER, by=team.adult)
    request.refresh_from_db()
    assert (mandate.function, mandate.starts_on) == (Function.MAIN_LEADER, today() + START)
    assert (mandate.email, mandate.turns_18_on) == ("nina@example.org", young)
    assert (request.state, request.decided_by, request.mandate) == (
        JoinState.ACCEPTED,
        team.adult,
        mandate,
    )
    assert invited() == 1


def test_no_is_no_and_nobody_is_mailed(team: Team) -> None:
    request = refuse_request(request=team.ask(), by=make.consultant())
    assert request.state == JoinState.REFUSED
    assert (invited(), Mandate.objects.count()) == (0, 3)
    for again in (refuse_request, lambda **kw: accept_request(function=Function.LEADER, **kw)):
        with pytest.raises(Refused):
            again(request=request, by=team.main)


def test_only_who_runs_the_team_answers_and_a_request_may_be_gone(team: Team) -> None:
    request = team.ask()
    with pytest.raises(Refused):
        accept_request(request=request, function=Function.LEADER, by=team.leader)
    gone = JoinRequest.objects.get(pk=request.pk)
    request.delete()
    with pytest.raises(Refused):
        refuse_request(request=gone, by=team.main)


def test_who_is_in_the_team_meanwhile_is_not_taken_twice(team: Team) -> None:
    request = team.ask(email=team.leader.email)
    with pytest.raises(Refused):
        accept_request(request=request, function=Function.LEADER, by=team.main)
    request.refresh_from_db()
    assert request.state == JoinState.WAITING


def test_nobody_is_taken_into_a_movement_that_stopped_but_a_no_is_possible(team: Team) -> None:
    request, staff = team.ask(), make.consultant()
    Movement.objects.filter(pk=team.movement.pk).update(stopped_on=today() - timedelta(days=1))
    with pytest.raises(Refused):
        accept_request(request=request, function=Function.LEADER, by=staff)
    assert refuse_request(request=request, by=staff).state == JoinState.REFUSED


def both_accept(team: Team, request: JoinRequest) -> list[str]:
    """Two main leaders press the button at the same moment."""
    together = Barrier(2)

    def press(function: str) -> str:
        close_old_connections()
        together.wait(5)
        try:
            accept_request(request=request, function=function, by=team.main)
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(press, [Function.MAIN_LEADER, Function.ADULT_SUPERVISOR]))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team()
    assert both_accept(team, team.ask()) == ["accepted", "refused"]
    assert (Mandate.objects.count(), invited()) == (4, 1)
    # the control: without looking again under the lock there would be two mandates
    monkeypatch.setattr("movements.services.pass_on._to_decide", lambda asked, by: asked)
    assert both_accept(team, team.ask("ben@example.org")) == ["accepted", "accepted"]
    assert (Mandate.objects.count(), invited()) == (6, 3)


# Forgetting ------------------------------------------------------------------------------------


def test_requests_and_links_go_after_thirty_days(team: Team) -> None:
    decided = refuse_request(request=team.ask("decided@example.org"), by=team.main)
    by_link, by_lost_link = team.ask("link@example.org"), team.ask("lost@example.org")
    (by_name,) = team.name(team.leader, NINA).requests
    JoinRequest.objects.filter(pk=by_lost_link.pk).update(link=None)

    def after(days: int) -> set[JoinRequest]:
        with time_machine.travel(now() + timedelta(days=days, minutes=1)):
            gone = JoinRequest.objects.count()
            assert tasks.forget_requests() == gone - JoinRequest.objects.count()
            return set(JoinRequest.objects.all())

    assert after(29) == {decided, by_link, by_lost_link, by_name}
    assert after(31) == {by_link, by_lost_link, by_name}
    assert TeamLink.objects.exists()
    assert after(43) == {by_link, by_lost_link, by_name}
    assert after(45) == {by_name}
    assert not TeamLink.objects.exists()
    assert after(91) == set()


# The pages of leaders --------------------------------------------------------------------------


def test_rows_and_pasted_lines_are_one_list(team: Team) -> None:
    typed = {
        "starts_on": (today() + START).isoformat(),
        "name_1": "Nina Nieuw",
        "email_1": "nina@example.org",
        "function_1": "main_leader",
        "pasted": "Ben Begint, ben@example.org\n\nCato C <cato@example.org>\ndaan@x.be;Daan D",
    }
    answer = signed_in(team.main).post(team.url("pass-on/"), typed)
    assert answer.headers["Location"] == team.url()
    found = Mandate.objects.filter(starts_on=today() + START).order_by("pk")
    assert [(mandate.name, mandate.email) for mandate in found] == [
        ("Nina Nieuw", "nina@example.org"),
        ("Ben Begint", "ben@example.org"),
        ("Cato C", "cato@example.org"),
        ("Daan D", "daan@x.be"),
    ]


def test_what_is_wrong_is_said_at_its_row_and_its_line(team: Team) -> None:
    typed = {
        "starts_on": (today() + START).isoformat(),
        "name_1": "Nina Nieuw",
        "email_1": "nina@example.org",
        "name_3": "Lore",
        "email_3": team.leader.email,
        "pasted": f"Ben, ben@example.org\nAdult, {team.adult.email}",
    }
    client = signed_in(team.main)
    form = client.post(team.url("pass-on/"), typed).context["form"]
    assert set(form.errors) == {"email_3", "pasted"}
    assert "2:" in form.errors["pasted"][0]
    assert [form.is_open(number) for number in range(1, 6)] == [True, False, True, False, False]
    typed |= {"name_4": "Only a name", "email_5": "only@example.org", "pasted": "nothing\nx, a@b"}
    form = client.post(team.url("pass-on/"), typed).context["form"]
    assert set(form.errors) == {"email_4", "name_5", "pasted"}
    assert len(form.errors["pasted"]) == 2
    far = {"starts_on": "2100-01-01", "name_1": "Nina", "email_1": "nina@example.org"}
    assert client.post(team.url("pass-on/"), far).context["form"].non_field_errors()
    empty = {"starts_on": typed["starts_on"]}
    assert "name_1" in client.post(team.url("pass-on/"), empty).context["form"].errors
    assert invited() == 0


def test_another_leader_is_told_that_the_names_wait(team: Team) -> None:
    typed = {"starts_on": (today() + START).isoformat(), "pasted": "Ben Begint, ben@example.org"}
    client = signed_in(team.leader)
    with override("nl"):
        answer = client.post(team.url("pass-on/"), typed, follow=True)
    text = answer.content.decode()
    assert "Ben Begint" in text
    assert "ben@example.org" not in text  # an address is for who answers
    request = JoinRequest.objects.get()
    assert client.post(team.url(f"ask/{request.pk}/"), {"decision": "refuse"}).status_code == 404
    page = signed_in(team.main).get(team.url()).content.decode()
    assert "ben@example.org" in page


def test_link_is_shown_once_and_stopped(team: Team, settings: Any) -> None:
    client = signed_in(team.main)
    page = client.post(team.url("link/"), {"link-starts_on": (today() + START).isoformat()})
    link, address = page.context["link"], page.context["address"]
    assert page.content.decode().count(address) == 2
    assert address not in client.get(team.url()).content.decode()
    assert Client().get(address.removeprefix(settings.PUBLIC_URL)).status_code == 200
    stop = team.url(f"link/{link.pk}/")
    for _time in range(2):  # a second press says that it is over
        assert client.post(stop).headers["Location"] == team.url()
    assert not open_team_links(team.movement).exists()
    wrong = client.post(team.url("link/"), {"link-starts_on": "2100-01-01"})
    assert wrong.context["link_form"].errors


def test_yes_and_no_on_the_page_of_the_team(team: Team) -> None:
    nina, ben = team.ask(), team.ask("ben@example.org")
    client = signed_in(team.main)
    yes = {"decision": "accept", "function": "leader"}
    assert client.post(team.url(f"ask/{nina.pk}/"), yes).headers["Location"] == team.url()
    client.post(team.url(f"ask/{ben.pk}/"), {"decision": "refuse", "function": "leader"})
    states = JoinRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [JoinState.ACCEPTED, JoinState.REFUSED]
    # somebody else was first; and what no button sends
    for sent in (yes, {"decision": "accept", "function": "king"}):
        page = client.post(team.url(f"ask/{nina.pk}/"), sent, follow=True)
        assert "alert" in page.content.decode()
    assert invited() == 1


def test_list_on_the_team_page_costs_the_same_for_one_and_for_three(team: Team) -> None:
    def queries() -> int:
        client = signed_in(team.main)
        with CaptureQueriesContext(connection) as found:
            assert client.get(team.url()).status_code == 200
        return len(found)

    team.ask()
    first = queries()
    team.ask("ben@example.org")
    team.ask("cato@example.org")
    assert queries() == first


@pytest.mark.parametrize(
    ("day", "start"),
    [("2027-05-01", "2027-09-01"), ("2027-09-01", "2027-09-01"), ("2027-09-02", "2028-09-01")],
)
def test_teams_change_on_the_first_day_of_a_working_year(day: str, start: str) -> None:
    with time_machine.travel(f"{day}T12:00:00+02:00"):
        assert next_start() == date.fromisoformat(start)
        assert SuccessorsForm()["starts_on"].value() == date.fromisoformat(start)


# The pages of the youth service ----------------------------------------------------------------


@pytest.fixture
def staff(team: Team) -> Client:
    client = Client()
    force_login(client, make.consultant())
    return client


def test_youth_service_answers_and_stops_links(team: Team, staff: Client) -> None:
    nina, ben = team.ask(), team.ask("ben@example.org")
    base = "/admin/movements/joinrequest/"
    assert "Nina Nieuw" in staff.get(base).content.decode()
    assert staff.get(f"{base}{nina.pk}/change/").status_code == 200
    yes = {"decision": "accept", "function": "leader"}
    assert staff.post(f"{base}{nina.pk}/change/", yes).headers["Location"] == base
    staff.post(f"{base}{ben.pk}/change/", {"decision": "refuse", "function": "leader"})
    assert {r.state for r in JoinRequest.objects.all()} == {JoinState.ACCEPTED, JoinState.REFUSED}
    over = staff.post(f"{base}{ben.pk}/change/", yes)
    assert over.context["form"].non_field_errors()
    links = "/admin/movements/teamlink/"
    assert "Chiro De Zon" in staff.get(links).content.decode()
    link = TeamLink.objects.earliest("pk")
    assert staff.post(f"{links}{link.pk}/change/").headers["Location"] == links
    link.refresh_from_db()
    assert link.expires_at <= now()
    assert staff.get(f"{links}{link.pk}/change/").context["link"].is_open is False
    for gone in (base, links):
        assert staff.get(f"{gone}add/").status_code == 404


def test_what_waits_stands_first_and_on_the_work_list(team: Team, staff: Client) -> None:
    first = team.ask()
    refuse_request(request=team.ask("later@example.org"), by=team.main)
    rows = staff.get("/admin/movements/joinrequest/").context["cl"].result_list
    assert next(row.pk for row in rows) == first.pk
    assert f"/admin/movements/joinrequest/{first.pk}/" in staff.get("/admin/").content.decode()


def test_link_that_its_maker_stopped_is_over_for_all(team: Team) -> None:
    link, _token = make_team_link(movement=team.movement, starts_on=today(), by=team.leader)
    void_team_link(link=link, by=team.main)
    assert not TeamLink.objects.filter(expires_at__gt=now()).exists()


# Rights of the person --------------------------------------------------------------------------


def deleted(kind: str, person: Any) -> set[Any]:
    """The requests that erasing somebody deletes."""
    effects = [each for hook in subjects.kind_of(kind).on_erasure for each in hook(person)]
    gone = [each.rows for each in effects if isinstance(each, Deleted)]
    return {row for rows in gone if rows.model is JoinRequest for row in rows}


def handed(kind: str, person: Any) -> set[Any]:
    """The requests that a zip about somebody tells of, as their own."""
    parts = [part for part in subjects.kind_of(kind).parts if part.model == "movements.joinrequest"]
    return {row for part in parts if "email" in part.fields for row in part.rows(person)}


def test_requests_of_a_person_are_handed_out_and_erased(team: Team) -> None:
    asked = team.ask()
    other = team.ask("other@example.org")
    mandate = accept_request(request=asked, function=Function.LEADER, by=team.main)
    for kind, person in (("movements.mandate", mandate), ("accounts.user", mandate.user)):
        assert handed(kind, person) == deleted(kind, person) == {asked}
    Mandate.objects.filter(pk=mandate.pk).update(email="", name="")
    mandate.refresh_from_db()
    assert deleted("movements.mandate", mandate) == {asked}  # by the mandate, not by no address
    assert JoinRequest.objects.filter(pk=other.pk).exists()
