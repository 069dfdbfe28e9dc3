"""Encryption of what is written about families, and the index that finds it again.

The keys are their own settings, apart from SECRET_KEY: FIELD_KEYS (the first encrypts, all decrypt)
and INDEX_KEYS (the first writes, a search uses all); `core.rotation` brings everything under the
first ones. A column of this kind carries no constraint, no ordering and no look-up: uniqueness and
search work on blind-index tokens beside it.
"""

import hmac
import unicodedata
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


def cipher() -> MultiFernet:
    """The cipher of the present keys."""
    return _cipher(tuple(settings.FIELD_KEYS))


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(data: bytes) -> bytes:
    """Encrypt with the first key."""
    return cipher().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Decrypt with whichever key fits. Raises cryptography's InvalidToken when none does."""
    return cipher().decrypt(token)


def fold(text: str) -> str:
    """Lower case, without accents and outer or double blanks: what counts as the same name."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())


def blind_index(text: str) -> str:
    """A keyed fingerprint (32 hex digits) of a folded name, as it is written; empty for no name."""
    return (blind_indexes(text) or [""])[0]


def blind_indexes(text: str) -> list[str]:
    """The fingerprints of a folded name under each key, the first key first; none for no name."""
    folded = fold(text).encode()
    return [_fingerprint(key, folded) for key in settings.INDEX_KEYS] if folded else []


def _fingerprint(key: str, folded: bytes) -> str:
    return hmac.new(key.encode(), folded, sha256).hexdigest()[:32]


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees as a Fernet token."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(str(value).encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value.encode()).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("An encrypted field cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)
