"""Reads the mails that the file backend wrote; development only."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
CODE = re.compile(r"^([A-Z0-9]{3}-?[A-Z0-9]{3})\b")


@dataclass(frozen=True)
class StoredMail:
    """One mail in the folder."""

    name: str
    to: str
    subject: str
    sent: datetime
    text: str


def newest(limit: int = SHOWN) -> list[StoredMail]:
    """The last mails, newest first; none when mail goes to a server."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:limit]]


def find(name: str) -> StoredMail | None:
    """The mail with this file name, if it is among the newest."""
    return next((mail for mail in newest() if mail.name == name), None)


def newest_code(address: str) -> str:
    """The last sign-in code mailed to an address; empty when there is none."""
    for mail in newest():
        match = CODE.match(mail.subject)
        if mail.to == address and match:
            return match[1]
    return ""


def _read(file: Path) -> StoredMail:
    # the file backend ends each message with a line of dashes
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    return StoredMail(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=datetime.fromtimestamp(file.stat().st_mtime).astimezone(),
        text=body.get_content() if body else "",
    )
