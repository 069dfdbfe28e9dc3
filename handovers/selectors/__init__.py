"""What this app reads."""

from handovers.selectors.handovers import (
    coming_turn,
    last_turn,
    turns_of,
    unsigned_handovers,
)
from handovers.selectors.ladder import mandates_asked
from handovers.selectors.rotation import (
    last_rotation,
    new_team_since,
    next_rotation,
    rotations_by_movement,
    rotations_of,
)

__all__ = [
    "coming_turn",
    "last_rotation",
    "last_turn",
    "mandates_asked",
    "new_team_since",
    "next_rotation",
    "rotations_by_movement",
    "rotations_of",
    "turns_of",
    "unsigned_handovers",
]
