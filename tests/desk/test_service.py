"""What whoever runs the product asks."""

import runpy
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client

from core import outbox, triggers
from core.calendar import now
from core.closing import gate
from core.outbox import OutboxState
from core.tasks import LAST_BEAT, note_beat
from desk import readiness
from tests.factories.programmes import make_edition

SECURITY = "/.well-known/security.txt"


def security_txt() -> dict[str, str]:
    """The fields of RFC 9116; each once."""
    response = Client().get(SECURITY)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    lines = [line.split(": ", 1) for line in response.content.decode().splitlines()]
    fields = dict(lines)
    assert len(fields) == len(lines)
    return fields


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("", "mailto:jeugd@demostad.example"),
        ("security@example.org", "mailto:security@example.org"),
        ("https://example.org/report", "https://example.org/report"),
    ],
)
def test_where_to_report_a_weakness(settings: Any, contact: str, expected: str) -> None:
    make_edition()
    settings.PUBLIC_URL, settings.SECURITY_CONTACT = "https://label.example.org", contact
    fields = security_txt()
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert now() < expires < now() + timedelta(days=365)
    assert fields == {
        "Contact": expected,
        "Preferred-Languages": "nl, fr, en",
        "Canonical": "https://label.example.org/.well-known/security.txt",
    }


@pytest.mark.django_db
def test_without_an_address_there_is_no_such_file() -> None:
    assert Client().get(SECURITY).status_code == 404


def test_search_engines_are_kept_to_the_public_pages() -> None:
    text = Client().get("/robots.txt").content.decode()
    assert "Disallow: /admin/\n" in text
    for path in ("/", "/register/", "/stories/", "/label/"):
        assert f"Disallow: {path}\n" not in text


@pytest.fixture(autouse=True)
def beat(request: pytest.FixtureRequest) -> None:
    """The background is at work, in the tests that have a database."""
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
        note_beat()


def ready() -> tuple[int, list[str]]:
    readiness.forget()
    response = Client().get("/readyz")
    return response.status_code, response.json()["faults"]


@pytest.fixture
def waiting_mail(db: None) -> outbox.OutboxMessage:
    row = outbox.enqueue(kind="sign_in_code", object_id=1, recipient="user:1", language="nl")
    assert row is not None
    return row


def test_the_process_answers_without_a_database() -> None:
    """The test has no database at all, so a query would fail it."""
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_all_is_well(db: None) -> None:
    assert ready() == (200, [])


def test_a_database_that_is_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks the database finds it away; no name or address is told."""

    def away(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("connection to server at 10.0.0.1 failed")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        gate.forget()
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["faults"] == [
        "database",
        "triggers",
        "erasures",
        "outbox",
        "work",
    ]
    assert "10.0.0.1" not in response.content.decode()


def test_a_missing_trigger(db: None) -> None:
    triggers.drop(connection)
    assert ready() == (503, ["triggers"])


def test_mail_that_nobody_tries(waiting_mail: outbox.OutboxMessage) -> None:
    waiting_mail.due_at = now() - readiness.LAG + timedelta(minutes=1)
    waiting_mail.save()
    assert ready() == (200, [])
    waiting_mail.due_at = now() - readiness.LAG - timedelta(minutes=1)
    waiting_mail.save()
    assert ready() == (503, ["outbox"])
    waiting_mail.state, waiting_mail.settled_at = OutboxState.SENT, now()
    waiting_mail.save()
    assert ready() == (200, [])


def test_work_that_is_not_done(db: None) -> None:
    with time_machine.travel(now() + readiness.SILENCE - timedelta(seconds=5)):
        assert ready() == (200, [])
    with time_machine.travel(now() + readiness.SILENCE + timedelta(seconds=5)):
        assert ready() == (503, ["work"])
    cache.delete(LAST_BEAT)
    assert ready() == (503, ["work"])


def test_a_restored_backup_that_waits_for_its_erasures(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "is_closed", lambda: True)
    assert ready() == (503, ["erasures"])


def test_asking_often_costs_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    clock = [100.0]
    monkeypatch.setattr(readiness, "monotonic", lambda: clock[0])
    assert ready() == (200, [])
    triggers.drop(connection)
    with django_assert_num_queries(0):
        clock[0] += 4.9
        assert Client().get("/readyz").status_code == 200
    clock[0] += 0.1
    assert Client().get("/readyz").json()["faults"] == ["triggers"]


def test_production_replaces_a_connection_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each connection of the pool costs a page after the database started anew."""
    environment = {
        "MODE": "production",
        "SECRET_KEY": "x" * 50,
        "FIELD_KEYS": "x",
        "INDEX_KEYS": "x",
        "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DEBUG", raising=False)
    values = runpy.run_path(str(django_settings.BASE_DIR / "config" / "settings.py"))
    database = values["DATABASES"]["default"]
    assert "pool" in database["OPTIONS"]
    assert database["CONN_HEALTH_CHECKS"]
