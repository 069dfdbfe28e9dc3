"""Reminders around a change of team."""
