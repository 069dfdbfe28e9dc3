"""The team page: who sees what, the buttons, several changes at once by two people, stopping."""

import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.calendar import pretend, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from desk.worklist import work_list
from movements import years
from movements.enums import Function
from movements.forms.team import MemberForm, TeamForm
from movements.models import JoinRequest, Mandate, Movement
from movements.selectors import movements_seen_by, team_news, team_of, team_page
from movements.services import change_own_contact, change_team, confirm_mandates, stop_leading
from movements.services import team as team_services
from movements.services.pass_on import Successor
from movements.services.team import TeamChange
from tests.factories import movements as make

DAY = timedelta(days=1)
# in the next working year: too late to say it, and not over yet
NEXT = years.working_year(today()) + 1
TOO_LATE = date(NEXT, 11, 20)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


class Team:
    """A main leader, a leader, an adult supervisor and somebody without an account."""

    def __init__(self) -> None:
        self.movement = make.movement()
        self.main, self.leader, self.adult = (make.user(n) for n in ("An A", "Bo B", "Cas C"))
        self.an = make.mandate(self.movement, account=self.main)
        self.bo = make.mandate(self.movement, account=self.leader, function=Function.LEADER)
        self.cas = make.mandate(
            self.movement, account=self.adult, function=Function.ADULT_SUPERVISOR
        )
        self.dee = make.mandate(self.movement, function=Function.LEADER, name="Dee D")

    def url(self, rest: str = "") -> str:
        return f"/my/{self.movement.pk}/team/{rest}"

    def unconfirmed(self, *mandates: Mandate) -> None:
        """Nobody said of them that they go on; their function began long ago."""
        Mandate.objects.filter(pk__in=[m.pk for m in mandates]).update(
            starts_on=date(2020, 1, 1), confirmed_on=years.asked_since(today()) - DAY
        )


@pytest.fixture
def team(db: None) -> Team:
    return Team()


@pytest.fixture
def in_october(settings: Any) -> None:
    """Whatever today is, there is still time to say it."""
    day = today()
    settings.WORKING_YEAR_STARTS = f"{day:%m}-01"
    settings.LEADERS_CONFIRM_BY = f"{day + 40 * DAY:%m}-28"
    settings.LEADERS_END_ON = f"{day + 80 * DAY:%m}-28"


def client(person: User) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(person)
    return browser


def read(page: Any) -> str:
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


# Who sees what -----------------------------------------------------------------------------------


def test_main_leader_sees_the_team_with_its_buttons(team: Team) -> None:
    later = make.mandate(team.movement, name="Eva E", starts_on=today() + 20 * DAY)
    Mandate.objects.filter(pk=team.bo.pk).update(phone="0470 12 34 56")
    page = read(client(team.main).get(team.url()))
    for words in ("An A", "Bo B", "Dee D", later.name, "not invited yet", "tel:0470123456"):
        assert words in page
    for place in ("change/", "contact/", "stop/", "pass-on/"):
        assert team.url(place) in page


def test_other_leaders_change_nothing_of_the_team(team: Team) -> None:
    browser = client(team.leader)
    page = read(browser.get(team.url()))
    assert team.url("change/") not in page
    assert team.url("stop/") in page
    assert browser.get(team.url("change/")).status_code == 404
    assert browser.post(team.url("change/")).status_code == 404


def test_who_begins_later_sees_no_buttons(team: Team) -> None:
    eva = make.user("Eva E")
    make.mandate(team.movement, account=eva, starts_on=today() + 20 * DAY)
    browser = client(eva)
    page = read(browser.get(team.url()))
    assert "An A" in page
    assert "From " in page
    main = page[page.index("<main") : page.index("</main>")]
    assert "<button" not in main
    assert not re.search("(contact|change|stop|pass-on)/", main)
    for place in ("confirm/", "contact/", "change/", "stop/", f"{team.bo.pk}/object/"):
        assert browser.post(team.url(place), {"who": "me"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_as_much_for_one_as_for_three(
    number: int, team: Team, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make.mandate(team.movement, function=Function.LEADER, account=make.user())
    movement = movements_seen_by(team.main).get()
    with django_assert_num_queries(5):
        page = team_page(movement, User.objects.get(pk=team.main.pk))
        assert len(page["members"]) == 4 + number


def test_news_of_a_team_in_one_sentence(team: Team) -> None:
    everybody = list(team_of(team.movement))
    assert team_news(everybody) == "Everybody goes on."
    everybody[0].ends_on = today() + 30 * DAY
    assert team_news(everybody).startswith("An A stops on ")
    everybody[1].ends_on = today() + 30 * DAY
    assert team_news(everybody) == "2 people stop in the next six months."
    everybody[2].starts_on = everybody[2].confirmed_on = years.asked_since(today()) - DAY
    assert team_news(everybody) == "1 person has not said yet whether they go on."
    assert team_news(everybody[1:]) == "Nobody is main leader now."


# The yearly yes ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_october")
def test_sign_in_asks_first_and_later_is_possible_in_time(team: Team) -> None:
    team.unconfirmed(team.bo)
    browser, still = client(team.leader), f"/my/{team.movement.pk}/still-leading/"
    asked = browser.get("/my/", follow=True)
    assert asked.redirect_chain == [(still, 302)]
    assert "Ask me later" in read(asked)
    assert browser.post(still + "later/")["Location"] == f"/my/{team.movement.pk}/"
    assert browser.get("/my/")["Location"] == f"/my/{team.movement.pk}/"
    home = read(browser.get(f"/my/{team.movement.pk}/"))
    assert "Now: do you still lead?" in home
    assert client(team.leader).get("/my/")["Location"] == still  # the next sign-in
    browser.post(team.url("confirm/"), {"who": "me"})
    assert browser.get(still)["Location"] == f"/my/{team.movement.pk}/"
    assert "Now: do you still lead?" not in read(browser.get(f"/my/{team.movement.pk}/"))


def test_who_was_silent_reads_why_and_is_back_with_one_tap(team: Team) -> None:
    with pretend(TOO_LATE):
        team.unconfirmed(team.bo, team.dee)
        browser, still = client(team.leader), f"/my/{team.movement.pk}/still-leading/"
        page = read(browser.get(still))
        assert "Ask me later" not in page
        assert "Without a yes" in page
        assert browser.post(still + "later/").status_code == 404
        for address in (team.url(), f"/my/{team.movement.pk}/", f"/my/{team.movement.pk}/plan/"):
            page = read(browser.get(address))
            assert "nobody said that you still lead" in page, address
            assert team.url("confirm/") in page
        assert browser.get(team.url("contact/")).status_code == 404
        assert browser.post(f"/my/{team.movement.pk}/plan/start/").status_code == 404
        assert browser.post(team.url("confirm/"), {"who": "me"})["Location"] == team.url()
        page = read(browser.get(team.url()))
        assert "nobody said that you still lead" not in page
        assert browser.get(team.url("contact/")).status_code == 200


def test_who_leads_several_groups_reads_where_they_only_look(team: Team) -> None:
    with pretend(TOO_LATE):
        make.mandate(account=team.leader)
        team.unconfirmed(team.bo)
        browser = client(team.leader)
        session = browser.session
        session["asked about leading"] = True  # counts only while there is time
        session.save()
        assert "still-leading" in browser.get("/my/")["Location"]


@pytest.mark.usefixtures("in_october")
def test_whole_team_or_person_by_person(team: Team) -> None:
    team.unconfirmed(team.bo, team.dee)
    browser = client(team.main)
    home = read(browser.get(f"/my/{team.movement.pk}/"))
    assert "Now: does your team go on?" in home
    page = read(browser.get(team.url()))
    assert "Yes, we all go on" in page
    browser.post(team.url("confirm/"), {"who": [team.dee.pk]})
    assert [m.name for m in Mandate.objects.waiting()] == ["Bo B"]
    answer = browser.post(team.url("confirm/"), {"who": [team.bo.pk, "x", "9" * 60]}, follow=True)
    assert "Good that you are there" in read(answer)
    assert "Yes, we all go on" not in read(answer)
    assert "is over" in read(browser.post(team.url("confirm/"), follow=True))


def test_main_leader_is_asked_about_who_came_back_late(team: Team) -> None:
    Mandate.objects.update(confirmed_on=date(NEXT, 10, 1))
    with pretend(TOO_LATE):
        team.unconfirmed(team.bo)
        by = User.objects.get(pk=team.leader.pk)
        confirm_mandates(movement=team.movement, mandates=[team.bo], by=by)
        browser, place = client(team.main), team.url(f"{team.bo.pk}/object/")
        assert place in read(browser.get(team.url()))
        assert place not in read(client(team.leader).get(team.url()))
        assert "access has stopped" in read(browser.post(place, follow=True))
        assert browser.post(place).status_code == 404
        other = browser.post(team.url(f"{team.dee.pk}/object/"), follow=True)
        assert "nothing to object" in read(other)


def test_main_leader_invites_who_has_no_account_yet(team: Team) -> None:
    browser, place = client(team.main), team.url(f"{team.dee.pk}/invite/")
    assert place in read(browser.get(team.url()))
    assert place not in read(client(team.leader).get(team.url()))
    assert client(team.leader).post(place).status_code == 404
    User.objects.create(email=team.dee.email, full_name="Dee D", is_active=False)
    assert "closed" in read(browser.post(place, follow=True))
    User.objects.filter(email=team.dee.email).update(is_active=True)
    assert "on its way" in read(browser.post(place, follow=True))
    assert browser.post(place).status_code == 404


# One's own details -------------------------------------------------------------------------------


def test_own_details_change_in_each_function(team: Team) -> None:
    second = make.mandate(team.movement, account=team.main, function=Function.LEADER)
    browser = client(team.main)
    seen = re.findall(r'name="seen" value="(\w+)"', read(browser.get(team.url("contact/"))))[0]
    sent = {"name": "An Nieuw", "phone": "0470", "seen": seen}
    assert browser.post(team.url("contact/"), sent)["Location"] == team.url()
    found = Mandate.objects.filter(pk__in=[team.an.pk, second.pk]).values_list("name", "phone")
    assert set(found) == {("An Nieuw", "0470")}
    # an old page says what stands there now
    page = read(browser.post(team.url("contact/"), {**sent, "name": "An Oud"}))
    assert "in the meantime" in page
    assert "An Nieuw" in page


def test_of_who_is_under_18_no_phone_is_asked(team: Team) -> None:
    Mandate.objects.filter(pk=team.bo.pk).update(turns_18_on=today() + 100 * DAY)
    browser = client(team.leader)
    assert 'name="phone"' not in read(browser.get(team.url("contact/")))
    browser.post(team.url("contact/"), {"name": "Bo Nieuw", "phone": "0470"})
    team.bo.refresh_from_db()
    assert (team.bo.name, team.bo.phone) == ("Bo Nieuw", "")


def test_own_details_that_changed_meanwhile_are_not_written_over(team: Team) -> None:
    old = {"name": "An Ander", "phone": ""}
    by, new = team.main, {"name": "N", "phone": ""}
    with pytest.raises(Stale):
        change_own_contact(movement=team.movement, by=by, seen=old, **new)
    with pytest.raises(Refused, match="is over"):
        change_own_contact(movement=make.movement(), by=by, seen=old, **new)


def test_a_refusal_of_own_details_stands_in_the_form(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_kwargs: Any) -> None:
        raise Stale("Look again.")

    monkeypatch.setattr("movements.forms.team.change_own_contact", refuse)
    sent = {"name": "An", "phone": ""}
    assert "Look again." in read(client(team.main).post(team.url("contact/"), sent))


# Several at once ---------------------------------------------------------------------------------


def sent_by(team: Team, by: User, **changes: Any) -> dict[str, Any]:
    """What a page of the whole team sends, opened at this moment, with some fields changed."""
    people = list(team_of(team.movement))
    data: dict[str, Any] = {"who": [m.pk for m in people]}
    for mandate in people:
        form = MemberForm(mandate, None, is_own=mandate.user_id == by.pk)
        values = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
        data |= {form.add_prefix(name): value or "" for name, value in values.items()}
    return data | {f"m{getattr(team, who).pk}-{name}": v for (who, name), v in _pairs(changes)}


def _pairs(changes: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for key, value in changes.items():
        who, _, name = key.partition("_")
        yield (who, name), value


def test_functions_and_last_days_of_several_in_one_go(team: Team) -> None:
    browser, end = client(team.main), today() + 90 * DAY
    assert "Bo B" in read(browser.get(team.url("change/")))
    sent = sent_by(
        team, team.main, bo_function="main_leader", dee_ends_on=end.isoformat(), cas_stopped="on"
    )
    assert browser.post(team.url("change/"), sent)["Location"] == team.url()
    bo, cas, dee = (Mandate.objects.get(pk=m.pk) for m in (team.bo, team.cas, team.dee))
    assert (bo.function, dee.ends_on, cas.is_over) == ("main_leader", end, True)
    assert ActivityLog.objects.filter(actor=team.main.key, verb="changed").count() == 2


def test_an_end_before_the_start_saves_nothing(team: Team) -> None:
    sent = sent_by(
        team, team.main, bo_function="main_leader", dee_ends_on=(today() - 90 * DAY).isoformat()
    )
    page = read(client(team.main).post(team.url("change/"), sent))
    assert "Nothing was saved yet" in page
    assert "The end comes before the start." in page
    team.bo.refresh_from_db()
    assert team.bo.function == "leader"
    page = read(
        client(team.main).post(team.url("change/"), sent | {f"m{team.dee.pk}-ends_on": "x"})
    )
    assert "Nothing was saved yet" in page


def test_what_two_change_apart_both_stays(team: Team) -> None:
    end = today() + 60 * DAY
    mine = sent_by(team, team.main, bo_ends_on=end.isoformat())
    hers = sent_by(team, team.adult, bo_function="main_leader", dee_ends_on=end.isoformat())
    assert client(team.main).post(team.url("change/"), mine).status_code == 302
    assert client(team.adult).post(team.url("change/"), hers).status_code == 302
    bo, dee = (Mandate.objects.get(pk=m.pk) for m in (team.bo, team.dee))
    assert (bo.ends_on, bo.function, dee.ends_on) == (end, "main_leader", end)


def test_who_changes_the_same_is_told_and_decides(team: Team) -> None:
    mine = sent_by(team, team.main, bo_function="main_leader", dee_ends_on=f"{today() + 9 * DAY}")
    hers = sent_by(team, team.adult, bo_function="adult_supervisor", dee_ends_on=f"{today() + DAY}")
    client(team.main).post(team.url("change/"), mine)
    browser = client(team.adult)
    page = browser.post(team.url("change/"), hers)
    assert "It now says: “main leader”" in read(page)
    team.bo.refresh_from_db()
    assert team.bo.function == "main_leader"
    # saving again counts, for exactly what stood there
    fields = re.findall(r'name="(m\d+-saw_\w+)"[^>]*?value="([^"]*)"', read(page))
    assert client(team.adult).post(team.url("change/"), hers | dict(fields)).status_code == 302
    team.bo.refresh_from_db()
    assert team.bo.function == "adult_supervisor"


def test_who_left_or_joined_meanwhile(team: Team) -> None:
    sent = sent_by(team, team.main, bo_function="main_leader")
    make.mandate(team.movement, name="Eva E")
    make.ended(team.dee)
    page = read(client(team.main).post(team.url("change/"), sent))
    assert "Somebody left the team in the meantime" in page
    assert "Eva E" in page
    team.bo.refresh_from_db()
    assert team.bo.function == "leader"
    sent["who"].remove(team.dee.pk)
    assert client(team.main).post(team.url("change/"), sent).status_code == 302


def test_the_service_looks_once_more_under_the_lock(team: Team) -> None:
    seen = {"function": "leader", "ends_on": None}
    change = TeamChange(team.bo.pk, seen, "main_leader", None)
    Mandate.objects.filter(pk=team.bo.pk).update(ends_on=today() + DAY)
    with pytest.raises(Stale, match="Bo B: Somebody changed"):
        change_team(movement=team.movement, changes=[change], by=team.main)
    form = TeamForm(team.movement, team.leader, list(team_of(team.movement)), None)
    assert not form.failed
    with pytest.raises(Refused, match="Only the main leader"):
        change_team(movement=team.movement, changes=[], by=team.leader)
    same = TeamChange(team.dee.pk, seen, "leader", None)
    assert change_team(movement=team.movement, changes=[same], by=team.main) == 0


def test_a_refusal_of_the_service_stands_above_the_rows(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_kwargs: Any) -> None:
        raise Stale("Look again.")

    monkeypatch.setattr("movements.forms.team.change_team", refuse)
    sent = sent_by(team, team.main, bo_function="main_leader")
    assert "Look again." in read(client(team.main).post(team.url("change/"), sent))


def both_at_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], Mandate]:
    """Two leaders send the same page, changed in the same field, and meet after it was judged."""
    barrier, real = threading.Barrier(2), team_services.change_team
    sent = [
        (team.main, sent_by(team, team.main, bo_ends_on=f"{today() + 9 * DAY}")),
        (team.adult, sent_by(team, team.adult, bo_ends_on=f"{today() + 5 * DAY}")),
    ]

    def meet(**kwargs: Any) -> int:
        barrier.wait(10)
        return real(**kwargs)

    monkeypatch.setattr("movements.forms.team.change_team", meet)
    codes: list[int] = []

    def send(person: User, data: dict[str, Any]) -> None:
        close_old_connections()
        codes.append(client(person).post(team.url("change/"), data).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=each) for each in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(codes), Mandate.objects.get(pk=team.bo.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    codes, bo = both_at_once(Team(), monkeypatch)
    assert codes == [200, 302]
    assert bo.ends_on in (today() + 9 * DAY, today() + 5 * DAY)
    assert ActivityLog.objects.filter(verb="changed").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_that_look_one_of_them_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above sees what it is for: a service that compares nothing loses a change."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    blind = TeamChange.__init__

    def nothing_seen(self: Any, number: int, seen: Any, *rest: Any) -> None:
        blind(self, number, {}, *rest)

    monkeypatch.setattr(TeamChange, "__init__", nothing_seen)
    codes, _bo = both_at_once(Team(), monkeypatch)
    assert codes == [302, 302]
    assert ActivityLog.objects.filter(verb="changed").count() == 2


# Stopping ----------------------------------------------------------------------------------------


def test_stopping_asks_two_things_and_says_thanks(team: Team) -> None:
    browser, last = client(team.main), today() + 20 * DAY
    assert 'name="last_day"' in read(browser.get(team.url("stop/")))
    sent = {"last_day": last.isoformat(), "name": "Eva E", "email": "eva@example.org"}
    thanks = read(browser.post(team.url("stop/"), sent, follow=True))
    assert "Thank you, from all of us" in thanks
    assert "Back to your team" in thanks
    team.an.refresh_from_db()
    assert team.an.ends_on == last
    eva = Mandate.objects.get(email="eva@example.org")
    assert (eva.function, eva.starts_on) == ("main_leader", last + DAY)
    assert ActivityLog.objects.filter(verb="stops").count() == 1
    assert "in the team already" in read(browser.post(team.url("stop/"), sent))


def test_who_stopped_before_today_reads_thanks_and_is_out(team: Team) -> None:
    browser = client(team.leader)
    sent = {"last_day": (today() - DAY).isoformat()}
    thanks = read(browser.post(team.url("stop/"), sent, follow=True))
    assert "Thank you, from all of us" in thanks
    assert "Back to your team" not in thanks
    assert browser.get(team.url()).status_code == 404
    assert client(team.main).get("/thanks/").status_code == 404  # nobody else's


def test_another_leader_only_proposes_who_takes_over(team: Team) -> None:
    successor = Successor("Eva E", "eva@example.org", "leader")
    stop_leading(movement=team.movement, by=team.leader, last_day=today(), successor=successor)
    asked = JoinRequest.objects.get()
    assert (asked.proposed_by, asked.starts_on) == (team.leader, today() + DAY)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"last_day": ""}, "verplicht|required"),
        ({"last_day": "2020-01-01"}, "The end comes before the start."),
        ({"last_day": "TODAY", "name": "Eva"}, "Give a name and an address"),
        ({"last_day": "TODAY", "email": "eva@example.org"}, "Give a name and an address"),
    ],
)
def test_stopping_says_what_is_missing(team: Team, sent: dict[str, str], words: str) -> None:
    sent = {name: value.replace("TODAY", str(today())) for name, value in sent.items()}
    page = read(client(team.leader).post(team.url("stop/"), sent))
    assert re.search(words, page)
    assert not ActivityLog.objects.filter(verb="stops").exists()


def test_nobody_prolongs_themselves_by_stopping(team: Team) -> None:
    Mandate.objects.filter(pk=team.bo.pk).update(ends_on=today() + DAY)
    with pytest.raises(Refused, match="You stop earlier already"):
        stop_leading(movement=team.movement, by=team.leader, last_day=today() + 2 * DAY)
    with pytest.raises(Refused, match="is over"):
        stop_leading(movement=make.movement(), by=team.leader, last_day=today())


def test_who_was_silent_may_stop_later_and_comes_back_until_then(team: Team) -> None:
    with pretend(TOO_LATE):
        team.unconfirmed(team.bo)
        last = date(NEXT + 1, 1, 31)
        stop_leading(movement=team.movement, by=team.leader, last_day=last)
        bo = Mandate.objects.get(pk=team.bo.pk)
        assert (bo.last_day, bo.writes_now, bo.is_back_late) == (last, True, True)


# In the web admin --------------------------------------------------------------------------------

LIST = "/admin/movements/mandate/"


@pytest.mark.usefixtures("in_october")
def test_youth_service_finds_and_confirms_who_said_nothing(team: Team) -> None:
    desk = client(make.consultant())
    desk.cookies["django_language"] = "en"
    team.unconfirmed(team.bo, team.dee)
    lapsed = make.mandate(name="Lapsed L", starts_on=date(2020, 1, 1))
    Mandate.objects.filter(pk=lapsed.pk).update(confirmed_on=date(2020, 9, 9))
    double = make.mandate(name="Double D")
    Mandate.objects.filter(pk=double.pk).update(merged_into=lapsed)
    coming = make.mandate(name="Eva E", starts_on=today() + DAY)

    def listed(state: str) -> set[int]:
        page = desk.get(LIST, {"state": state})
        return {mandate.pk for mandate in page.context["cl"].queryset}

    assert listed("waiting") == {team.bo.pk, team.dee.pk}
    assert listed("now") == {team.an.pk, team.bo.pk, team.cas.pk, team.dee.pk}
    assert listed("future") == {coming.pk}
    assert listed("over") - {double.pk} == {lapsed.pk}
    ticked = {"action": "confirm", "_selected_action": [team.bo.pk, team.dee.pk, team.an.pk]}
    assert "2 people go on." in read(desk.post(LIST, ticked, follow=True))
    assert listed("waiting") == set()
    refused = {"action": "confirm", "_selected_action": [lapsed.pk]}
    assert "This mandate is over" in read(desk.post(LIST, refused, follow=True))


def test_work_list_names_teams_that_were_silent(team: Team) -> None:
    by = make.coordinator()
    with pretend(date(NEXT, 10, 20)):
        Mandate.objects.update(starts_on=date(2020, 1, 1), confirmed_on=date(NEXT - 1, 9, 20))
        state = Movement.objects.with_team_state().get(pk=team.movement.pk)
        assert state.team_state == "unconfirmed"
        assert "Teams that have not said that they go on" not in titles(by)
    with pretend(date(NEXT, 11, 1)):
        section = titles(by)["Teams that have not said that they go on"]
        assert [(i.text, i.day) for i in section.items] == [
            (team.movement.name, date(NEXT, 12, 31))
        ]
        Mandate.objects.filter(pk=team.an.pk).update(confirmed_on=today())
        assert "Teams that have not said that they go on" not in titles(by)


def titles(by: User) -> dict[str, Any]:
    return {str(section.title): section for section in work_list(by)}
