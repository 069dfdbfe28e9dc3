"""What other apps hear of two movements that become one, and the list of who takes care of what.

Everything that points at a movement needs an answer to the question what becomes of it. Whoever
holds such a foreign key says so here, so that a new one cannot be forgotten: a test compares.
"""

from enum import StrEnum

from django.dispatch import Signal


class Manner(StrEnum):
    """What becomes of something of the movement that goes into another one."""

    ENDS = "ends"  # on the last day of the movement
    FOLLOWS = "follows"  # goes on in the other movement
    RESTS = "rests"  # nobody works on it any more; said by the dates, nothing is written
    STAYS = "stays"  # history of that movement
    VOID = "void"  # had no meaning but for the time to come


# Sent inside the transaction, with source, target, heir, on (the first day without the source)
# and by. `heir` is who goes on today: the target, or what that went into since.
merging = Signal()

# Sent for a preview, with source and target: each receiver gives a list of sentences.
foretelling = Signal()

_handled: dict[str, Manner] = {}


def handles(manner: Manner, *fields: str) -> None:
    """Say what becomes of the rows behind foreign keys to a movement ("app.model.field")."""
    _handled.update(dict.fromkeys(fields, manner))


def handled() -> dict[str, Manner]:
    """Every foreign key that somebody answers for."""
    return dict(_handled)
