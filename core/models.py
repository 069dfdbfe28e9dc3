"""The tables of this app; each is written next to the mechanism that it belongs to."""

from core.jobs import Job
from core.logs import AccessLog, ActivityLog, LogRetention
from core.mailbox import ReceivedMail
from core.outbox import OutboxMessage
from core.preferences import OptOut
from core.restriction import Restriction
from core.tombstones import Tombstone

__all__ = [
    "AccessLog",
    "ActivityLog",
    "Job",
    "LogRetention",
    "OptOut",
    "OutboxMessage",
    "ReceivedMail",
    "Restriction",
    "Tombstone",
]
