"""The calendar: the days of a movement, on pages and in a feed that other programs read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override
from icalendar import Calendar

from accounts.models import CalendarFeed, User
from accounts.services import remove_calendar_feed, renew_calendar_feed, update_user
from core.calendar import today
from core.logs import ActivityLog
from desk.agenda import Kind, agenda
from handovers.models import Handover, HandoverSignature
from labels.enums import PlanState
from labels.services.awards import give_back_label
from movements.enums import Function, SuccessionKind
from movements.models import CoachAssignment, Movement, Pause, Succession
from movements.services import end_mandate
from programmes.models import Edition, QuietPeriod
from tests.factories import movements as factory
from tests.factories.labels import Group
from tests.factories.programmes import make_edition
from tests.labels.awarding import award, bare_label, decide
from tests.support.proof import force_login

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told(movements: list[Movement], kind: str = "", **period: date) -> list[tuple[str, str]]:
    """The day and the words of each event, in English."""
    days = {"first": FIRST, "last": LAST} | period
    with override("en"):
        return [(f"{event.first}", event.text) for event in agenda(movements, kind=kind, **days)]


def full_life(number: int) -> Movement:
    """A movement with something of every kind."""
    movement = Group(f"Groep {number}", state=PlanState.MORE_ASKED).movement
    factory.mandate(movement, ends_on=date(2026, 8, 31))
    Pause.objects.create(movement=movement, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
    other = factory.movement(f"Zuster {number}")
    Succession.objects.create(
        source=movement, target=other, on=date(2027, 1, 1), kind=SuccessionKind.SPLIT
    )
    Handover.objects.create(movement=movement, rotation_on=date(2026, 2, 1))
    award(movement, date(2025, 1, 1))
    return movement


# What stands in it -----------------------------------------------------------------------------


def test_of_many_movements_it_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then rows of all are read, and those of others left out."""
    asked, other = full_life(1), full_life(2)
    one, both = told([asked]), told([asked, other])
    monkeypatch.setattr("desk.agenda.MANY", 0)
    assert told([asked]) == one
    assert told([asked, other]) == both
    assert len({text for _day, text in one}) == 15


def test_people_are_counted_and_never_named() -> None:
    movement = factory.movement()
    for number in range(3):
        factory.mandate(
            movement, name=f"Naam{number}", function=Function.LEADER, ends_on=date(2026, 8, 31)
        )
    factory.mandate(movement, starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))
    never = factory.mandate(movement, starts_on=date(2026, 9, 1), function=Function.LEADER)
    end_mandate(mandate=never, by=None)
    found = [row for row in told([movement], Kind.TEAM) if ":" in row[1]]
    assert found == [
        ("2026-02-08", "Starts: leader (3)"),
        ("2026-08-31", "Stops: leader (3)"),
        ("2026-09-01", "Starts: main leader"),
        ("2027-08-31", "Stops: main leader"),
    ]


def test_the_working_year_asks_everybody(settings: Any) -> None:
    settings.LEADERS_CONFIRM_BY = "11-15"
    assert told([], Kind.TEAM, last=date(2026, 12, 31)) == [
        ("2026-03-15", "We ask teams that change who takes over"),
        ("2026-05-01", "We ask teams that change who takes over"),
        ("2026-09-01", "Still leading? Teams say who goes on"),
        ("2026-09-06", "We ask teams that change who takes over"),
        ("2026-11-15", "From today, who did not say they go on can only read"),
        ("2026-12-31", "Last day of who did not say they go on"),
    ]


def quiet(edition: Edition, *days: int) -> QuietPeriod:
    names = ("first_month", "first_day", "last_month", "last_day")
    return QuietPeriod.objects.create(
        edition=edition, reason={"nl": "Rust", "fr": "Repos", "en": "Rest"},
        **dict(zip(names, days, strict=True)),
    )  # fmt: skip


def test_a_question_waits_for_the_end_of_a_quiet_period() -> None:
    edition = make_edition()
    edition.quiet_periods.all().delete()
    quiet(edition, 3, 1, 5, 10)
    quiet(edition, 9, 1, 2, 31)
    asked = [day for day, text in told([], Kind.TEAM) if text.startswith("We ask")]
    # March waits for May, and both for the eleventh; September waits into another year, so never
    assert asked == ["2026-05-11", "2027-05-11"]
    rest = [
        (event.first, event.last)
        for event in agenda([], FIRST, date(2027, 3, 1), kind=Kind.PROGRAMME)
    ]
    assert rest == [
        (date(2025, 9, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 5, 10)),
        (date(2026, 9, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2027, 5, 10)),
    ]


def test_the_life_of_a_movement() -> None:
    source, target = factory.movement("De Bron"), factory.movement("De Monding")
    source.started_on, source.stopped_on = date(2026, 1, 5), date(2026, 12, 31)
    for starts_on, ends_on in ((date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 6, 1), None)):
        Pause.objects.create(movement=source, starts_on=starts_on, ends_on=ends_on)
    for to, kind in ((target, SuccessionKind.MERGED), (factory.movement("Zij"), "split")):
        Succession.objects.create(source=source, target=to, on=date(2027, 1, 1), kind=kind)
    assert told([source], Kind.GROUP) == [
        ("2026-01-05", "The group starts"),
        ("2026-04-01", "The group pauses"),
        ("2026-05-01", "The group goes on after a pause"),
        ("2026-06-01", "The group pauses"),
        ("2026-12-31", "Last day of the group"),
        ("2027-01-01", "Goes into De Monding"),
        ("2027-01-01", "Zij splits off"),
    ]
    assert told([target], Kind.GROUP) == [("2027-01-01", "De Bron comes in")]


def test_a_label_from_its_start_to_the_last_day_to_renew_it() -> None:
    make_edition()
    first = award(factory.movement(), date(2026, 2, 1))
    period = {"first": date(2026, 1, 1), "last": date(2030, 1, 1)}
    words = [(day, text.replace(first.number, "N")) for day, text in told(
        [first.movement], Kind.LABEL, **period
    )]  # fmt: skip
    assert words == [
        ("2026-02-01", "Label N begins"),
        ("2027-02-01", "Label N: is it still true?"),
        ("2028-02-01", "Label N: is it still true?"),
        ("2028-08-01", "From today label N can be renewed"),
        ("2029-01-31", "Last day of label N"),
        ("2029-04-30", "Last day to renew label N all the same"),
    ]
    decision = decide(first.movement, date(2029, 2, 1))
    days = (date(2029, 2, 1), date(2032, 1, 31))
    bare_label(*days, number="2029-001", decision=decision, previous=first)
    found = told([first.movement], Kind.LABEL, **period)
    assert [day for day, text in found if first.number in text] == [
        "2026-02-01",
        "2027-02-01",
        "2028-02-01",
        "2029-01-31",
    ]


def test_a_label_given_back_ends_then() -> None:
    label = award(factory.movement(), date(2026, 2, 1))
    give_back_label(label=label, by=factory.coordinator(), reason="Wij stoppen.")
    found = told([label.movement], Kind.LABEL, last=date(2030, 1, 1))
    assert [day for day, _text in found] == ["2026-02-01", "2026-03-09"]
    label.effective_end = date(2026, 1, 31)
    label.save()
    assert told([label.movement], Kind.LABEL, last=date(2030, 1, 1)) == []


def test_what_is_promised_about_a_plan() -> None:
    asked, waits = (Group(state=state) for state in (PlanState.MORE_ASKED, PlanState.SUBMITTED))
    assert told([asked.movement], Kind.PLAN) == [
        ("2026-03-24", "Last day to answer the youth service about the plan")
    ]
    assert told([waits.movement], Kind.PLAN) == [
        ("2026-04-07", "Last day for the youth service to answer about the plan")
    ]
    # the plan of a group that is not there any more rests
    Movement.objects.update(stopped_on=today() - timedelta(days=1))
    assert told([asked.movement, waits.movement], Kind.PLAN) == []


def test_a_handover_asks_until_it_is_signed() -> None:
    movement = factory.movement()
    handover = Handover.objects.create(movement=movement, rotation_on=date(2026, 9, 1))
    assert told([movement], Kind.HANDOVER) == [
        ("2026-09-01", "The team changed: the handover is open"),
        ("2026-09-15", "Has the new team taken over?"),
        ("2026-10-16", "Has the new team taken over?"),
    ]
    HandoverSignature.objects.create(handover=handover, user=factory.coordinator())
    assert len(told([movement], Kind.HANDOVER)) == 1


# Pages -----------------------------------------------------------------------------------------


@pytest.fixture
def leader() -> User:
    return factory.user("Lotte Leider", language="en")


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    force_login(client, user)
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_and_feed_ask_the_same_whatever_the_number(
    rows: int, django_assert_num_queries: Any
) -> None:
    staff = factory.coordinator()
    for number in range(rows):
        full_life(number)
    client, address = as_(staff), f"/calendar/{renew_calendar_feed(user=staff)}.ics"
    client.get("/admin/calendar/")
    with django_assert_num_queries(22):
        page = client.get("/admin/calendar/")
    assert page.content.decode().count("Last day to answer") == rows
    with django_assert_num_queries(20):
        answer = Client().get(address)
    assert answer.content.decode().count("DTEND") > 15


def test_staff_narrow_the_calendar_down() -> None:
    staff, coach = factory.coordinator(), factory.consultant()
    mine, other = full_life(1), full_life(2)
    CoachAssignment.objects.create(movement=mine, user=coach, starts_on=date(2026, 1, 1))
    client = as_(staff)

    def shown(**chosen: Any) -> set[str]:
        page = client.get("/admin/calendar/", chosen)
        assert page.status_code == 200
        return {
            name for name in (mine.name, other.name)
            for event in page.context["events"] if event.movement and event.movement.name == name
        }  # fmt: skip

    assert shown() == shown(kind="x") == {mine.name, other.name}
    Movement.objects.filter(pk=other.pk).update(municipality="Aalst", code="A2")
    for name in (other.name, "groep AALST", "aalst", "a2"):
        assert shown(movement=name) == {other.name}, name
    assert shown(movement="groep") == {mine.name, other.name}
    assert shown(movement="nobody") == shown(movement="x" * 121) == {mine.name, other.name}
    with override("en"):
        page = client.get("/admin/calendar/?movement=nobody", headers={"accept-language": "en"})
    assert "We know no such group." in page.content.decode()
    assert shown(coach=coach.pk) == shown(coach=coach.pk, kind=Kind.PLAN) == {mine.name}
    assert shown(past="on", kind=Kind.PLAN) == set()
    past = client.get("/admin/calendar/", {"past": "on"}).context["events"]
    assert past
    assert all(event.first < today() for event in past)
    assert all(one.month >= two.month for one, two in pairwise(past))


def test_leaders_read_the_days_of_their_own_movement(leader: User) -> None:
    movement = full_life(1)
    factory.mandate(movement, account=leader)
    client = as_(leader)
    page = client.get(f"/my/{movement.pk}/calendar/").content.decode()
    assert "Last day to answer the youth service" in page
    assert "The group pauses" in page
    assert "Has the new team taken over?" in page
    past = client.get(f"/my/{movement.pk}/calendar/?past=1").content.decode()
    assert "The team changed: the handover is open" in past
    assert client.get(f"/my/{factory.movement().pk}/calendar/").status_code == 404


# The feed --------------------------------------------------------------------------------------


def read(address: str, **headers: str) -> Any:
    return Client().get(address, headers=headers)


def test_the_feed_reads_back_as_the_agenda(leader: User) -> None:
    movement = full_life(1)
    movement.name = "Chiro De Heel Lange Naam Met Een Komma, een ; en Ünïcøde " * 2
    movement.name = movement.name.strip()
    movement.save()
    mandate = factory.mandate(movement, account=leader, ends_on=date(2027, 8, 31))
    address = f"/calendar/{renew_calendar_feed(user=leader)}.ics"
    answer = read(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    lines = answer.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    with override("en"):
        events = agenda([movement], date(2025, 3, 10), date(2029, 3, 9))
    read_back = {
        (str(e["UID"]), str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt - timedelta(days=1))
        for e in entries
    }
    assert read_back == {
        (
            f"{e.key}@localhost",
            f"{e.movement}: {e.text}" if e.movement else e.text,
            e.first,
            e.last,
        )
        for e in events
    }
    assert len(read_back) == len(entries) == len(events)
    assert leader.full_name not in answer.content.decode()
    assert mandate.name not in answer.content.decode()


def test_the_feed_speaks_the_language_of_its_reader(leader: User) -> None:
    factory.mandate(account=leader)
    address = f"/calendar/{renew_calendar_feed(user=leader)}.ics"
    for language in ("nl", "fr", "en"):
        User.objects.filter(pk=leader.pk).update(language=language)
        with override(language):
            # in every language a sentence of the working year
            wanted = {event.text for event in agenda([], FIRST, LAST, kind=Kind.TEAM)}
        entries = Calendar.from_ical(read(address).content).walk("VEVENT")
        assert wanted <= {str(entry["SUMMARY"]) for entry in entries}
        assert {entry["SUMMARY"].params["LANGUAGE"] for entry in entries} == {language}


def test_nothing_new_is_said_in_one_line(leader: User) -> None:
    mandate = factory.mandate(account=leader)
    address = f"/calendar/{renew_calendar_feed(user=leader)}.ics"
    etag = read(address)["ETag"]
    again = read(address, if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    factory.mandate(mandate.movement, ends_on=date(2026, 5, 5))
    assert read(address, if_none_match=etag).status_code == 200


def test_the_feed_follows_the_roles_of_this_moment(leader: User) -> None:
    one, two = (factory.mandate(factory.movement(name), account=leader) for name in ("Een", "Twee"))
    for mandate in (one, two):
        Handover.objects.create(movement=mandate.movement, rotation_on=date(2026, 5, 1))
    address = f"/calendar/{renew_calendar_feed(user=leader)}.ics"

    def groups() -> set[str]:
        text = read(address).content.decode()
        return {name for name in ("Een", "Twee") if f"{name}: " in text}

    assert groups() == {"Een", "Twee"}
    end_mandate(mandate=one, by=None)
    assert groups() == {"Twee"}
    end_mandate(mandate=two, by=None)
    assert read(address).status_code == 404


def test_an_address_is_shown_once_and_can_be_made_anew_and_taken_away(leader: User) -> None:
    factory.mandate(account=leader)
    client = as_(leader)
    assert "Make my address" in client.get("/calendar/").content.decode()
    addresses = []
    for _time in range(2):
        page = client.post("/calendar/")
        assert page.status_code == 200
        addresses.append(page.context["address"].removeprefix("http://localhost:8000"))
        assert f"webcal://localhost:8000{addresses[-1]}" in page.content.decode()
    assert ".ics" not in client.get("/calendar/").content.decode()
    assert [read(address).status_code for address in addresses] == [404, 200]
    for _time in range(2):
        client.post("/calendar/remove/")
    assert read(addresses[-1]).status_code == 404
    assert list(
        ActivityLog.objects.filter(actor=leader.key).values_list("verb", flat=True)
    ) == ["closed calendar", "opened calendar", "opened calendar"]  # fmt: skip


def test_a_closed_account_and_a_new_address_have_no_feed(leader: User) -> None:
    factory.mandate(account=leader)
    details = {"full_name": "L", "language": "nl", "by": None}
    renew_calendar_feed(user=leader)
    update_user(user=leader, is_active=True, email="other@example.org", **details)
    assert not CalendarFeed.objects.exists()
    token = renew_calendar_feed(user=leader)
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert read(f"/calendar/{token}.ics").status_code == 404
    assert read("/calendar/none.ics").status_code == 404
    remove_calendar_feed(user=leader)
