"""What worker and beat run for this app: a call of one function each."""

from celery import shared_task
from django.core.cache import cache
from django.core.management import call_command

from core import jobs, mail_reports, mailbox, outbox
from core.calendar import now

LAST_BEAT = "core:last-beat"


@shared_task
def deliver_outbox() -> int:
    """Send everything that is due now."""
    return outbox.deliver_due()


@shared_task
def fetch_mail() -> int:
    """Take in the answers and reports that wait in the mailbox."""
    return mailbox.fetch()


@shared_task
def clean_up_jobs() -> int:
    """Delete uploads that nobody confirmed within a day, mails not worth keeping, old sessions."""
    call_command("clearsessions")
    return jobs.delete_stale() + mail_reports.forget_settled() + mailbox.forget_received()


@shared_task
def note_beat() -> None:
    """Leave the moment at which beat, broker and worker did something together, for /readyz."""
    cache.set(LAST_BEAT, now(), timeout=None)
