"""The secret in a link; the database keeps its digest only."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """A fresh secret of 256 bits, as text for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database keeps of a secret: enough to recognise it, not to make it."""
    return sha256(token.encode()).hexdigest()
