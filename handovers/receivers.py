"""What this app answers to mechanisms below it: handovers and reminders are history."""

from handovers.selectors.rotation import rotations_by_movement
from labels.turnover import tells_changes
from movements.signals import Manner, handles

handles(Manner.STAYS, "handovers.handover.movement", "handovers.reminder.movement")
# labels ask a new team whether its promises are still true
tells_changes(rotations_by_movement)
