"""Signing in without the journey: with the second factor shown, or without it."""

import time
from typing import Any

from django.test import Client

_sign_in = Client.force_login


def force_login(client: Client, user: Any, backend: str | None = None) -> None:
    """Django's own, with what the session of somebody who just showed a second factor holds.

    It says nothing about who needs none.
    """
    _sign_in(client, user, backend)
    prove(client, user)


def prove(client: Client, user: Any, minutes_ago: float = 0) -> None:
    """Let the client's session hold a second factor shown so many minutes ago, and no other."""
    session = client.session
    record = {"method": "mfa", "type": "totp", "id": 0, "at": time.time() - minutes_ago * 60}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def login_without_proof(client: Client, user: Any) -> None:
    """Only signed in: as after the code by mail."""
    _sign_in(client, user)
