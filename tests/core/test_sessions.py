"""Sessions: what stands in the table is of no use to who reads it."""

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.models import OutboxMessage
from core.sessions import SessionStore, row_of
from tests.accounts.people import someone

pytestmark = pytest.mark.django_db


def dump() -> str:
    """The whole table, as in a backup."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM django_session")
        return str(cursor.fetchall())


def test_neither_code_nor_key_can_be_read_in_the_table(client: Client) -> None:
    someone(email="ann@example.test")
    client.post("/sign-in/", {"email": "ann@example.test"})
    code = json.loads(OutboxMessage.objects.get().payload)["code"]
    assert code in json.dumps(dict(client.session.items()))
    found = dump()
    assert code not in found
    assert "ann@example" not in found
    assert str(client.session.session_key) not in found


def test_kept_found_and_deleted_by_the_key_of_the_cookie() -> None:
    store = SessionStore()
    store["word"] = "aap"
    store.save()
    key = str(store.session_key)
    assert SessionStore(key)["word"] == "aap"
    assert store.exists(key)
    assert not store.exists("x" * 32)
    assert Session.objects.get().pk == row_of(key)
    again = SessionStore(key)
    again["word"] = "noot"
    again.save()
    assert SessionStore(key)["word"] == "noot"
    again.cycle_key()
    assert "word" not in SessionStore(key)
    assert SessionStore(again.session_key)["word"] == "noot"
    again.delete()
    SessionStore().delete()
    assert not Session.objects.exists()


def test_another_one_is_deleted_by_its_key() -> None:
    store = SessionStore()
    store["word"] = "aap"
    store.save()
    SessionStore().delete(store.session_key)
    assert not Session.objects.exists()


def test_the_fingerprint_in_the_table_is_no_key() -> None:
    store = SessionStore()
    store["word"] = "aap"
    store.save()
    thief = SessionStore(Session.objects.get().pk)
    assert "word" not in thief
    assert thief.session_key is None


def test_after_the_key_is_gone_one_is_signed_out(client: Client, settings: Any) -> None:
    user = someone()
    client.force_login(user)
    assert client.get("/start/").status_code == 200
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert client.get("/start/").status_code == 302


@pytest.mark.parametrize("data", ["", "x", b"gAAAA", "é"])
def test_what_is_no_token_is_an_empty_session(data: str | bytes) -> None:
    assert SessionStore().decode(data) == {}


def test_an_expired_row_is_none() -> None:
    store = SessionStore()
    store["word"] = "aap"
    store.save()
    Session.objects.update(expire_date=timezone.now())
    assert "word" not in SessionStore(store.session_key)
