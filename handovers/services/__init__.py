"""Writes of this app."""

from handovers.services.handovers import open_handovers, sign_handover, write_note
from handovers.services.ladder import queue_reminders

__all__ = ["open_handovers", "queue_reminders", "sign_handover", "write_note"]
