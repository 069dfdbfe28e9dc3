"""What becomes known about mails after they were sent, and how long their rows are kept."""

from email.message import EmailMessage, Message
from typing import Any

from core.calendar import now
from core.messages import kinds
from core.outbox import OutboxMessage, OutboxState


def failures_in(mail: EmailMessage) -> dict[str, str]:
    """Of each of our mails that did not arrive its Message-ID and the code (RFC 3464).

    A report about something else (delayed, delivered, relayed) gives nothing.
    """
    if mail.get_content_type() != "multipart/report":
        return {}
    codes = [code for part in mail.walk() for code in _failed(part)]
    numbers = [number for part in mail.walk() for number in _sent(part, mail)]
    return dict.fromkeys(numbers, codes[0]) if codes else {}


def _failed(part: Message) -> list[str]:
    """The codes of recipients whom it did not reach; the parts of a status stand one by one."""
    if part.get_content_type() != "message/delivery-status":
        return []
    lines: Any = part.get_payload()
    reports: list[Message] = lines if isinstance(lines, list) else []
    failed = [line for line in reports if str(line.get("Action", "")).strip().lower() == "failed"]
    return [str(line.get("Status", "")).strip()[:20] or "5.0.0" for line in failed]


def _sent(part: Message, report: EmailMessage) -> list[str]:
    """The Message-ID of the mail that the report returns, whole or its headers only."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        headers: Any = part.get_payload(decode=True) or b""
        lines = headers.decode("ascii", "replace").splitlines()
        named = [line.partition(":")[2] for line in lines if line.lower().startswith("message-id:")]
        return [number.strip() for number in named]
    returned = part is not report and part.get("Message-ID")
    return [str(returned).strip()] if returned else []


def report_failure(*, message_id: str, code: str) -> OutboxMessage | None:
    """Note that a mail of ours did not arrive; None when it is none of ours.

    The number of a mail holds a part that only we and who received it can know.
    """
    number = message_id.partition("@")[0].rpartition(".")[2]
    row = OutboxMessage.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if row is None or row.message_id != message_id or row.state == OutboxState.NOT_DUE:
        return None
    row.state, row.error = OutboxState.REFUSED, f"DSN {code}"[:80]
    row.reported_at = row.reported_at or now()
    row.settled_at, row.payload, row.claimed_at = row.settled_at or now(), "", None
    row.save(update_fields=["state", "error", "reported_at", "settled_at", "payload", "claimed_at"])
    return row


def last_mail_failed(keys: set[str]) -> OutboxMessage | None:
    """The newest settled mail to somebody, by any of their keys, when it did not arrive."""
    settled = [OutboxState.SENT, OutboxState.REFUSED]
    mails = OutboxMessage.objects.filter(recipient__in=keys, state__in=settled)
    newest = mails.order_by("-settled_at", "-pk").first()
    return newest if newest and newest.state == OutboxState.REFUSED else None


def forget_settled() -> int:
    """Delete settled rows of the kinds that need not be kept; gives their number."""
    deleted = 0
    for kind, message in kinds().items():
        if message.keep is not None:
            old = OutboxMessage.objects.filter(kind=kind, settled_at__lt=now() - message.keep)
            deleted += old.delete()[0]
    return deleted
