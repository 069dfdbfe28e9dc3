"""What beat runs for this app."""

from celery import shared_task

from handovers import services


@shared_task
def queue_reminders() -> int:
    """Queue today's reminders."""
    return services.queue_reminders()


@shared_task
def open_handovers() -> int:
    """Open a handover for each movement whose team changed."""
    return services.open_handovers()
