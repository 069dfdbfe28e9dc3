"""Signing in without the journey, with or without a second factor; and what an app would show."""

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.utils import decrypt
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
    _record(client, user, {"method": "mfa", "type": "totp", "id": 0}, minutes_ago)


def login_without_proof(client: Client, user: Any) -> None:
    """Only signed in: as after the code by mail."""
    _sign_in(client, user)
    _record(client, user, {"method": "code"}, 0)


def _record(client: Client, user: Any, record: dict[str, Any], minutes_ago: float) -> None:
    session = client.session
    moment = {**record, "at": time.time() - minutes_ago * 60}
    session["account_authentication_methods"] = [moment]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


# An app on a phone -----------------------------------------------------------------------------


def code_for(secret: str, periods: int = 0) -> str:
    """What an app shows, or will show so many half minutes from now."""
    counter = int(time.time()) // app_settings.TOTP_PERIOD + periods
    return format_hotp_value(hotp_value(secret.replace(" ", ""), counter))


def give_app(user: Any) -> str:
    """Give somebody an app and recovery codes; the secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_code(user: Any, periods: int = 0) -> str:
    """What the app of a user shows."""
    app = Authenticator.objects.get(user_id=user.pk, type=Authenticator.Type.TOTP)
    return code_for(decrypt(app.data["secret"]), periods)
