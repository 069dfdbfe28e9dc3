"""What beat runs for this app."""

from celery import shared_task

from privacy.services import retention


@shared_task
def list_what_is_due() -> int:
    """Every night: list what is due, and tell about lists that wait too long."""
    retention.escalate()
    return retention.list_everything_due()


@shared_task
def forget_what_was_approved() -> int:
    """Carry out approved lists, from where the last call stopped."""
    return retention.carry_out_approved()
