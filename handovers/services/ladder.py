"""The ladder: what is decided about reminders today, as rows, and the mails of it."""

from django.db import transaction

from core.calendar import now
from core.outbox import OutboxMessage
from handovers.emails import kind_of
from handovers.enums import Outcome
from handovers.models import Reminder
from handovers.rules import Facts, plan
from handovers.selectors.ladder import facts_of, movements_to_look_at
from movements.models import Movement

AT_ONCE = 100


def queue_reminders() -> int:
    """Decide about the reminders that are due today, and queue the mails; gives their number.

    Every decision is a row, made once for each movement, step, cycle and recipient: running it
    again, late, or in two places at once adds none. It reads dates only, so a missed run changes
    nothing but the day.
    """
    movements = sorted(movements_to_look_at())
    parts = [movements[n : n + AT_ONCE] for n in range(0, len(movements), AT_ONCE)]
    return sum(_decide(part) for part in parts)


@transaction.atomic
def _decide(movements: list[int]) -> int:
    """The movements are locked first, so whoever comes second finds what the first decided."""
    facts = facts_of(movements, lock=True)
    made = [(each, row) for each in facts for row in plan(each).new]
    Reminder.objects.bulk_create([row for _facts, row in made])
    mails = [(each, row) for each, row in made if row.outcome == Outcome.QUEUED]
    languages = dict(Movement.objects.filter(pk__in=movements).values_list("pk", "language"))
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                kind=kind_of(row),
                object_id=row.pk,
                step=f"{row.step} {row.cycle}",
                recipient=row.recipient,
                language=_language(each, row) or languages[row.movement_id],
                due_at=now(),
            )
            for each, row in mails
        ]
    )
    return len(mails)


def _language(facts: Facts, row: Reminder) -> str:
    """That of the account; empty for who has none, and for the mailbox of the group."""
    staff = [*facts.coordinators, *([facts.coach] if facts.coach else [])]
    users = {user.key: user for user in staff}
    for member in facts.present:
        if member.mandate.user:
            users.setdefault(member.person, member.mandate.user)
    user = users.get(row.recipient)
    return user.language if user else ""
