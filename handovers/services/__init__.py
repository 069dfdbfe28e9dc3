"""Writes of this app."""

from handovers.services.handovers import forget_note, open_handovers, sign_handover, write_note
from handovers.services.ladder import queue_reminders

__all__ = ["forget_note", "open_handovers", "queue_reminders", "sign_handover", "write_note"]
