"""This app in the web admin."""

from movements.admin.groups import CoachAdmin, FederationAdmin, MovementAdmin
from movements.admin.mandates import MandateAdmin

__all__ = ["CoachAdmin", "FederationAdmin", "MandateAdmin", "MovementAdmin"]
