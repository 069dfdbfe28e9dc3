"""Mail as rows: written in the transaction of the fact that causes it, sent by a worker.

`enqueue` is idempotent on (kind, object, step, recipient). Before sending, the message class reads
everything anew and is asked whether it is still due, so a fact that changed meanwhile wins. A row
is claimed by compare-and-set, and its Message-ID derives from the row: the one window SMTP leaves
open (accepted, reply lost) repeats the same Message-ID.
"""

import json
import logging
import smtplib
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, models, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.calendar import now
from core.encryption import EncryptedTextField

logger = logging.getLogger(__name__)

CLAIM_STALE_AFTER = timedelta(minutes=5)
RETRY_AFTER_MINUTES = (1, 5, 15, 60, 240)
URGENT_TASK = "core.tasks.deliver_outbox"


class OutboxState(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    NOT_DUE = "not_due", _("no longer due")
    REFUSED = "refused", _("refused by the mail server")


class OutboxMessage(models.Model):
    """One mail to one person about one thing, at most once."""

    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.BigIntegerField(_("record number"))
    step = models.CharField(_("step"), max_length=40, blank=True)
    recipient = models.CharField(_("recipient"), max_length=40)
    language = models.CharField(_("language"), max_length=2)
    payload = EncryptedTextField(_("payload"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OutboxState.choices, default=OutboxState.WAITING
    )
    due_at = models.DateTimeField(_("due"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "step", "recipient"], name="outbox_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OutboxState.values), name="outbox_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=False)
                ^ models.Q(state__in=[OutboxState.WAITING, OutboxState.CLAIMED]),
                name="outbox_settled_when_final",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_open",
                condition=models.Q(state__in=["waiting", "claimed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def message_id(self) -> str:
        """The same for every try of this row."""
        digest = sha256(f"{settings.SECRET_KEY}:outbox:{self.pk}".encode()).hexdigest()[:24]
        return f"<{digest}.{self.pk}@{settings.MAIL_DOMAIN}>"


class Message:
    """What a kind of mail knows; apps subclass it in their `emails.py` and register it."""

    kind: ClassVar[str]

    def __init__(self, row: OutboxMessage) -> None:
        self.row = row
        self.object_id = row.object_id
        self.step = row.step
        self.recipient = row.recipient
        self.language = row.language
        self.payload: dict[str, Any] = json.loads(row.payload or "{}")

    def still_due(self) -> bool:
        """Whether this mail should still go out, by the facts of now."""
        raise NotImplementedError

    def address(self) -> str:
        """The address to send to, as it is now."""
        raise NotImplementedError

    def subject(self) -> str:
        """The subject line, in the active language."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the two templates `emails/<kind>.txt` and `.html` show."""
        raise NotImplementedError


_kinds: dict[str, type[Message]] = {}


def register(kind: str) -> Any:
    """Class decorator: messages of this kind are made by this class."""

    def add(message: type[Message]) -> type[Message]:
        message.kind = kind
        _kinds[kind] = message
        return message

    return add


def kinds() -> dict[str, type[Message]]:
    """The registered message classes by kind."""
    return dict(_kinds)


def enqueue(
    *,
    kind: str,
    object_id: int,
    recipient: str,
    language: str,
    step: str = "",
    payload: dict[str, Any] | None = None,
    due_at: datetime | None = None,
    urgent: bool = False,
) -> OutboxMessage | None:
    """Write one mail into the outbox; None when this very mail is in it already.

    `recipient` is an opaque key such as "user:7"; `payload` is encrypted and wiped after sending.
    An urgent mail wakes a worker when the transaction commits.
    """
    row, created = OutboxMessage.objects.get_or_create(
        kind=kind,
        object_id=object_id,
        step=step,
        recipient=recipient,
        defaults={
            "language": language,
            "payload": json.dumps(payload) if payload else "",
            "due_at": due_at or now(),
        },
    )
    if created and urgent:
        transaction.on_commit(wake_worker, robust=True)
    return row if created else None


def wake_worker() -> None:
    """Ask a worker to look at the outbox now; with the broker away, the next tick does it."""
    try:
        current_app.send_task(URGENT_TASK, retry=False)
    except Exception as error:  # any broker fault: the mail waits for the next tick
        logger.warning("no broker to wake a worker: %s", type(error).__name__)


def claim(limit: int = 50) -> list[int]:
    """Take up to `limit` due messages for this worker and give their ids, oldest first."""
    stale = now() - CLAIM_STALE_AFTER
    open_rows = models.Q(state=OutboxState.WAITING) | models.Q(
        state=OutboxState.CLAIMED, claimed_at__lt=stale
    )
    due = OutboxMessage.objects.filter(open_rows, due_at__lte=now()).order_by("due_at", "id")
    skip_locked = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        ids = list(
            due.select_for_update(skip_locked=skip_locked).values_list("id", flat=True)[:limit]
        )
        OutboxMessage.objects.filter(id__in=ids).update(
            state=OutboxState.CLAIMED, claimed_at=now(), attempts=models.F("attempts") + 1
        )
    return ids


def deliver(row_id: int) -> OutboxState:
    """Send one claimed message, or settle it when it is no longer due. Gives its new state."""
    row = OutboxMessage.objects.get(id=row_id)
    message = _kinds[row.kind](row)
    if not message.still_due():
        return _settle(row, OutboxState.NOT_DUE)
    try:
        _send(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if min(codes) >= 500:
            return _settle(row, OutboxState.REFUSED, error=f"SMTP {min(codes)}")
        return _postpone(row, error)
    except (OSError, smtplib.SMTPException) as error:
        return _postpone(row, error)
    return _settle(row, OutboxState.SENT)


def _send(message: Message) -> None:
    with override(message.language):
        context = {
            **message.context(),
            "public_url": settings.PUBLIC_URL,
            "language": message.language,
        }
        subject = " ".join(message.subject().split())
        text = render_to_string(f"emails/{message.kind}.txt", {**context, "subject": subject})
        html = render_to_string(f"emails/{message.kind}.html", {**context, "subject": subject})
    headers = {"Message-ID": message.row.message_id, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject, text, to=[message.address()], headers=headers)
    mail.attach_alternative(html, "text/html")
    mail.send()


def _settle(row: OutboxMessage, state: OutboxState, error: str = "") -> OutboxState:
    OutboxMessage.objects.filter(id=row.id, state=OutboxState.CLAIMED).update(
        state=state, settled_at=now(), payload="", error=error
    )
    return state


def _postpone(row: OutboxMessage, error: Exception) -> OutboxState:
    minutes = RETRY_AFTER_MINUTES[min(row.attempts, len(RETRY_AFTER_MINUTES)) - 1]
    OutboxMessage.objects.filter(id=row.id, state=OutboxState.CLAIMED).update(
        state=OutboxState.WAITING,
        claimed_at=None,
        due_at=now() + timedelta(minutes=minutes),
        error=type(error).__name__,
    )
    return OutboxState.WAITING
