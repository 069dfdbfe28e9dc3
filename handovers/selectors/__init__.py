"""What this app reads."""

from handovers.selectors.ladder import mandates_asked
from handovers.selectors.rotation import (
    last_rotation,
    new_team_since,
    next_rotation,
    rotations_by_movement,
    rotations_of,
)

__all__ = [
    "last_rotation",
    "mandates_asked",
    "new_team_since",
    "next_rotation",
    "rotations_by_movement",
    "rotations_of",
]
