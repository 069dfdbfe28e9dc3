"""While a look cannot be logged, no page shows anybody of a family: every address is tried."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from core.logs import AccessLog
from tests.architecture.access_table import PAGE, TABLE, Row
from tests.architecture.test_urls import address
from tests.architecture.world import World

# words of households, children, visits and storytellers of the world
MARKERS = ["Amina", "Bilal", "Leyla", "El Idrissi", "Kaya", "Lindelaan", "0400 ", "Bensaïd"]
MARKERS += ["namiddag", "Inschrijving voor"]
# somebody with each view on the records
LOOKING = ["coordinator", "consultant", "colleague", "backup", "privacy_officer", "leader"]
# pages that must come across as personal, so that the search below is known to find some
PERSONAL = {
    "admin:recruitment_household_changelist",
    "admin:recruitment_household_change",
    "admin:recruitment_household_details",
    "admin:recruitment_household_member",
    "admin:recruitment_guidance_step",
    "admin:homevisits_homevisit_changelist",
    "admin:homevisits_homevisit_change",
    "admin:homevisits_homevisit_add",
    "admin:testimonies_testimony_change",
}
DETAILS = {"family_name": "El Idrissi", "phone": "x" * 500}
FIND = "/admin/recruitment/household/find/"
# forms that come back with what they found, or with what is wrong beside what is kept
SENT = [
    ("consultant", FIND, {"words": "El Idrissi"}),
    ("coordinator", FIND, {"words": "Kaya"}),
    ("consultant", "/admin/recruitment/household/member/", {"first_name": "Amina"}),
    ("consultant", "/admin/homevisits/homevisit/add/", {"on": "never"}),
    ("consultant", "/admin/recruitment/household/{household}/details/", DETAILS),
]


# the list of the log itself ends as a 500
BROWSER = Client(raise_request_exception=False)


def answer(method: str, url: str, cookie: str, data: Any = None) -> tuple[int, bool]:
    """The status, and whether somebody is shown; what it did to the database is undone."""
    BROWSER.cookies = SimpleCookie(cookie)
    with transaction.atomic():
        response = getattr(BROWSER, method)(url, data)
        streamed = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    text = streamed.decode(errors="replace")
    return response.status_code, any(marker in text for marker in MARKERS)


def away() -> None:
    """The table is not there."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_accesslog RENAME TO core_accesslog_away")


def refusing() -> None:
    """The table takes no rows: a full disk, a right that was taken away."""
    body = (
        "BEGIN SELECT RAISE(ABORT, 'full'); END"
        if connection.vendor == "sqlite"
        else "FOR EACH ROW EXECUTE FUNCTION test_full()"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION test_full() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RAISE EXCEPTION 'full'; END; $$"
            )
        cursor.execute(f"CREATE TRIGGER test_full BEFORE INSERT ON core_accesslog {body}")


@contextmanager
def fault(make: Callable[[], None]) -> Iterator[None]:
    with transaction.atomic():
        make()
        yield
        transaction.set_rollback(True)


FAULTS = pytest.mark.parametrize("make", [away, refusing])


def readable(row: Row) -> list[str]:
    return [who for who in LOOKING if row.read.get(who) == PAGE]


ROWS = [row for row in TABLE if readable(row)]


@pytest.fixture(scope="module")
def personal(
    built_world: World, cookies: dict[str, str], django_db_blocker: Any
) -> set[tuple[str, str]]:
    """(name, who) of every page that shows somebody while the log works."""
    with django_db_blocker.unblock():
        return {
            (row.name, who)
            for row in ROWS
            for who in readable(row)
            if answer("get", address(built_world, row), cookies[who]) == (200, True)
        }


def in_turn(row: Row, who: str) -> bool:
    """One of those who may read a page, another one for each page."""
    readers = readable(row)
    return who == readers[TABLE.index(row) % len(readers)]


WHOLE = [pytest.param(make, True, marks=pytest.mark.proof) for make in (refusing, away)]


@pytest.mark.parametrize(("make", "whole"), [(refusing, False), *WHOLE])
def test_no_page_shows_anybody(
    make: Callable[[], None],
    whole: bool,
    world: World,
    cookies: dict[str, str],
    personal: set[tuple[str, str]],
) -> None:
    """Every page that shows somebody otherwise, by everybody; of the others one reader each."""
    assert {name for name, _who in personal} >= PERSONAL
    urls = {row.name: address(world, row) for row in ROWS}
    wrong = []
    with fault(make):
        for row in ROWS:
            for who in readable(row):
                if not (whole or (row.name, who) in personal or in_turn(row, who)):
                    continue
                status, shown = answer("get", urls[row.name], cookies[who])
                if shown or (status != 503 and (row.name, who) in personal):
                    wrong.append(f"{row.name} by {who}: {status}")
    assert wrong == []


@FAULTS
@pytest.mark.parametrize(("who", "url", "data"), SENT, ids=lambda value: str(value)[-20:])
def test_no_form_does(
    make: Callable[[], None],
    who: str,
    url: str,
    data: dict[str, str],
    world: World,
    cookies: dict[str, str],
) -> None:
    url = url.format(household=world.household.pk)
    assert answer("post", url, cookies[who], data) == (200, True)
    with fault(make):
        assert answer("post", url, cookies[who], data) == (503, False)


def test_every_page_that_shows_somebody_writes_who_looked(
    world: World, cookies: dict[str, str], personal: set[tuple[str, str]]
) -> None:
    for row in ROWS:
        for who in readable(row):
            if (row.name, who) in personal:
                client = Client()
                client.cookies = SimpleCookie(cookies[who])
                before = AccessLog.objects.count()
                client.get(address(world, row))
                written = AccessLog.objects.order_by("id")[before:]
                assert {r.actor for r in written} == {world.people[who].key}, row.name
