"""Mail as rows: written in the transaction of the fact that causes it, sent by a worker.

`enqueue` is idempotent on (kind, object, step, recipient). Before sending, the message class reads
everything anew and says whether it is still due. A row is claimed by compare-and-set, and its
Message-ID derives from the row: the one window SMTP leaves open (accepted, reply lost) repeats it.
"""

import json
import logging
import smtplib
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from core.calendar import now
from core.closing import gate
from core.encryption import EncryptedTextField
from core.messages import (
    Message,
    NotWanted,
    NotYet,
    OutboxState,
    compose,
    kinds,
    log_mistake,
    register,
    reply_code,
)

__all__ = [
    "Message",
    "OutboxMessage",
    "OutboxState",
    "claim",
    "deliver",
    "deliver_due",
    "enqueue",
    "kinds",
    "register",
]

logger = logging.getLogger(__name__)

CLAIM_STALE_AFTER = timedelta(minutes=5)
RETRY_AFTER_MINUTES = (1, 5, 15, 60, 240)
OPTED_OUT = "opted out"  # why a mail was not due
URGENT_TASK = "core.tasks.deliver_outbox"
# a page asks once and briefly; workers, which share the other settings, are patient
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 1, "interval_start": 0}


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
    # when a mail server said, after it was sent, that it did not arrive (RFC 3464)
    reported_at = models.DateTimeField(_("reported as not arrived"), null=True, blank=True)
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
    text = json.dumps(payload) if payload else ""
    row, created = OutboxMessage.objects.get_or_create(
        kind=kind,
        object_id=object_id,
        step=step,
        recipient=recipient,
        defaults={"language": language, "payload": text, "due_at": due_at or now()},
    )
    if created and urgent:
        transaction.on_commit(wake_worker, robust=True)
    return row if created else None


def wake_worker() -> None:
    """Ask a worker to look at the outbox now; with the broker away, the next tick does it."""
    try:
        with current_app.connection_for_write(transport_options=PATIENCE) as broker:
            current_app.send_task(URGENT_TASK, connection=broker, retry=False)
    except Exception as error:  # any broker fault: the mail waits for the next tick
        logger.warning("no broker to wake a worker: %s", type(error).__name__)


def claim(limit: int = 50) -> list[OutboxMessage]:
    """Take up to `limit` due messages for this worker, oldest first, for `deliver`.

    The number of attempts tells one claim of a row from the next, so whoever comes back after the
    claim has gone stale does not match any more.
    """
    stale = now() - CLAIM_STALE_AFTER
    open_rows = models.Q(state=OutboxState.WAITING) | models.Q(
        state=OutboxState.CLAIMED, claimed_at__lt=stale
    )
    due = OutboxMessage.objects.filter(open_rows, due_at__lte=now()).order_by("due_at", "id")
    skip_locked = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=skip_locked)[:limit])
        return [row for row in rows if _take(row)]


def _take(row: OutboxMessage) -> bool:
    """Compare and set: one taker per attempt, also where rows cannot be locked."""
    seen = OutboxMessage.objects.filter(id=row.id, attempts=row.attempts)
    row.attempts += 1
    return bool(seen.update(state=OutboxState.CLAIMED, claimed_at=now(), attempts=row.attempts))


def deliver_due() -> int:
    """Send everything that is due now, unless the site is closed; gives how many rows that was.

    One claim at a time: a worker that dies leaves one mail waiting for its claim to go stale.
    """
    looked_at = 0
    while not gate.is_closed() and (rows := claim(limit=1)):
        deliver(rows[0])
        looked_at += 1
    return looked_at


def deliver(row: OutboxMessage) -> OutboxState | None:
    """Send a message claimed by this worker, or settle it when it is no longer due.

    Gives its new state; None when the claim went stale and somebody else has it. A mistake in one
    kind of mail is logged and tried again later, and holds up no other. No transaction is open
    while the mail server is talked to.
    """
    if not _claimed(row).update(claimed_at=now()):
        return None
    try:
        mail = compose(row)
    except (ObjectDoesNotExist, NotWanted) as error:
        why = OPTED_OUT if isinstance(error, NotWanted) else type(error).__name__
        return _settle(row, OutboxState.NOT_DUE, error=why)
    except Exception as error:
        if not isinstance(error, NotYet):
            log_mistake(row, error)
        return _postpone(row, error)
    if mail is None:
        return _settle(row, OutboxState.NOT_DUE)
    if not mail.recipients():
        return _settle(row, OutboxState.REFUSED, error="no address")
    return _send(row, mail)


def _send(row: OutboxMessage, mail: EmailMessage) -> OutboxState:
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = reply_code(error)
        if code >= 500:
            return _settle(row, OutboxState.REFUSED, error=f"SMTP {code}")
        return _postpone(row, error)
    except (OSError, smtplib.SMTPException) as error:
        return _postpone(row, error)
    except Exception as error:  # an address that cannot be written, a header that must not be
        log_mistake(row, error)
        return _postpone(row, error)
    return _settle(row, OutboxState.SENT)


def _claimed(row: OutboxMessage) -> models.QuerySet[OutboxMessage]:
    """The row, as long as it is claimed by whoever took it this time."""
    return OutboxMessage.objects.filter(id=row.id, state=OutboxState.CLAIMED, attempts=row.attempts)


def _settle(row: OutboxMessage, state: OutboxState, error: str = "") -> OutboxState:
    _claimed(row).update(state=state, settled_at=now(), payload="", error=error[:80])
    return state


def _postpone(row: OutboxMessage, error: Exception) -> OutboxState:
    minutes = RETRY_AFTER_MINUTES[min(row.attempts, len(RETRY_AFTER_MINUTES)) - 1]
    later = error.until if isinstance(error, NotYet) else now() + timedelta(minutes=minutes)
    _claimed(row).update(
        state=OutboxState.WAITING,
        claimed_at=None,
        due_at=later,
        error=type(error).__name__[:80],
    )
    return OutboxState.WAITING
