"""Every address × everybody × every method, against the table written by hand."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve, reverse
from django.utils.translation import get_language

from tests.architecture.access_table import (
    ADMIN,
    ANONYMOUS,
    COORDINATOR,
    EVERYBODY,
    LED,
    PAGE,
    SIGNED_IN,
    STAFF,
    TABLE,
    Row,
)
from tests.architecture.world import World

SIGN_IN = "/sign-in/"
REFUSED_METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS"]
NOT_FOUND, NO_METHOD, TO_SIGN_IN = "not found", "method refused", "to sign-in"


def walk(
    resolver: Any, prefix: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """(name, route) of every address; a nameless one of the admin is named after its records."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern, route, inner)
        else:
            yield ":".join((*spaces, pattern.name or nameless(route))), route.replace("^", "")


def nameless(route: str) -> str:
    records = re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/", route)
    return f"{records[1]}_{records[2]}_" if records else "*"


ROUTES = list(walk(get_resolver()))


def test_the_table_has_every_address_once_and_no_other() -> None:
    names = Counter(name for name, _route in ROUTES)
    written = Counter(row.name for row in TABLE)
    assert {name for name, times in (names + written).items() if times != 2} == set()
    assert written == names


def test_addresses_of_development_are_not_there() -> None:
    assert not [name for name, _route in ROUTES if name.startswith("dev:")]
    assert not [name for name, _route in ROUTES if "password" in name]


# Asking ----------------------------------------------------------------------------------------


def part(world: World, word: str) -> Any:
    """One part of an address: 'text', a number, or a record of the world."""
    if word.startswith("'"):
        return word.strip("'")
    if word.isdecimal():
        return int(word)
    found: Any = world
    for name in word.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return found.pk if isinstance(found, models.Model) else found


def address(world: World, row: Row) -> str:
    parts = [part(world, word) for word in row.records.split()]
    if row.name == "admin:*":
        return f"/admin/{parts[0]}/"
    if row.name.endswith("_"):
        return reverse(f"{row.name}changelist") + f"{parts[0]}/"
    return reverse(row.name, args=parts)


def ask(method: str, url: str, cookie: str) -> Any:
    """One request; what it does to the database is undone."""
    with transaction.atomic():
        response = send(method, url, cookie)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    return response


# one for everybody: to put the middleware together takes as long as many an answer
BROWSER = Client()


def send(method: str, url: str, cookie: str) -> Any:
    """One request with these cookies and no other."""
    BROWSER.cookies = SimpleCookie(cookie)
    return BROWSER.generic(method, url, content_type="application/x-www-form-urlencoded")


def refuse_queries(*args: Any) -> None:
    raise AssertionError("the database was asked before the method was looked at")


@cache
def page_of_nothing(language: str | None) -> str:
    return render_to_string("404.html")


def outcome(response: Any, url: str) -> str:
    """What became of a request, in the words of the table."""
    if response.status_code == 404 and response.resolver_match.url_name != "invitation":
        assert response.content.decode() in {"", page_of_nothing(get_language())}
    if response.status_code in (301, 302):
        where = urlsplit(response.url)
        if where.path != SIGN_IN:
            return LED
        # whoever signs in gets back to where they wanted to be
        assert parse_qs(where.query).get("next", [url]) == [url]
        return TO_SIGN_IN
    return {200: PAGE, 404: NOT_FOUND, 405: NO_METHOD}.get(
        response.status_code, str(response.status_code)
    )


def allowed(row: Row, who: str, expected: dict[str, str]) -> set[str]:
    """What may become of a request."""
    if who in expected:
        return {expected[who]}
    if who in ANONYMOUS and not row.is_public:
        return {TO_SIGN_IN}
    if expected:
        return {NOT_FOUND}
    return {NO_METHOD} if row.is_public else {NO_METHOD, NOT_FOUND}


def in_turn(row: Row, people: Collection[str]) -> set[str]:
    """One of these people, another one for each row, so that over the table each has a turn."""
    return {sorted(people)[TABLE.index(row) % len(people)]} if people else set()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_who_gets_in(row: Row, world: World, cookies: dict[str, str]) -> None:
    url, wrong = address(world, row), []
    # without a body it is the same view: asked for one who gets the page, and for two who do not
    without_body = {"anonymous", "nobody", *in_turn(row, row.read)}
    for who in sorted(EVERYBODY):
        asked = [("GET", row.read), ("POST", row.send)]
        if who in without_body:
            asked.append(("HEAD", row.read))
        for method, expected in asked:
            found = outcome(ask(method, url, cookies.get(who, "")), url)
            if found not in allowed(row, who, expected):
                wrong.append(f"{method} {url} by {who}: {found}")
    assert wrong == []


@pytest.mark.parametrize("each", [False, pytest.param(True, marks=pytest.mark.proof)])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_other_methods_are_refused(
    row: Row, each: bool, world: World, cookies: dict[str, str]
) -> None:
    """Without a question to the database, so nobody can be told from anybody: two are enough."""
    url, wrong = address(world, row), []
    for who in EVERYBODY if each else {"anonymous", *in_turn(row, SIGNED_IN)}:
        for method in REFUSED_METHODS:
            with connection.execute_wrapper(refuse_queries):
                found = outcome(send(method, url, cookies.get(who, "")), url)
            if found != NO_METHOD:
                wrong.append(f"{method} {url} by {who}: {found}")
    assert wrong == []


@pytest.mark.proof
@pytest.mark.parametrize("row", [row for row in TABLE if row.read], ids=lambda row: row.name)
def test_who_reads_a_page_gets_it_without_a_body(
    row: Row, world: World, cookies: dict[str, str]
) -> None:
    url = address(world, row)
    found = {who: outcome(ask("HEAD", url, cookies.get(who, "")), url) for who in row.read}
    assert found == row.read


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_the_address_of_a_row_is_that_of_its_name(row: Row, world: World) -> None:
    route = dict(ROUTES)[row.name]
    if row.name != "account_login":  # the same page under allauth's other name
        assert resolve(address(world, row)).route.replace("^", "") == route


APPS_OF = {
    "core": ADMIN,
    "accounts": COORDINATOR,
    **dict.fromkeys(["programmes", "movements", "labels"], STAFF),
    **dict.fromkeys(["recruitment", "homevisits", "testimonies"], STAFF),
}


@pytest.mark.parametrize("app", APPS_OF)
def test_who_sees_the_lists_of_an_app(app: str, world: World, cookies: dict[str, str]) -> None:
    url = reverse("admin:app_list", args=[app])
    seen = {who for who in EVERYBODY if outcome(ask("GET", url, cookies.get(who, "")), url) == PAGE}
    assert seen == APPS_OF[app]


def test_a_picker_finds_only_what_its_list_shows(world: World, cookies: dict[str, str]) -> None:
    query = "?app_label=accounts&model_name=rolegrant&field_name=user&term=al"
    url = reverse("admin:autocomplete") + query
    found = {who: outcome(ask("GET", url, cookies.get(who, "")), url) for who in EVERYBODY}
    signed_in = dict.fromkeys(EVERYBODY - ANONYMOUS, NOT_FOUND)
    assert found == {**signed_in, "coordinator": PAGE, **dict.fromkeys(ANONYMOUS, TO_SIGN_IN)}


def test_development_pages_are_part_of_development_only() -> None:
    """The settings are read once in a process, so another one is asked."""
    script = "import django; django.setup(); from django.urls import reverse; reverse('dev:people')"
    status = {}
    for mode in ("development", "test"):
        values = {**os.environ, "MODE": mode, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-W", "ignore", "-c", script]
        done = subprocess.run(command, env=values, cwd=settings.BASE_DIR, capture_output=True)
        status[mode] = (done.returncode, b"NoReverseMatch" in done.stderr)
    assert status == {"development": (0, False), "test": (1, True)}
