"""The world of the architecture tests serves here too."""

from tests.architecture.conftest import world

__all__ = ["world"]
