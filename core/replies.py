"""Answers by mail: an address that is good for one person and one thing, and what comes to it.

The part behind the plus is encrypted and signed (AES-SIV), in letters whose capitals do not count.
"""

from base64 import b32decode, b32encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

NUMBER = 5  # bytes of a number
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1


@dataclass(frozen=True)
class Incoming:
    """A mail that came in: from whom, to whom, what it says without what it quotes."""

    mail_id: str
    sender: str
    addresses: tuple[str, ...]
    text: str
    has_attachments: bool
    is_automatic: bool


# (number of the thing, number of the user, the mail) → whether it found its place
Handler = Callable[[int, int, Incoming], bool]
_handlers: dict[int, Handler] = {}


def answers_about(topic: int) -> Callable[[Handler], Handler]:
    """Decorator: mails to addresses of this topic (a number that never changes) go there."""

    def add(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return add


def _cipher() -> AESSIV:
    return AESSIV(sha256(f"{settings.SECRET_KEY}:replies".encode()).digest())


def address_for(*, topic: int, about: int, user: int) -> str:
    """Where somebody with an account answers about something; empty when no mailbox is read."""
    if not settings.IMAP_URL:
        return ""
    plain = bytes([topic]) + about.to_bytes(NUMBER) + user.to_bytes(NUMBER)
    token = b32encode(_cipher().encrypt(plain, None)).decode().rstrip("=").lower()
    name, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    local = f"{name}+{token}"
    return f"{local}@{domain}" if len(local) <= LONGEST_LOCAL_PART else ""


def read_address(address: str) -> tuple[int, int, int] | None:
    """(topic, about, user) of an address; None for one that is not ours."""
    token = address.rpartition("@")[0].partition("+")[2].upper()
    try:
        sealed = b32decode(token + "=" * (-len(token) % 8))
        plain = _cipher().decrypt(sealed, None)
    except (ValueError, InvalidTag):
        return None
    about, user = plain[1 : 1 + NUMBER], plain[1 + NUMBER :]
    return plain[0], int.from_bytes(about), int.from_bytes(user)


def hand_on(mail: Incoming) -> bool:
    """Give a mail to whoever handles what its address is about; whether it found its place."""
    for address in mail.addresses:
        meant = read_address(address)
        if meant and (handler := _handlers.get(meant[0])):
            return handler(meant[1], meant[2], mail)
    return False
