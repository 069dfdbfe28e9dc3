"""What worker and beat run for this app."""

from celery import shared_task

from labels.certificates.kept import forget_old_papers
from labels.services import batches


@shared_task
def work_on_batch(batch_id: int) -> int:
    """Make the next certificates of a batch."""
    return batches.work_on(batch_id=batch_id)


@shared_task
def pick_up_batches() -> int:
    """Call a worker for each batch that nobody is working on."""
    return batches.pick_up_batches()


@shared_task
def forget_papers() -> int:
    """By night: delete batches of more than a week ago, and papers made long ago."""
    return batches.forget_batches() + forget_old_papers()
