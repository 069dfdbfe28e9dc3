"""The mailbox in which answers and reports of mail servers arrive (IMAP), read by a task.

Each mail is taken in once: its row is written in the transaction of what it leads to, and the mail
is marked as seen after that. Nobody is answered, and what finds no place is counted, not kept.
"""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils.translation import gettext_lazy as _

from core import replies
from core.calendar import now
from core.closing import gate
from core.errors import Refused
from core.incoming import parse
from core.mail_reports import failures_in, report_failure

logger = logging.getLogger(__name__)

SECONDS = 20  # for each answer of the server
LARGEST = 1024 * 1024  # bytes that are read of a mail: its words come before its attachments
AT_ONCE = 200
KEEP = timedelta(days=365)
Box = imaplib.IMAP4


class Outcome(models.TextChoices):
    """What became of a mail that came in."""

    SAID = "said", _("found its place")
    REPORTED = "reported", _("says that a mail did not arrive")
    AUTOMATIC = "automatic", _("sent by a program")
    NO_PLACE = "no_place", _("found no place")
    UNREADABLE = "unreadable", _("could not be read")


LOST = (Outcome.NO_PLACE, Outcome.UNREADABLE)


class ReceivedMail(models.Model):
    """A mail that came in, so that it is taken in once; nothing of what it says."""

    digest = models.CharField(_("digest of its number"), max_length=64, unique=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome.choices)
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("mail that came in")
        verbose_name_plural = _("mails that came in")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values), name="received_mail_outcome_known"
            )
        ]
        indexes = [models.Index(fields=["at"], name="received_mail_at")]

    def __str__(self) -> str:
        return str(self.pk)


def lost_mails(days: int) -> models.QuerySet[ReceivedMail]:
    """What came in of late and found no place, oldest first."""
    since = now() - timedelta(days=days)
    return ReceivedMail.objects.filter(outcome__in=LOST, at__gte=since).order_by("at", "id")


def forget_received() -> int:
    """Delete old rows; gives their number. A mailbox that is not emptied shows them as seen."""
    return ReceivedMail.objects.filter(at__lt=now() - KEEP).delete()[0]


# One mail -----------------------------------------------------------------------------------------


def take_in(raw: bytes) -> str:
    """What became of a mail, now or when it was taken in before.

    Raises OperationalError and InterfaceError when the database is away: it is tried again. Any
    other mistake stays with this one mail.
    """
    try:
        with transaction.atomic():
            return _place(raw)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a mail can be broken in ways that no reader thought of
        logger.error("a mail could not be read: %s", type(error).__name__)
        digest = sha256(raw).hexdigest()
        ReceivedMail.objects.get_or_create(digest=digest, defaults={"outcome": Outcome.UNREADABLE})
        return Outcome.UNREADABLE


def _place(raw: bytes) -> str:
    mail, read = parse(raw)
    row, is_new = ReceivedMail.objects.get_or_create(
        digest=sha256(read.mail_id.encode(errors="replace")).hexdigest(),
        defaults={"outcome": Outcome.NO_PLACE},
    )
    if is_new:
        failures = failures_in(mail)
        ours = [report_failure(message_id=number, code=code) for number, code in failures.items()]
        if any(ours):
            row.outcome = Outcome.REPORTED
        elif read.is_automatic or failures or read.sender == settings.REPLY_ADDRESS.lower():
            row.outcome = Outcome.AUTOMATIC
        elif _finds_place(read):
            row.outcome = Outcome.SAID
        row.save(update_fields=["outcome"])
    return row.outcome


def _finds_place(read: replies.Incoming) -> bool:
    try:
        with transaction.atomic():
            return replies.hand_on(read)
    except Refused:
        return False


# The mailbox --------------------------------------------------------------------------------------


def fetch() -> int:
    """Take in what nobody read yet, oldest first; how many mails. A mailbox that is away: none.

    Killed at any point it loses nothing: what is not marked as seen is looked at again.
    """
    if not settings.IMAP_URL or gate.is_closed():
        return 0
    taken = 0
    try:
        with _opened() as box:
            for uid in _answer(box.uid("SEARCH", "UNSEEN"))[0].split()[:AT_ONCE]:
                take_in(_beginning(box, uid.decode()))
                box.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
                taken += 1
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("no mailbox: %s", type(error).__name__)
    return taken


@contextmanager
def _opened() -> Iterator[Box]:
    """Signed in at the mailbox of IMAP_URL; plain imap is for a server on the same machine."""
    url = urlsplit(settings.IMAP_URL)
    host, folder = url.hostname or "", unquote(url.path.strip("/")) or "INBOX"
    box: Box
    if url.scheme == "imaps":
        tls = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=tls, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(host, url.port or 143, timeout=SECONDS)
    with ExitStack() as stack:
        stack.callback(_close, box)
        box.login(unquote(url.username or ""), unquote(url.password or ""))
        _answer(box.select(f'"{folder}"'))
        yield box


def _close(box: Box) -> None:
    """Politely if the server is there; the socket in any case."""
    with suppress(OSError, imaplib.IMAP4.error):
        box.logout()
    with suppress(OSError):
        box.shutdown()


def _answer(reply: tuple[str, Any]) -> Any:
    if reply[0] != "OK":
        raise imaplib.IMAP4.error(reply[0])
    return reply[1]


def _beginning(box: Box, uid: str) -> bytes:
    """The first bytes of a mail, without marking it as seen."""
    parts = _answer(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"))
    found: list[bytes] = [part[1] for part in parts if isinstance(part, tuple)]
    return found[0] if found else b""
