"""The world of the architecture tests serves here too."""

from tests.architecture.conftest import built_world, world

__all__ = ["built_world", "world"]
