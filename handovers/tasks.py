"""What beat runs for this app."""

from celery import shared_task

from handovers import services


@shared_task
def queue_reminders() -> int:
    """Queue today's reminders."""
    return services.queue_reminders()
