"""What this app reads."""

from handovers.selectors.ladder import mandates_asked

__all__ = ["mandates_asked"]
