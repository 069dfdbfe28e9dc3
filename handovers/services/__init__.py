"""Writes of this app."""

from handovers.services.ladder import queue_reminders

__all__ = ["queue_reminders"]
