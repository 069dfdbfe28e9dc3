"""What worker and beat run for this app: a call of one function each."""

from celery import shared_task

from core import jobs, outbox


@shared_task
def deliver_outbox() -> int:
    """Send everything that is due now."""
    sent = 0
    while ids := outbox.claim():
        for row_id in ids:
            outbox.deliver(row_id)
        sent += len(ids)
    return sent


@shared_task
def clean_up_jobs() -> int:
    """Delete uploaded files that nobody confirmed within a day."""
    return jobs.delete_stale()
