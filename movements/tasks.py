"""What beat runs for this app."""

from celery import shared_task

from movements import services


@shared_task
def forget_birthdays() -> int:
    """Empty the day on which somebody turned 18, once it is there."""
    return services.forget_birthdays()


@shared_task
def end_lapsed() -> int:
    """Write the last day into mandates that nobody confirmed."""
    return services.end_lapsed()


@shared_task
def forget_requests() -> int:
    """Delete requests to join a team that were decided, or whose link is over, 30 days ago."""
    return services.forget_requests()
