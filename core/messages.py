"""Kinds of mail: what each knows, and how a row of the outbox becomes a mail."""

import json
import logging
import smtplib
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import preferences
from core.retention import Words

logger = logging.getLogger(__name__)


class OutboxState(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    NOT_DUE = "not_due", _("no longer due")
    REFUSED = "refused", _("refused by the mail server")


class Row(Protocol):
    """What a mail is made of: a row of the outbox, seen from below it."""

    pk: int
    kind: str
    object_id: int
    step: str
    recipient: str
    language: str
    payload: str
    created_at: datetime

    @property
    def message_id(self) -> str:
        """The same for every try of the row."""


class NotWanted(Exception):
    """The person who would get this mail opted out of its group."""


class NotYet(Exception):
    """A mail is still true and waits all the same, until a moment (a quiet period)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Message:
    """What a kind of mail knows; apps subclass it in their `emails.py` and register it."""

    kind: ClassVar[str]
    called: ClassVar[Words] = ""  # what lists call it; its kind when it says nothing
    # how long a row is kept once settled; None: as long as it holds back a second mail, so always
    keep: ClassVar[timedelta | None] = None
    # which mails somebody can do without; empty for what is necessary (core.preferences)
    group: ClassVar[str] = ""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.object_id = row.object_id
        self.step = row.step
        self.recipient = row.recipient
        self.language = row.language
        self.payload: dict[str, Any] = json.loads(row.payload or "{}")

    def still_due(self) -> bool:
        """Whether this mail should still go out, by the facts of now. May raise NotYet."""
        raise NotImplementedError

    def address(self) -> str:
        """The address to send to, as it is now; empty when there is none any more."""
        raise NotImplementedError

    def reply_to(self) -> str:
        """Where answers go; empty for the address it is sent from."""
        return ""

    def thread(self) -> str:
        """What this mail belongs to, as a Message-ID that is the same in each of them, or empty."""
        return ""

    def subject(self) -> str:
        """The subject line, in the active language."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the two templates `emails/<kind>.txt` and `.html` show."""
        raise NotImplementedError


_kinds: dict[str, type[Message]] = {}


def register(kind: str) -> Callable[[type[Message]], type[Message]]:
    """Class decorator: messages of this kind are made by this class."""

    def add(message: type[Message]) -> type[Message]:
        message.kind = kind
        _kinds[kind] = message
        return message

    return add


def kinds() -> dict[str, type[Message]]:
    """The registered message classes by kind."""
    return dict(_kinds)


def kind_label(kind: str) -> Words:
    """What lists call a kind of mail; one that is not made any more as it was written."""
    return _kinds[kind].called or kind if kind in _kinds else kind


_letterhead: list[Callable[[], dict[str, Any]]] = []


def letterhead(source: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Decorator: what `source` gives stands in the context of every mail."""
    _letterhead.append(source)
    return source


def compose(row: Row) -> EmailMultiAlternatives | None:
    """The mail that a row stands for, from the facts of now; None when it is not due any more.

    Raises NotWanted when whoever would get it opted out of its group.
    """
    message = _kinds[row.kind](row)
    if not message.still_due():
        return None
    if message.group and not preferences.wants(row.recipient, message.group):
        raise NotWanted
    with override(message.language):
        context = {
            **{name: value for source in _letterhead for name, value in source().items()},
            **message.context(),
            "public_url": settings.PUBLIC_URL,
            "language": message.language,
            "fewer_url": preferences.link_for(row.recipient, message.group)
            if message.group
            else "",
            "subject": " ".join(message.subject().split()),
        }
        text = render_to_string(f"emails/{message.kind}.txt", context)
        html = render_to_string(f"emails/{message.kind}.html", context)
    mail = EmailMultiAlternatives(
        context["subject"], text, to=[message.address()], headers=_headers(row, message)
    )
    mail.reply_to = [message.reply_to()] if message.reply_to() else []
    mail.attach_alternative(html, "text/html")
    return mail


def _headers(row: Row, message: Message) -> dict[str, str]:
    thread, group = message.thread(), message.group
    return {
        **({"In-Reply-To": thread, "References": thread} if thread else {}),
        **(preferences.headers_for(row.recipient, group) if group else {}),
        "Message-ID": row.message_id,
        "Content-Language": row.language,
        # no "I am on holiday" in return, from any mail server
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def reply_code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    """What the server said about this recipient or this mail: 4xx means later, 5xx never."""
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code
    return min(code for code, _words in error.recipients.values())


def log_mistake(row: Row, error: Exception) -> None:
    """Log where it went wrong; not the error's own words, which may hold names."""
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("mail %s (%s): %s\n%s", row.pk, row.kind, type(error).__name__, places)
