"""The ladder: reminders into the outbox."""

from datetime import date

from django.db import transaction

from core import outbox
from core.calendar import today
from handovers.rules import step_due
from handovers.selectors.ladder import mandates_asked
from movements.models import Mandate
from programmes.models import Edition
from programmes.selectors import in_quiet_period

KIND = "team_ends"


def queue_reminders(*, on: date | None = None) -> int:
    """Queue the ladder's present step for everybody whose mandate is about to end.

    Gives the number of new mails. Running it again, or in two places at once, adds none: the outbox
    holds one mail per mandate and step. It reads dates only, so a missed run changes nothing.
    """
    day = on or today()
    edition = Edition.objects.current(day)
    due = step_due(day, quiet=in_quiet_period(edition, day))
    if due is None:
        return 0
    _step, step_day = due
    return sum(_queue(mandate, step_day) for mandate in mandates_asked(step_day, day))


@transaction.atomic
def _queue(mandate: Mandate, step_day: date) -> bool:
    row = outbox.enqueue(
        kind=KIND,
        object_id=mandate.pk,
        step=step_day.isoformat(),
        recipient=mandate.key,
        language=mandate.movement.language,
    )
    return row is not None
