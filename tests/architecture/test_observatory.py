"""Every kind of answer, with the settings of production, by the rules of the Observatory."""

import os
import runpy
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from accounts.views import sign_on
from core.errors import NotLogged
from desk import selectors
from tests.architecture.access_table import ANONYMOUS, EVERYBODY, TABLE, Row
from tests.architecture.observatory import as_wished, is_open, kept_rightly, points_of, score
from tests.architecture.test_urls import address
from tests.architecture.world import World

HOST = "label.example.org"
ENOUGH = 130
# how the same session is called
SESSION_IN_TESTS, SESSION_IN_PRODUCTION = "sessionid=", "__Host-sessionid="
# what settings have to say about headers; the rest is that of the tests
ABOUT_HEADERS = (
    "ALLOWED_HOSTS",
    "CONTENT_SECURITY_POLICY",
    "CSRF_",
    "LANGUAGE_COOKIE_",
    "MIDDLEWARE",
    "PUBLIC_URL",
    "SECURE_",
    "SESSION_COOKIE_",
    "WHITENOISE_ALLOW_ALL_ORIGINS",
    "X_FRAME_OPTIONS",
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}


@pytest.fixture(scope="module")
def of_production() -> dict[str, Any]:
    """What the settings file says about headers for a site on https."""
    environment = {
        "MODE": "production",
        "PUBLIC_URL": f"https://{HOST}",
        "SECRET_KEY": "x" * 50,
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "INDEX_KEYS": "x" * 32,
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DEBUG", "ALLOWED_HOSTS", "PROXIES"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        values = runpy.run_path(str(django_settings.BASE_DIR / "config" / "settings.py"))
    return {name: value for name, value in values.items() if name.startswith(ABOUT_HEADERS)}


@pytest.fixture(autouse=True)
def production(settings: Any, of_production: dict[str, Any]) -> None:
    for name, value in of_production.items():
        setattr(settings, name, value)


def new_client(**kwargs: Any) -> Client:
    """A browser at the proxy in front of us."""
    client = Client(headers={"Host": HOST, "X-Forwarded-Proto": "https"}, **kwargs)
    client.cookies.clear()
    return client


def ask(client: Client, method: str, url: str, **kwargs: Any) -> Any:
    with transaction.atomic():
        response = client.generic(method, url, secure=True, **kwargs)
        if response.streaming:
            b"".join(response)  # type: ignore[call-overload]
        transaction.set_rollback(True)
    return response


def wrong_cookies(response: Any) -> Iterator[str]:
    for name, cookie in response.cookies.items():
        flags = cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
        if not flags or cookie["path"] != "/" or cookie["domain"]:
            yield f"cookie {cookie.OutputString()}"
        if not name.startswith("__Host-"):
            yield f"cookie {name} may be set by a neighbour"


def problems(response: Any, *, is_file: bool = False) -> Iterator[str]:
    """What is wrong with the headers of one answer."""
    # a badge may be embedded elsewhere, and an answer that may not gets ten points more
    if score(response) + (10 if is_open(response) else 0) < ENOUGH:
        yield f"scores {score(response)}: {points_of(response)}"
    for name, value in ALWAYS.items():
        if not as_wished(response, name, value):
            yield f"{name} is {response.headers.get(name)}"
    if not is_file and not kept_rightly(response):
        yield f"may be kept: {response.headers.get('Cache-Control')}"
    shared = "Access-Control-Allow-Origin" in response.headers and not is_open(response)
    if shared or "Server" in response.headers:
        yield "says too much"
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=" not in kind:
        yield f"text of unknown letters: {kind}"
    yield from wrong_cookies(response)


def people(expected: dict[str, str]) -> set[str]:
    """Somebody for each answer that the table expects, and for the door."""
    chosen = {expected.get(who, f"door {who in ANONYMOUS}"): who for who in sorted(EVERYBODY)}
    return set(chosen.values())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_address(row: Row, world: World, cookies: dict[str, str]) -> None:
    """Pages, leads, refusals and downloads, for somebody of each sort."""
    url, wrong = address(world, row), []
    asked = [("GET", who) for who in people(row.read)]
    asked += [("POST", who) for who in people(row.send)]
    client = new_client()
    for method, who in [*asked, ("PUT", "anonymous")]:
        client.cookies.clear()
        if who not in ANONYMOUS:
            client.cookies.load(cookies[who].replace(SESSION_IN_TESTS, SESSION_IN_PRODUCTION))
        response = ask(client, method, url)
        wrong += [f"{method} {url} by {who}: {problem}" for problem in problems(response)]
    assert wrong == []


# Errors ----------------------------------------------------------------------------------------


def broken(error: Exception) -> Any:
    def raise_it(*args: Any, **kwargs: Any) -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("error", "status"), [(PermissionDenied(), 403), (ValueError(), 500), (NotLogged(), 503)]
)
@pytest.mark.django_db
def test_errors_of_a_page(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int) -> None:
    monkeypatch.setattr(selectors, "front_page", broken(error))
    response = ask(new_client(raise_request_exception=False), "GET", "/")
    assert response.status_code == status
    assert list(problems(response)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "place",
    [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    ],
)
def test_errors_on_the_way_to_a_page(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(f"{place}.__call__", broken(ValueError()))
    response = ask(new_client(raise_request_exception=False), "GET", "/")
    assert response.status_code == 500
    assert list(problems(response)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "url", "extra", "status"),
    [
        ("GET", "/?q=%00", {}, 400),
        ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
        ("POST", "/sign-in/", {}, 403),
        ("GET", "/nowhere/", {}, 404),
        ("GET", "/sign-in", {}, 301),
        ("GET", "/media/examples/x.jpg", {}, 404),
        ("GET", "/static/nowhere.css", {}, 404),
        ("DELETE", "/", {}, 405),
        ("TRACE", "/", {}, 405),
        ("POST", "/", {}, 403),
    ],
)
def test_refusals(method: str, url: str, extra: Any, status: int) -> None:
    response = ask(new_client(enforce_csrf_checks=True), method, url, **extra)
    assert response.status_code == status
    assert list(problems(response)) == []


@pytest.mark.django_db
def test_more_than_is_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    sent = {"data": "a=" + "b" * 20, "content_type": "application/x-www-form-urlencoded"}
    response = ask(new_client(), "POST", "/sign-in/", **sent)
    assert response.status_code == 400
    assert list(problems(response)) == []


@pytest.mark.django_db
def test_too_often(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    settings.OIDC_ISSUER = "https://login.example.org"
    monkeypatch.setattr(sign_on, "LIMIT", {"callback": "1/m/ip"})
    answers = [new_client().get("/sign-in/city/back/", secure=True) for _time in range(2)]
    assert [response.status_code for response in answers] == [403, 429]
    assert [list(problems(response)) for response in answers] == [[], []]


@pytest.mark.django_db
def test_the_choice_of_a_language() -> None:
    response = new_client().post("/language/", {"language": "fr"}, secure=True)
    assert django_settings.LANGUAGE_COOKIE_NAME in response.cookies
    assert list(problems(response)) == []


@pytest.mark.parametrize("file", ["css/app.css", "favicon.svg", "fonts/atkinson-latin.woff2"])
def test_files_of_the_site(file: str) -> None:
    response = new_client().get(f"/static/{file}", secure=True)
    assert response.status_code == 200
    b"".join(response)  # type: ignore[call-overload]
    assert list(problems(response, is_file=True)) == []
    again = {"If-Modified-Since": response["Last-Modified"], "Host": HOST}
    response = new_client().get(f"/static/{file}", secure=True, headers=again)
    assert response.status_code == 304
    assert list(problems(response, is_file=True)) == []


@pytest.mark.parametrize("path", ["/", "/admin/?next=/", "/static/css/app.css"])
def test_http_leads_to_https_on_the_same_host(path: str) -> None:
    response = Client(headers={"Host": HOST, "X-Forwarded-Proto": "http"}).get(path)
    assert (response.status_code, response["Location"]) == (301, f"https://{HOST}{path}")
    # the one header that browsers must ignore over http
    assert list(problems(response)) == [
        f"scores 80: {points_of(response)}",
        "Strict-Transport-Security is None",
    ]


def test_http_for_another_host() -> None:
    response = Client(headers={"Host": "evil.example", "X-Forwarded-Proto": "http"}).get("/")
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "Strict-Transport-Security is None" in list(problems(response))
    assert len(list(problems(response))) == 2


# The rules themselves --------------------------------------------------------------------------

BARE = {"content_security_policy": -25, "strict_transport_security": -20, "x_frame_options": -20}
BARE |= {"x_content_type_options": -5}
CASES: list[tuple[dict[str, str], dict[str, int]]] = [
    ({}, {}),
    ({"Content-Security-Policy": "default-src 'none'"}, {"content_security_policy": 10}),
    ({"Content-Security-Policy": "default-src 'self'"}, {"content_security_policy": 5}),
    (
        {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"},
        {"content_security_policy": 10, "x_frame_options": 5},
    ),
    ({"Content-Security-Policy": "img-src 'self'"}, {"content_security_policy": -20}),
    (
        {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'"},
        {"content_security_policy": -20},
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; connect-src http://a.example"},
        {"content_security_policy": -20},
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-eval'"},
        {"content_security_policy": -10},
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; img-src http://a.example"},
        {"content_security_policy": -10},
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        {"content_security_policy": 0},
    ),
    ({"Content-Security-Policy": "img-src 'self'; img-src *"}, {"content_security_policy": -25}),
    ({"X-Frame-Options": "DENY"}, {"x_frame_options": 0}),
    ({"X-Frame-Options": "yes"}, {"x_frame_options": -20}),
    ({"X-Content-Type-Options": "nosniff"}, {"x_content_type_options": 0}),
    ({"Referrer-Policy": "same-origin"}, {"referrer_policy": 5}),
    ({"Referrer-Policy": "no-referrer, unsafe-url"}, {"referrer_policy": -5}),
    ({"Referrer-Policy": "nonsense"}, {"referrer_policy": -5}),
    ({"Cross-Origin-Resource-Policy": "same-site"}, {"cross_origin_resource_policy": 10}),
    ({"Cross-Origin-Resource-Policy": "cross-origin"}, {"cross_origin_resource_policy": 0}),
    ({"Cross-Origin-Resource-Policy": "x"}, {"cross_origin_resource_policy": -5}),
    ({"Strict-Transport-Security": "max-age=63072000"}, {"strict_transport_security": 0}),
    ({"Strict-Transport-Security": "max-age=3600"}, {"strict_transport_security": -10}),
    ({"Strict-Transport-Security": "preload"}, {"strict_transport_security": -20}),
    (
        {
            "Access-Control-Allow-Origin": "https://a.example",
            "Access-Control-Allow-Credentials": "true",
        },
        {"cross_origin_resource_sharing": -50},
    ),
    ({"Access-Control-Allow-Origin": "*"}, {"cross_origin_resource_sharing": 0}),
]


@pytest.mark.parametrize(("headers", "expected"), CASES, ids=str)
def test_points_for_headers(headers: dict[str, str], expected: dict[str, int]) -> None:
    response = HttpResponse("", headers={**headers, "Content-Type": "text/html"})
    points = {rule: value for rule, value in points_of(response).items() if value}
    wanted = {rule: value for rule, value in (BARE | expected).items() if value}
    assert points == wanted


HSTS = {"Strict-Transport-Security": "max-age=63072000"}


@pytest.mark.parametrize(
    ("name", "flags", "headers", "points"),
    [
        ("x", {"secure": True, "samesite": "Lax"}, {}, 5),
        ("x", {"secure": True}, {}, 0),
        ("x", {"samesite": "Lax"}, HSTS, -5),
        ("x", {"samesite": "Lax"}, {}, -20),
        ("x", {"samesite": "None"}, HSTS, -20),
        ("csrftoken", {"secure": True}, {}, -20),
        ("sessionid", {"secure": True, "samesite": "Lax"}, {}, -30),
        ("sessionid", {"samesite": "Lax", "httponly": True}, HSTS, -10),
        ("sessionid", {"samesite": "Lax", "httponly": True}, {}, -40),
    ],
)
def test_points_for_cookies(
    name: str, flags: dict[str, Any], headers: dict[str, str], points: int
) -> None:
    response = HttpResponse("", headers=headers)
    response.set_cookie(name, "value", **flags)
    assert points_of(response)["cookies"] == points


@pytest.mark.parametrize(
    ("html", "points"),
    [
        ("", 0),
        ('<script src="/a.js"></script>', 0),
        ('<script src="/a.js" integrity="sha256-x"></script>', 5),
        ('<script src="https://a.example/a.js" integrity="sha256-x"></script>', 5),
        ('<script src="https://a.example/a.js"></script>', -5),
        ('<script src="//a.example/a.js" integrity="sha256-x"></script>', -20),
        ('<script src="//a.example/a.js"></script>', -50),
        ("<script>1</script>", 0),
    ],
)
def test_points_for_scripts(html: str, points: int) -> None:
    assert points_of(HttpResponse(html))["subresource_integrity"] == points


def test_what_is_above_a_hundred_counts_only_where_nothing_is_bad() -> None:
    good = {"Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
    assert score(HttpResponse("", headers=good)) == 100 - 25 - 20 - 20 - 5
    assert score(StreamingHttpResponse([b""], headers=good)) == 30
