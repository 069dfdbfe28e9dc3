"""Handovers and reminders in the web admin."""

from handovers.admin.ladder import ReminderAdmin

__all__ = ["ReminderAdmin"]
