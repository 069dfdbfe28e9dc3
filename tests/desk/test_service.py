"""What whoever runs the product asks."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import DatabaseError, connection
from django.test import Client

from core import outbox, triggers
from core.calendar import now
from core.outbox import OutboxState
from desk import readiness


def ready() -> tuple[int, list[str]]:
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
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["faults"] == ["database", "triggers", "outbox"]
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


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "nonsense://x"])
def test_a_broker_that_is_away(db: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    connect = current_app.connection_for_write

    def elsewhere(*args: Any, **kwargs: Any) -> Any:
        return connect(address, **kwargs)

    monkeypatch.setattr(current_app, "connection_for_write", elsewhere)
    assert ready() == (503, ["broker"])
