"""What this app answers to mechanisms below it: handovers and reminders are history."""

from movements.signals import Manner, handles

handles(Manner.STAYS, "handovers.handover.movement", "handovers.reminder.movement")
