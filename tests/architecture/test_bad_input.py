"""Bad input anywhere is answered with a page, never with an error of the server."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.access_table import ANONYMOUS, TABLE, Row
from tests.architecture.test_urls import address
from tests.architecture.world import World

VALUES = [
    "\x00",
    "x" * 20_000,
    "-1",
    "9" * 40,
    "0",
    "2020-13-45",
    "9999-12-31",
    "0001-01-01",
    "🧨\u202e\u0301" * 9,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}%(x)s%s",
    "\r\nX-Evil: 1",
]
QUERIES = [
    "q",
    "page",
    "p",
    "o",
    "e",
    "_to_field",
    "_popup",
    "lang",
    "result",
    "state",
    "household",
]
QUERIES += ["certificate", "next", "id", "id__in", "_changelist_filters", "term", "on__year"]
PAPERS = {"labels:certificate", "labels:poster", "labels:picture"}
CODES = {200, 301, 302, 400, 403, 404, 405}


class Fields(HTMLParser):
    """The names that the forms of a page send, with what they would send now."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.chosen = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        name = values.get("name", "")
        if (
            tag in {"input", "select", "textarea", "button"}
            and name
            and values.get("type") != "file"
        ):
            self.values.setdefault(name, values.get("value", ""))
            self.chosen = name
        if tag == "option" and "selected" in values:
            self.values[self.chosen] = values.get("value", "")


def somebody(row: Row) -> str:
    """Who may do most on a page."""
    may = {**row.read, **row.send}
    best = ["coordinator", "consultant", "leader", "alderman", "privacy_officer"]
    return next((who for who in best if who in may), "coordinator")


def ask(client: Client, method: str, url: str, data: Any = None) -> Any:
    """An answer; an exception of the view would come out of here."""
    with transaction.atomic():
        response: Any = getattr(client, method)(url, data)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    assert response.status_code in CODES, f"{method} {url} {data!r}"[:300]
    return response


@pytest.fixture
def client_of(world: World) -> Any:
    def sign_in(who: str) -> Client:
        client = Client()
        if who not in ANONYMOUS:
            client.force_login(world.user(who))
        return client

    return sign_in


READ = [row for row in TABLE if row.read]
SEND = [row for row in TABLE if row.send]


@pytest.mark.parametrize("each", [7, pytest.param(1, marks=pytest.mark.proof)])
@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
def test_odd_questions(row: Row, each: int, world: World, client_of: Any) -> None:
    client, url = client_of(somebody(row)), address(world, row)
    # each answer with a paper takes a while, and it asks for two things
    names = ["lang", "issue"] if row.name in PAPERS else QUERIES
    odd = {name: quote(VALUES[number % len(VALUES)]) for number, name in enumerate(names)}
    # they take turns to be asked alone, so that over the table each of them is, many times
    alone = list(odd)[READ.index(row) % each :: each]
    for name in alone:
        ask(client, "get", f"{url}?{name}={odd[name]}")
        ask(client, "get", f"{url}?{name}=%00")
    ask(client, "get", f"{url}?" + "&".join(f"{name}={value}" for name, value in odd.items()))
    ask(client, "get", f"{url}?" + "&".join(f"{name}=%00" for name in names))


@pytest.mark.parametrize("shift", [0, pytest.param(6, marks=pytest.mark.proof)])
@pytest.mark.parametrize("row", SEND, ids=lambda row: row.name)
def test_odd_forms(row: Row, shift: int, world: World, client_of: Any) -> None:
    """Each field in turn holds something odd, the others what the page would send."""
    client, url = client_of(somebody(row)), address(world, row)
    if row.name == "account_logout":
        client = Client()
    page = ask(client, "get", url) if row.read else None
    fields = Fields(page.content.decode()).values if page else {}
    for value in VALUES[SEND.index(row) % 7 :: 7] if shift == 0 else VALUES:
        ask(client, "post", url, dict.fromkeys(fields, value))
    # of fields that repeat (ten points, a number for each month) one of each is enough
    different = {re.sub(r"\d+", "", name): name for name in fields}
    for number, name in enumerate(different.values()):
        ask(client, "post", url, {**fields, name: VALUES[(number + shift) % len(VALUES)]})


NUMBERS = ["0", "9" * 12, "9" * 30]
PATHS = [
    ("leader", "/my/{}/"),
    ("leader", "/my/{}/plan/1/"),
    ("leader", "/my/{own}/plan/{}/"),
    ("leader", "/my/{own}/examples/{}/"),
    ("leader", "/my/{own}/label/{}/certificate.pdf"),
    ("coordinator", "/admin/movements/movement/{}/change/"),
    ("coordinator", "/admin/accounts/user/{}/change/"),
    ("coordinator", "/admin/labels/actionplan/{}/assess/"),
    ("coordinator", "/admin/labels/label/{}/change/"),
    ("coordinator", "/admin/recruitment/household/{}/change/"),
    ("coordinator", "/admin/recruitment/household/{}/details/"),
    ("coordinator", "/admin/testimonies/testimony/{}/change/"),
    ("coordinator", "/admin/homevisits/homevisit/{}/change/"),
    ("coordinator", "/admin/movements/movement/import/{}/"),
    ("coordinator", "/admin/programmes/edition/{}/target/"),
    ("anonymous", "/stories/{}/"),
    ("anonymous", "/label/{}/"),
]
WORDS = ["x", "_5F", "%00", "1%0a", "٩٩٩٩٩٩", "²"]


@pytest.mark.parametrize(("who", "path"), PATHS)
@pytest.mark.parametrize("part", [*NUMBERS, *WORDS])
def test_odd_addresses(world: World, client_of: Any, who: str, path: str, part: str) -> None:
    """The admin leads on what it takes for an old address of a record; there is nothing there."""
    client, url = client_of(who), path.format(part, own=world.own.pk)
    response = ask(client, "get", url)
    if response.status_code in {301, 302}:
        response = ask(client, "get", urljoin(url, response.url))
    assert response.status_code == 404
