"""Handovers and reminders in the web admin."""

from handovers.admin.handovers import HandoverAdmin
from handovers.admin.ladder import ReminderAdmin

__all__ = ["HandoverAdmin", "ReminderAdmin"]
