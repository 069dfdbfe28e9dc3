"""What beat runs for this app."""

from celery import shared_task

from desk import services


@shared_task
def queue_digests() -> int:
    """Queue the mail of this week for whoever has none yet."""
    return services.queue_digests()
