"""What beat runs for this app."""

from celery import shared_task

from recruitment import services


@shared_task
def look_after_files() -> int:
    """Say which files need a new owner, and give those that were left behind to a coordinator."""
    return services.queue_leaving_mails() + services.hand_over_left_files()
