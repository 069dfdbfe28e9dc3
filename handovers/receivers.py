"""What this app answers to mechanisms below it: a handover is history of its movement."""

from movements.signals import Manner, handles

handles(Manner.STAYS, "handovers.handover.movement")
