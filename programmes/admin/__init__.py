"""The admin of this app."""

from programmes.admin import editions, partners

__all__ = ["editions", "partners"]
