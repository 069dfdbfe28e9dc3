"""Sessions in the database, encrypted: a copy of the table opens no door and tells nothing.

Django signs what a session holds, so anybody could read there the code that waits to be typed, and
the key that stands in the cookie. Here the contents are encrypted, and a row is named after a
fingerprint of the key.
"""

import json
from hashlib import sha256
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from core.encryption import decrypt, encrypt


def row_of(session_key: str | None) -> str:
    """The name of the row (40 hex digits) of the session with this key."""
    return sha256((session_key or "").encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's table with other contents. Sync only, as everything here is."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """What the table holds of a session."""
        return encrypt(json.dumps(session_dict, separators=(",", ":")).encode()).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """The session; an empty one, so signed out, when it was written with a key that is gone."""
        data = session_data.encode() if isinstance(session_data, str) else session_data
        try:
            decoded: dict[str, Any] = json.loads(decrypt(data))
        except (InvalidToken, ValueError):
            return {}
        return decoded

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        rows = self.model.objects.filter(expire_date__gt=timezone.now())
        found: AbstractBaseSession | None = rows.filter(pk=row_of(self.session_key)).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return bool(super().exists(row_of(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to write."""
        row: AbstractBaseSession = super().create_model_instance(data)
        row.session_key = row_of(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row of this session, or of the one with another key."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(row_of(key))
